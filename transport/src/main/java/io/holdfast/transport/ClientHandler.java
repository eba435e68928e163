package io.holdfast.transport;

import org.jspecify.annotations.Nullable;

/** The owner of a connection that this process opens. */
public interface ClientHandler extends WireHandler {
    /** WebSocket: the subprotocol that the server chose, or null; before {@link #opened}. */
    void agreed(@Nullable String subprotocol);
}
