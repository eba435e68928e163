package io.holdfast.transport;

import java.net.InetSocketAddress;

/** Makes the owner of a TCP connection; on its loop. */
@FunctionalInterface
public interface TcpEndpoint {
    /**
     * Called when the peer's address is known and TLS, where it is spoken, is agreed.
     *
     * @param remote the client's address, as a trusted proxy named it, or as the socket knows it
     */
    WireHandler open(InetSocketAddress remote, LoopContext loop);
}
