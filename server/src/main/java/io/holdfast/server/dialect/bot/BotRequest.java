package io.holdfast.server.dialect.bot;

import io.holdfast.server.dialect.ErrorCode;
import io.holdfast.server.metrics.LimitName;

import org.jspecify.annotations.Nullable;

/** What a bot's line asks for. Ranges point into the text that was read. */
sealed interface BotRequest {
    /** What the bot calls it, or null: its answer has the same. */
    default @Nullable String id() {
        return null;
    }

    /**
     * Who the bot is; it wants to resume.
     *
     * @param clientKey printable, of 1 to 128 characters
     * @param token that authenticates it where authentication is on, or null
     * @param hello what it says of its session
     * @param features that it offers
     */
    record Hello(
            String clientKey,
            @Nullable String token,
            io.holdfast.server.connection.Hello hello,
            BotFeatures features)
            implements BotRequest {
        /** Without the tokens, which are as good as the bot. */
        @Override
        public String toString() {
            return "Hello[clientKey=" + clientKey + ", token=" + hidden(token) + ", hello=" + hello
                    + ", features=" + features + "]";
        }
    }

    /** To be answered with these two values byte for byte; a range from 0 to 0 is an absent one. */
    record Ping(int idStart, int idEnd, int timestampStart, int timestampEnd)
            implements BotRequest {}

    /** Its time is not looked at: the server knows when it sent which ping. */
    record Pong(long pingId) implements BotRequest {}

    /** Data stands in the text from {@code start} to {@code end}, as JSON. */
    record Message(
            String room, int start, int end, @Nullable String id) implements BotRequest {}

    record Direct(String to, int start, int end, @Nullable String id) implements BotRequest {}

    record Join(String room, @Nullable String id) implements BotRequest {}

    record Leave(String room, @Nullable String id) implements BotRequest {}

    record Who(String room, @Nullable String id) implements BotRequest {}

    /** Answers a command. Its data is not looked at: nothing waits for it. */
    record CommandResult(@Nullable String id) implements BotRequest {}

    /** Exactly one of the two is there. */
    record Reauth(@Nullable String sessionToken, @Nullable String token) implements BotRequest {
        /** Without the tokens. */
        @Override
        public String toString() {
            return "Reauth[sessionToken=" + hidden(sessionToken) + ", token=" + hidden(token) + "]";
        }
    }

    /** JSON that goes beyond a limit; which request it was meant to be is not known. */
    record OverLimit(LimitName limit, String reason) implements BotRequest {}

    /** An object that is none of the above. */
    record Bad(ErrorCode code, String reason, @Nullable String id) implements BotRequest {}

    /** No JSON object at all. */
    record NotJson(String reason) implements BotRequest {}

    private static String hidden(@Nullable String token) {
        return token == null ? "none" : "(hidden)";
    }
}
