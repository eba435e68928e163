package io.holdfast.protocol.limit;

import io.holdfast.protocol.Limits;

import java.util.concurrent.TimeUnit;

/**
 * How many of a peer's pings are answered. RFC 6455 section 5.5.2 wants an answer to a ping, but
 * each answer is a write; a peer that sends nothing else must not buy our time with 2-byte frames.
 *
 * <p>Up to {@code maxPerSecond} in any second are answered. The others are not;
 * {@link Limits#MAX_UNANSWERED_PINGS} of them in one flood close the connection with 1008. A flood
 * ends with a second in which every ping could be answered. With the default, 10 a second may go
 * on for ever, a burst after a stall is forgiven, and 43 a second are closed after 3 seconds.
 *
 * <p>One thread at a time. 88 bytes more from the first ping on.
 */
public final class PingFlood {
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What to do with one ping. */
    public enum Verdict {
        ANSWER,
        IGNORE,
        /** Close with 1008. */
        CLOSE
    }

    private final SlidingWindow answered;
    private int unanswered;
    private long lastUnansweredNanos;

    /** @param maxPerSecond pings that are answered in any second; at least 1 */
    public PingFlood(int maxPerSecond) {
        this.answered = new SlidingWindow(maxPerSecond, SECOND_NANOS);
    }

    public Verdict judge(long nowNanos) {
        if (unanswered > 0 && nowNanos - lastUnansweredNanos >= SECOND_NANOS) {
            unanswered = 0;
        }
        if (answered.tryAcquire(nowNanos)) {
            return Verdict.ANSWER;
        }
        lastUnansweredNanos = nowNanos;
        unanswered++;
        return unanswered < Limits.MAX_UNANSWERED_PINGS ? Verdict.IGNORE : Verdict.CLOSE;
    }
}
