/** Pure: who owns a client id, and for how long after its connection has gone. */
@NullMarked
package io.holdfast.protocol.session;

import org.jspecify.annotations.NullMarked;
