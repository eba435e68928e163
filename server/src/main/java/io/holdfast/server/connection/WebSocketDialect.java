package io.holdfast.server.connection;

import io.holdfast.transport.RequestHead;

/** A dialect that is spoken on WebSockets, by the path of the handshake. */
public interface WebSocketDialect extends Dialect {
    /** Whether a WebSocket at this path (percent-encoded, without query) speaks this dialect. */
    boolean serves(String path);

    /** A connection for a newcomer, which may be one that says why it cannot stay. */
    Connection accept(RequestHead request, String remote, LoopConnections loop);
}
