package io.holdfast.server.dialect;

/** Every error code a client may see; the list is closed (docs: PROTOCOL). */
public enum ErrorCode {
    BAD_MESSAGE("bad_message", false),
    NOT_CONNECTED("not_connected", true),
    RATE_LIMITED("rate_limited", true),
    TOO_MANY_ROOMS("too_many_rooms", false),
    FORBIDDEN("forbidden", false),
    UNKNOWN_STREAM("unknown_stream", false),
    UNAVAILABLE("unavailable", true);

    private final String wireName;
    private final boolean retryable;

    ErrorCode(String wireName, boolean retryable) {
        this.wireName = wireName;
        this.retryable = retryable;
    }

    public String wireName() {
        return wireName;
    }

    /** Whether the same request may succeed later. */
    public boolean retryable() {
        return retryable;
    }
}
