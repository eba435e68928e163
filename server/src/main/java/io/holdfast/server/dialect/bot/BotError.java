package io.holdfast.server.dialect.bot;

import io.holdfast.protocol.CloseCode;
import io.holdfast.server.dialect.ErrorCode;

import org.jspecify.annotations.Nullable;

/**
 * Every error code that a bot may see. TCP has no close codes: what a WebSocket's close frame says,
 * an {@code error} before the end of the connection says here.
 */
enum BotError {
    BAD_MESSAGE("bad_message"),
    NOT_CONNECTED("not_connected"),
    RATE_LIMITED("rate_limited"),
    TOO_MANY_ROOMS("too_many_rooms"),
    FORBIDDEN("forbidden"),
    UNKNOWN_STREAM("unknown_stream"),
    UNAVAILABLE("unavailable"),

    UNAUTHORIZED("unauthorized"),
    TOKEN_EXPIRED("token_expired"),
    /** There are as many bots as there may be. */
    TOO_MANY_CONNECTIONS("too_many_connections"),
    /** The address connects too often. */
    TOO_MANY_NEW_CONNECTIONS("too_many_new_connections"),
    BLOCKED("blocked"),
    /** Something awaited from the bot did not come. */
    TIMEOUT("timeout"),
    TOO_LARGE("too_large"),
    INVALID_UTF8("invalid_utf8"),
    PROTOCOL_ERROR("protocol_error"),
    REPLACED("replaced"),
    OVERLOADED("overloaded"),
    INTERNAL_ERROR("internal_error"),
    SLOW_CONSUMER("slow_consumer"),
    CLOSED_BY_OPERATOR("closed_by_operator");

    private final String wireName;

    BotError(String wireName) {
        this.wireName = wireName;
    }

    String wireName() {
        return wireName;
    }

    /**
     * The word before a close; null where there is nothing to add: the client ended it, {@code
     * serverShutdown} or {@code serverMigration} said it, or nobody is there to hear.
     *
     * <p>1008 is taken for what it means by default; whoever closes with it for another reason says
     * so itself ({@link #RATE_LIMITED}, {@link #TIMEOUT}).
     */
    static @Nullable BotError of(CloseCode code) {
        return switch (code) {
            case NORMAL, GOING_AWAY, SERVICE_RESTART, PING_TIMEOUT, MIGRATED -> null;
            case PROTOCOL_ERROR -> PROTOCOL_ERROR;
            case UNSUPPORTED_DATA -> BAD_MESSAGE;
            case INVALID_PAYLOAD -> INVALID_UTF8;
            case POLICY_VIOLATION -> UNAUTHORIZED;
            case MESSAGE_TOO_BIG -> TOO_LARGE;
            case INTERNAL_ERROR -> INTERNAL_ERROR;
            case TRY_AGAIN_LATER -> OVERLOADED;
            case SLOW_CONSUMER -> SLOW_CONSUMER;
            case REPLACED -> REPLACED;
            case TOKEN_EXPIRED -> TOKEN_EXPIRED;
            case CLOSED_BY_OPERATOR -> CLOSED_BY_OPERATOR;
        };
    }

    /** The same error in this dialect. */
    static BotError of(ErrorCode code) {
        return switch (code) {
            case BAD_MESSAGE -> BAD_MESSAGE;
            case NOT_CONNECTED -> NOT_CONNECTED;
            case RATE_LIMITED -> RATE_LIMITED;
            case TOO_MANY_ROOMS -> TOO_MANY_ROOMS;
            case FORBIDDEN -> FORBIDDEN;
            case UNKNOWN_STREAM -> UNKNOWN_STREAM;
            case UNAVAILABLE -> UNAVAILABLE;
        };
    }
}
