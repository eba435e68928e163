package io.holdfast.protocol.drain;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * How a drain ended. Two sums hold: each client ended in exactly one way ({@code acknowledged +
 * left + moved + forced + failed + stayed = clients}), and each was told or not ({@code told +
 * undelivered + untold = clients}).
 *
 * @param clients connected when the drain began, or while its delay ran
 * @param told the message was written to their connection
 * @param acknowledged answered that they are done, and went
 * @param left by themselves, without such an answer
 * @param moved to the server they were pointed at
 * @param forced closed or cut in step 6
 * @param failed their transport broke
 * @param stayed still connected: only after a cancelled drain
 * @param undelivered the message was sent, but never seen to be written
 * @param untold went before it was their turn, or the drain was cancelled before
 * @param telling from the first to the last client told
 * @param took from the start to the end
 * @param arriving what only the arriving side can know
 */
public record Verdict(
        String drainId,
        String reason,
        Outcome outcome,
        int clients,
        int told,
        int acknowledged,
        int left,
        int moved,
        int forced,
        int failed,
        int stayed,
        int undelivered,
        int untold,
        Duration telling,
        Duration took,
        Arriving arriving) {

    public enum Outcome {
        COMPLETED,
        /** Cut short by a second signal with clients still connected. */
        HURRIED,
        CANCELLED
    }

    /** The arriving side's half. What is not known is empty, and is written as unknown, not 0. */
    public record Arriving(
            OptionalLong resumedWithoutGap,
            OptionalLong resumedWithGap,
            OptionalLong neverCameBack,
            OptionalLong medianInterruptionMillis,
            OptionalLong p99InterruptionMillis,
            OptionalLong messagesLost) {
        public static final Arriving UNKNOWN = new Arriving(
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty());
    }

    public Verdict withArriving(Arriving known) {
        return new Verdict(
                drainId,
                reason,
                outcome,
                clients,
                told,
                acknowledged,
                left,
                moved,
                forced,
                failed,
                stayed,
                undelivered,
                untold,
                telling,
                took,
                known);
    }
}
