/** I/O: what the ports answer to plain HTTP, and which WebSocket endpoint a path leads to. */
@NullMarked
package io.holdfast.server.http;

import org.jspecify.annotations.NullMarked;
