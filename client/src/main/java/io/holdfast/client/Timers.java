package io.holdfast.client;

import io.holdfast.protocol.time.SleepDetector;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A driver's one timer, and two clocks: when it wants to leave, and how long the host slept. The
 * driver's thread only.
 */
final class Timers {
    private static final long NEVER = Long.MAX_VALUE;

    private final Network network;
    private final Runnable fire;
    private @Nullable Runnable cancel;
    private long firesAt = NEVER;
    /** When leaving may begin, and when it is not put off any more. */
    private long leaveFrom = NEVER;

    private long leaveBy = NEVER;
    private final SleepDetector sleep;

    Timers(Network network, Runnable fire) {
        this.network = network;
        this.fire = fire;
        this.sleep = new SleepDetector(network.nowNanos(), network.wallMillis());
    }

    /** Sees to it that the timer fires at the first of these, and of its own. */
    void set(long now, long first, long second, long third) {
        long next = Math.min(Math.min(first, second), third);
        if (leaveFrom != NEVER) {
            next = Math.min(next, now < leaveFrom ? leaveFrom : leaveBy);
        }
        if (next >= firesAt) {
            return; // It fires early, and is set again then: cheaper than moving it each time.
        }
        if (cancel != null) {
            cancel.run();
        }
        firesAt = next;
        cancel = network.after(next - now, () -> {
            cancel = null;
            firesAt = NEVER;
            fire.run();
        });
    }

    void stop() {
        if (cancel != null) {
            cancel.run();
            cancel = null;
        }
    }

    /** Wants to leave from now on, as soon as everything is acked. */
    void leaveBy(long deadline) {
        leaveFrom = Long.MIN_VALUE;
        leaveBy = deadline;
    }

    /** @param within which everything is acked, or it leaves all the same */
    void leaveFrom(long from, Duration within) {
        leaveFrom = from;
        leaveBy = from + within.toNanos();
    }

    void left() {
        leaveFrom = NEVER;
        leaveBy = NEVER;
    }

    /** When leaving is not put off any more. */
    long leaveBy() {
        return leaveBy;
    }

    boolean isLeaving(long now) {
        return leaveFrom != NEVER && now >= leaveFrom;
    }

    boolean isLeaveOverdue(long now) {
        return now >= leaveBy;
    }

    /** How long the host slept since the last call; 0 when it did not. */
    long sleptNanos(long now) {
        return sleep.sleptNanos(now, network.wallMillis());
    }

    /** Whether {@link #sleptNanos} has something to tell. */
    boolean hasSlept(long now) {
        return sleep.hasSlept(now, network.wallMillis());
    }
}
