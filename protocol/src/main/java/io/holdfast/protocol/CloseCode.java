package io.holdfast.protocol;

import java.util.Optional;

/**
 * The close codes Holdfast sends (spec: lifecycle, close codes). Of our own, 4000–4499 come back
 * and 4500–4999 do not unless something has changed. 1005 and 1006 are absent: nobody may send
 * them (RFC 6455 section 7.4.1).
 */
public enum CloseCode {
    NORMAL(1000, "Client terminated", Advice.DO_NOT_COME_BACK),
    GOING_AWAY(1001, "Server shutting down gracefully", Advice.WAIT),
    /**
     * Not in our table but forced by RFC 6455 section 7.4.1 for a malformed frame. It is also not
     * in the list of codes that end a client for good (spec: client, "Reconnecting"): a frame that
     * was broken on its way is whole on the next connection.
     */
    PROTOCOL_ERROR(1002, "Protocol error", Advice.BACK_OFF),
    UNSUPPORTED_DATA(1003, "Text expected", Advice.DO_NOT_RETRY_UNCHANGED),
    INVALID_PAYLOAD(1007, "Invalid UTF-8", Advice.DO_NOT_RETRY_UNCHANGED),
    POLICY_VIOLATION(1008, "Unauthorized", Advice.DO_NOT_RETRY_UNCHANGED),
    MESSAGE_TOO_BIG(1009, "Message too big", Advice.DO_NOT_RETRY_UNCHANGED),
    INTERNAL_ERROR(1011, "Server error", Advice.BACK_OFF),
    /** Understood; not sent unless configured. */
    SERVICE_RESTART(1012, "Service restart", Advice.BACK_OFF_WITH_JITTER),
    TRY_AGAIN_LATER(1013, "Server temporarily unavailable", Advice.WAIT),
    PING_TIMEOUT(4100, "Ping timeout", Advice.RECONNECT_AND_RESUME),
    SLOW_CONSUMER(4101, "Slow consumer", Advice.RECONNECT_AND_RESUME),
    /** Only to clients that asked for resume; the reason sent names {@code host:port}. */
    MIGRATED(4102, "Migrated", Advice.GO_THERE),
    REPLACED(4500, "Replaced by a newer connection", Advice.DO_NOT_COME_BACK),
    TOKEN_EXPIRED(4501, "Token expired", Advice.GET_TOKEN_FIRST),
    CLOSED_BY_OPERATOR(4502, "Closed by operator", Advice.DO_NOT_COME_BACK);

    /** The longest close reason in bytes: a control frame's 125 less the code (RFC 6455 5.5). */
    public static final int MAX_REASON_BYTES = 123;

    private final int code;
    private final String defaultReason;
    private final Advice advice;

    CloseCode(int code, String defaultReason, Advice advice) {
        this.code = code;
        this.defaultReason = defaultReason;
        this.advice = advice;
    }

    public int code() {
        return code;
    }

    public String defaultReason() {
        return defaultReason;
    }

    public Advice advice() {
        return advice;
    }

    /** Seconds to wait if the advice is {@link Advice#WAIT} and the server named none; else 0. */
    public int waitSeconds() {
        return switch (this) {
            case GOING_AWAY -> 5;
            case TRY_AGAIN_LATER -> 10;
            default -> 0;
        };
    }

    public static Optional<CloseCode> of(int code) {
        for (CloseCode known : values()) {
            if (known.code == code) {
                return Optional.of(known);
            }
        }
        return Optional.empty();
    }

    /** The advice a client takes from any code, unknown ones and 1006 included. */
    public static Advice adviceFor(int code) {
        Optional<CloseCode> known = of(code);
        if (known.isPresent()) {
            return known.get().advice;
        }
        if (code >= 4000 && code <= 4499) {
            return Advice.RECONNECT_AND_RESUME;
        }
        if (code >= 4500 && code <= 4999) {
            return Advice.DO_NOT_RETRY_UNCHANGED;
        }
        return Advice.BACK_OFF;
    }

    /** Whether a peer may put this code into a close frame (RFC 6455 section 7.4). */
    public static boolean maySend(int code) {
        return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006)
                || (code >= 3000 && code <= 4999);
    }
}
