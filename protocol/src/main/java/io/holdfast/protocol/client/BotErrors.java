package io.holdfast.protocol.client;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.reconnect.Ending;

import org.jspecify.annotations.Nullable;

/** TCP has no close codes: a bot's last {@code error} before the end says the same in words. */
public final class BotErrors {
    private BotErrors() {}

    /**
     * The ending of a connection whose last word was this error. Errors that also answer a
     * request which leaves the connection open are not among them: a cut soon after would look
     * like a close.
     *
     * @param code the {@code code} of the error
     * @return null when the error is of a request and ends no connection
     */
    public static @Nullable Ending endingOf(String code, String message) {
        return endingOf(code, message, true);
    }

    /** @param welcomed whether the server has welcomed us: before that, a bad message is the hello */
    public static @Nullable Ending endingOf(String code, String message, boolean welcomed) {
        CloseCode meant = switch (code) {
            case "bad_message" -> welcomed ? null : CloseCode.UNSUPPORTED_DATA;
            case "unauthorized" -> CloseCode.POLICY_VIOLATION;
            case "token_expired" -> CloseCode.TOKEN_EXPIRED;
            case "invalid_utf8" -> CloseCode.INVALID_PAYLOAD;
            case "too_large" -> CloseCode.MESSAGE_TOO_BIG;
            case "protocol_error" -> CloseCode.PROTOCOL_ERROR;
            case "internal_error" -> CloseCode.INTERNAL_ERROR;
            case "too_many_connections", "too_many_new_connections", "blocked", "overloaded" ->
                CloseCode.TRY_AGAIN_LATER;
            case "timeout" -> CloseCode.PING_TIMEOUT;
            case "slow_consumer" -> CloseCode.SLOW_CONSUMER;
            case "replaced" -> CloseCode.REPLACED;
            case "closed_by_operator" -> CloseCode.CLOSED_BY_OPERATOR;
            default -> null;
        };
        return meant == null ? null : new Ending.Closed(meant.code(), message);
    }
}
