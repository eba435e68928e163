package io.holdfast.transport;

/** Makes the owner of a WebSocket connection whose handshake is about to be completed. */
@FunctionalInterface
public interface WebSocketEndpoint {
    /** Called on the connection's event loop; the handler's {@code opened} follows at once. */
    WireHandler open(RequestHead request, LoopContext loop);
}
