package io.holdfast.protocol.connection;

/** Why a connection wants its timer. */
public enum ConnectionDeadline {
    /** Nothing to wait for: the connection is closed. */
    NONE,
    FIRST_MESSAGE,
    PING,
    SILENCE,
    CREDENTIALS_END,
    CLOSE_GRACE
}
