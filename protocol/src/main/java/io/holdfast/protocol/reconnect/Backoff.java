package io.holdfast.protocol.reconnect;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential backoff: the delay doubles with each retry until it reaches its cap, and stays there
 * however long the outage lasts.
 *
 * @param first delay; over 0
 * @param cap of the delay, without added jitter; {@code first} to {@link #LONGEST_CAP}
 */
public record Backoff(Duration first, Duration cap, Jitter jitter) {
    /** A client that looks once a day is as good as gone, and nanoseconds do not overflow. */
    public static final Duration LONGEST_CAP = Duration.ofDays(1);

    /** Doublings from one nanosecond to the longest cap and beyond: more change nothing. */
    private static final int MOST_DOUBLINGS = 62;

    public Backoff {
        if (first.isNegative() || first.isZero()) {
            throw new IllegalArgumentException("A backoff begins with " + first
                    + ", expected more than 0: without a delay a dead server is called in a loop.");
        }
        if (cap.compareTo(first) < 0 || cap.compareTo(LONGEST_CAP) > 0) {
            throw new IllegalArgumentException("A backoff of " + first + " is capped at " + cap
                    + ", expected " + first + " to " + LONGEST_CAP + ".");
        }
    }

    /** The delay before its jitter. */
    public long plainNanos(int retries) {
        long capNanos = cap.toNanos();
        long delayNanos = first.toNanos();
        for (int i = Math.min(retries, MOST_DOUBLINGS); i > 0 && delayNanos < capNanos; i--) {
            delayNanos *= 2;
        }
        return Math.min(delayNanos, capNanos);
    }

    /**
     * The delay before the next retry.
     *
     * @param retries since the connection was last stable; 0 is the first
     */
    public long delayNanos(int retries, RandomGenerator random) {
        return jitter.spread(plainNanos(retries), cap.toNanos(), random);
    }
}
