package io.holdfast.protocol.drain;

/**
 * Spreads the {@code reconnect_after} of those who come while the server leaves, as a drain does for
 * those who were there: at most {@code drain_rate} of them are sent to the successor in a second,
 * however many knock at once. A newcomer who knocks again gets a new slot.
 *
 * <p>Not thread-safe.
 */
public final class NewcomerSlots {
    private boolean used;
    private long nextNanos;

    /**
     * Takes the next slot.
     *
     * @param baseSeconds the least that is ever answered
     * @param ratePerSecond slots in a second, at least 1
     * @return whole seconds from now, rounded up
     */
    public long take(int baseSeconds, int ratePerSecond, long nowNanos) {
        long earliest = nowNanos + baseSeconds * Pace.SECOND_NANOS;
        long slot = used && nextNanos - earliest > 0 ? nextNanos : earliest;
        used = true;
        nextNanos = slot + Math.ceilDiv(Pace.SECOND_NANOS, ratePerSecond);
        return Math.ceilDiv(slot - nowNanos, Pace.SECOND_NANOS);
    }
}
