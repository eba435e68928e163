package io.holdfast.client;

/** What went wrong, as far as it matters for what to do. */
public enum ErrorKind {
    /** Nobody listens there. */
    REFUSED,
    /** The host has no address, or no way leads to it. */
    UNREACHABLE,
    /** Nothing came in time: no connection, no first word. */
    TIMEOUT,
    /** The connection looked open, and nothing came for too long. */
    SILENCE,
    /** The server's certificate is not trusted or is for another name, or TLS failed otherwise. */
    TLS,
    /** The server answered, and not as a WebSocket server does; {@link ClientException#httpStatus()}. */
    HANDSHAKE,
    /** The connection was closed; {@link ClientException#closeCode()} says how. */
    CLOSED,
    /** The server asked to leave, and the client did. */
    LEFT,
    /** The server sent what its protocol forbids. */
    PROTOCOL,
    /**
     * The credentials were refused (HTTP 401 or 403, close code 1008 or 4501), or the application's
     * supplier gave none.
     */
    UNAUTHORISED,
    /** The server's health says that it is not ready, or says nothing. */
    SERVER_NOT_READY,
    /** A message was refused by the server; {@link ClientException#serverCode()} says why. */
    REJECTED,
    /** A message was sent and never acked: nobody can say whether it was published. */
    OUTCOME_UNKNOWN,
    /** A message was not sent: there was no connection, or none in time. */
    NOT_SENT,
    /** A message was not taken: too many wait already. Slow down, or allow more. */
    QUEUE_FULL
}
