/** Pure: one client's connection, what it has sent, and where it stands in its streams. */
@NullMarked
package io.holdfast.protocol.client;

import org.jspecify.annotations.NullMarked;
