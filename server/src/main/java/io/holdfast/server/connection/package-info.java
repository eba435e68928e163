/** I/O: what all connections have in common, whatever their dialect. */
@NullMarked
package io.holdfast.server.connection;

import org.jspecify.annotations.NullMarked;
