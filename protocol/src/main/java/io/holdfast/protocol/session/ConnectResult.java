package io.holdfast.protocol.session;

import java.util.OptionalLong;

/** The answer of {@link SessionTable#connect}. */
public sealed interface ConnectResult {

    /**
     * A session without a past.
     *
     * @param replaced the generation whose connection is to be closed with 4500, if there is one
     */
    record New(Session session, long generation, OptionalLong replaced) implements ConnectResult {}

    /** The session goes on: {@code session_restored} is true. */
    record Restored(Session session, long generation, OptionalLong replaced)
            implements ConnectResult {}

    /** The id is somebody else's: close with 1008. */
    record Refused() implements ConnectResult {}

    /** Every session is connected and the table is full: close with 1013. */
    record Full(int maxSessions) implements ConnectResult {}
}
