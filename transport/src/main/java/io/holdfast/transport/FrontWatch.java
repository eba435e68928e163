package io.holdfast.transport;

/**
 * Hears of what goes wrong on a connection before it has a {@link WireHandler}. Called on
 * event loops, of several at once; must not block.
 */
@FunctionalInterface
public interface FrontWatch {
    /** For listeners whose troubles nobody counts. */
    FrontWatch NOBODY = trouble -> {};

    /** What went wrong; each ends the connection but {@link #BAD_REQUEST}, which may. */
    enum Trouble {
        /** As many sockets as the listener may have were open: closed unheard. */
        TOO_MANY_SOCKETS,
        /** TLS could not be agreed. */
        TLS,
        /** No complete request head within {@link ListenerSettings#handshakeTimeout}. */
        HANDSHAKE_TIMEOUT,
        /** A head, or its first line, with too many bytes. */
        HEAD_TOO_LARGE,
        /** A head with too many lines. */
        TOO_MANY_HEADERS,
        /** No HTTP, or no handshake where one was expected. */
        BAD_REQUEST,
        /** A trusted proxy's header broken, or not whole in {@link TcpSettings#headerTimeout}. */
        PROXY_HEADER
    }

    void trouble(Trouble trouble);
}
