package io.holdfast.protocol.drain;

/**
 * Exact pacing: {@code floor(rate × elapsed)} events by the time {@code elapsed}. Nothing is
 * rounded twice, so a million ticks are as exact as one; a late tick catches up to the schedule
 * and never beyond it.
 */
final class Pace {
    static final long SECOND_NANOS = 1_000_000_000L;

    private Pace() {}

    /** Events allowed {@code elapsedNanos} after the first moment; negative elapsed allows none. */
    static long allowed(int ratePerSecond, long elapsedNanos) {
        if (elapsedNanos <= 0) {
            return 0;
        }
        // Seconds and their rest apart: rate × nanoseconds would overflow after some hours.
        long seconds = elapsedNanos / SECOND_NANOS;
        long rest = elapsedNanos % SECOND_NANOS;
        return ratePerSecond * seconds + ratePerSecond * rest / SECOND_NANOS;
    }

    /** The least elapsed time at which {@code count} events are allowed. */
    static long nanosFor(long count, int ratePerSecond) {
        return Math.ceilDiv(count * SECOND_NANOS, ratePerSecond);
    }

    /** The least whole rate at which {@code count} events fit into {@code nanos}; never 0. */
    static int rateFor(long count, long nanos) {
        return Math.clamp(
                Math.ceilDiv(count * SECOND_NANOS, Math.max(1, nanos)),
                1,
                DrainSettings.MAX_DRAIN_RATE);
    }
}
