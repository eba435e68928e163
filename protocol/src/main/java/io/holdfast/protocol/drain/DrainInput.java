package io.holdfast.protocol.drain;

import java.util.List;

/**
 * What happens to a {@link Drain}. Connections are the driver's {@code long} ids, each used once.
 * Reports about an id that the drain does not know, or that has gone, are ignored: event loops
 * report late.
 */
public sealed interface DrainInput {

    /** Who started a drain: only what the API started may be cancelled. */
    enum Origin {
        SIGNAL,
        API
    }

    /** How a client went. */
    enum How {
        /** It closed by itself. */
        LEFT,
        /** It answered that it is done ({@code app_terminated} with {@code OK}) and was closed. */
        ACKED_AND_CLOSED,
        /** It went to another server as advised. */
        MOVED,
        /** Its transport broke. */
        ERROR
    }

    /**
     * Begin, or, while a drain is under way, be answered with that one. A signal that arrives
     * during a drain from the API makes it the signal's: it can no longer be cancelled.
     *
     * @param connections the ids by dialect, in the order of {@link DrainSettings#dialects()};
     *     within a dialect they are told in this order. The arrays are read during the call only
     */
    record Start(String drainId, String reason, Origin origin, List<long[]> connections)
            implements DrainInput {}

    /** A connection was opened after {@link Start}. */
    record Joined(long id, int dialect) implements DrainInput {}

    /** What {@link DrainOutput.Tell} asked for was written to the connection. */
    record Told(long id) implements DrainInput {}

    /** It could not be written. The connection counts as connected until it is {@link Gone}. */
    record Undelivered(long id) implements DrainInput {}

    /** The client answered that it is done; it is still connected. */
    record Acknowledged(long id) implements DrainInput {}

    record Gone(long id, How how) implements DrainInput {}

    /** The second signal: no more waiting. */
    record Hurry() implements DrainInput {}

    /** The third signal: no more anything. */
    record Halt() implements DrainInput {}

    record Cancel() implements DrainInput {}

    /** Time has passed. */
    record Tick() implements DrainInput {}

    /** The store answered {@link DrainOutput.WriteStore}; {@code written} false is an error. */
    record StoreDone(boolean written) implements DrainInput {}
}
