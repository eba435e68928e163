/** Pure: what waits for a connection beside its streams. */
@NullMarked
package io.holdfast.protocol.outbox;

import org.jspecify.annotations.NullMarked;
