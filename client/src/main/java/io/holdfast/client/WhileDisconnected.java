package io.holdfast.client;

/** What becomes of a message while there is no connection. */
public enum WhileDisconnected {
    /** It waits, for at most 30 s, and fails then as {@link ErrorKind#NOT_SENT}. */
    WAIT,
    /** It fails at once as {@link ErrorKind#NOT_SENT}. */
    FAIL
}
