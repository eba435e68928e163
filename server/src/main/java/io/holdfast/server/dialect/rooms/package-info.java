/** I/O: the {@code rooms} dialect (spec: dialect-rooms). */
@NullMarked
package io.holdfast.server.dialect.rooms;

import org.jspecify.annotations.NullMarked;
