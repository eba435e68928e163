package io.holdfast.server.metrics;

import java.util.Locale;

/** Errors by who erred and how: {@code holdfast_errors_total{kind}} and {@code errors} in JSON. */
public enum ErrorKind {
    /** The request before the upgrade was malformed or refused. */
    HANDSHAKE,
    /** A WebSocket rule was broken (1002, 1003, 1007). */
    PROTOCOL,
    /** A message that was no valid request (bad_message). */
    BAD_MESSAGE,
    /** No token, or one that does not count. */
    UNAUTHORIZED,
    /** An Origin that is not allowed. */
    ORIGIN,
    /** The network ended a connection without a close frame. */
    NETWORK,
    /** TLS could not be agreed. */
    TLS,
    /** Our own fault (1011). */
    INTERNAL;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
