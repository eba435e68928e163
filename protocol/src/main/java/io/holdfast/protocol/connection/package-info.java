/** Pure: one connection from its opening to its close, with its heartbeat. */
@NullMarked
package io.holdfast.protocol.connection;

import org.jspecify.annotations.NullMarked;
