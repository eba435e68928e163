package io.holdfast.server.room;

/** Why a message was not published. */
public enum Refusal {
    /** Event loops or the store are too far behind to take more. */
    OVERLOADED,
    /** The store does not work now. */
    STORE_UNAVAILABLE,
    /** The server has as many rooms as it may have. */
    TOO_MANY_ROOMS,
    /** The client that it was meant for has no session. */
    NOT_CONNECTED
}
