package io.holdfast.transport;

import io.holdfast.protocol.websocket.FrameSink;

import org.jspecify.annotations.Nullable;

/**
 * The owner of one connection: what arrives on the wire is given to it.
 *
 * <p>All calls come on the connection's event loop, in wire order. {@link #opened} is first and
 * {@link #lost} is last, each exactly once. The ranges given to {@link FrameSink}'s methods are
 * valid only during the call.
 */
public interface WireHandler extends FrameSink {
    /** The handshake is done; the wire may be written to from now on. */
    void opened(Wire wire);

    /** So many bytes were read from the socket; called before they are decoded. */
    void bytesReceived(int bytes);

    /** So many bytes were given to the transport. */
    void bytesSent(int bytes);

    /**
     * More is waiting to be written than the transport's high-water mark ({@code false}), or it has
     * drained again ({@code true}).
     */
    void writable(boolean writable);

    /** There is room again, after {@link Wire#callWhenDrained}. */
    default void drained() {}

    /**
     * TCP: the peer has ended its half of the connection, once all that it sent has been given;
     * nothing more will arrive, and it may still be written to.
     */
    default void peerFinished() {}

    /** The transport is gone, whoever ended it. {@code cause} is null for an orderly end. */
    void lost(@Nullable Throwable cause);
}
