package io.holdfast.protocol;

/** What a client takes from a close about coming back (spec: lifecycle, close codes). */
public enum Advice {
    /** Stay away: the client is finished, or an operator said so. */
    DO_NOT_COME_BACK,
    /** The same attempt would fail again: change the message, the id or the credentials first. */
    DO_NOT_RETRY_UNCHANGED,
    /** Wait {@link CloseCode#waitSeconds()}, or what the server advised, then come back. */
    WAIT,
    /** Exponential backoff. */
    BACK_OFF,
    /** Exponential backoff, always with jitter: many clients heard this at the same moment. */
    BACK_OFF_WITH_JITTER,
    /** Come back at once and resume the session. */
    RECONNECT_AND_RESUME,
    /** The close reason names {@code host:port}: go there. */
    GO_THERE,
    /** Get a new token, then reconnect. */
    GET_TOKEN_FIRST;

    /** Whether a client may come back without anything having changed. */
    public boolean mayComeBack() {
        return switch (this) {
            case WAIT, BACK_OFF, BACK_OFF_WITH_JITTER, RECONNECT_AND_RESUME, GO_THERE -> true;
            case DO_NOT_COME_BACK, DO_NOT_RETRY_UNCHANGED, GET_TOKEN_FIRST -> false;
        };
    }
}
