package io.holdfast.protocol.client;

/** Why a client wants its timer. */
public enum ClientDeadline {
    /** Nothing to wait for: not started, or closed. */
    NONE,
    HEALTH,
    OPEN,
    WELCOME,
    PING,
    SILENCE,
    RETRY,
    CLOSE_GRACE
}
