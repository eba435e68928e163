package io.holdfast.protocol.session;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The answer of {@link SessionTable#connect}. */
public sealed interface ConnectResult {

    /**
     * A session without a past.
     *
     * @param generation proves whose the session is; the newest owns it
     * @param replaced the generation whose connection is to be closed with 4500, if there is one
     * @param token for the client, to be sent once and not kept; null when it does not speak resume
     * @param stillPresent whether the others were never told that this client left. Of a client
     *     that was away {@link SessionTable.Listener#presenceOver} has just told them, since the
     *     session in which it was present is gone
     */
    record New(
            Session session,
            long generation,
            OptionalLong replaced,
            @Nullable String token,
            boolean stillPresent)
            implements ConnectResult {}

    /**
     * The session goes on: {@code session_restored} is true.
     *
     * @param generation proves whose the session is; the newest owns it
     * @param replaced the generation whose connection is to be closed with 4500, if there is one
     * @param token for the client, to be sent once and not kept; null when it does not speak resume
     * @param stillPresent whether the others were never told that this client left: it was
     *     connected, or not away for longer than its presence grace
     */
    record Restored(
            Session session,
            long generation,
            OptionalLong replaced,
            @Nullable String token,
            boolean stillPresent)
            implements ConnectResult {}

    /** The id is somebody else's: close with 1008. */
    record Refused() implements ConnectResult {}

    /** A connection that was accepted later has the id: close with 4500. */
    record Outdated() implements ConnectResult {}

    /** Every session is connected and the table is full: close with 1013. */
    record Full(int maxSessions) implements ConnectResult {}
}
