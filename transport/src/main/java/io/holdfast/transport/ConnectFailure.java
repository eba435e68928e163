package io.holdfast.transport;

import org.jspecify.annotations.Nullable;

/**
 * Why there is no connection.
 *
 * @param message one sentence
 * @param status of HTTP when the server answered with one, else 0
 * @param retryAfter value of the answer's Retry-After header as it stands, or null
 */
public record ConnectFailure(
        Kind kind,
        String message,
        int status,
        @Nullable String retryAfter,
        @Nullable Throwable cause) {
    public enum Kind {
        /** Nobody listens there. */
        REFUSED,
        /** The host has no address, or no way leads to it. */
        UNREACHABLE,
        /** Nothing came of it in time. */
        TIMEOUT,
        /** The peer's certificate is not trusted, is for another name, or TLS failed otherwise. */
        TLS,
        /** The peer answered, and not as a WebSocket server does. */
        HANDSHAKE,
        /** HTTP 401 or 403. */
        UNAUTHORISED
    }

    static ConnectFailure of(Kind kind, String message, @Nullable Throwable cause) {
        return new ConnectFailure(kind, message, 0, null, cause);
    }
}
