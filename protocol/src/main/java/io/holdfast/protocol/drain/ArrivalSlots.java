package io.holdfast.protocol.drain;

import java.util.Arrays;

/**
 * Gives every client its {@code reconnect_after} so that the successor sees at most
 * {@code drain_rate} arrivals a second.
 *
 * <p>Nobody knows when a client will go, so both extremes are kept: every client goes the moment
 * it is told, and all go together at the end. In each of these worlds a table counts the
 * arrivals of every second, and a client gets the first second, from its dialect's base on, that
 * has room in both. For a single dialect that is {@code base + floor(i / rate)} for the i-th
 * client told; with several, a later dialect steps around the seconds the earlier ones fill.
 */
final class ArrivalSlots {
    private final int ratePerSecond;
    private final long originNanos;
    /** Arrivals by {@code reconnect_after}: everybody is closed at the same moment. */
    private int[] leavingTogether = new int[64];
    /** Arrivals by second since the origin: everybody goes when told. */
    private int[] leavingAtOnce = new int[64];
    /** By dialect: every earlier second is full for good. */
    private final int[] firstFree;

    ArrivalSlots(int ratePerSecond, int dialects, long originNanos) {
        this.ratePerSecond = ratePerSecond;
        this.originNanos = originNanos;
        this.firstFree = new int[dialects];
    }

    /** Takes a slot for a client told now; whole seconds from the close of its connection. */
    int take(int dialect, int baseSeconds, long nowNanos) {
        int toldSecond = (int) ((nowNanos - originNanos) / Pace.SECOND_NANOS);
        int seconds = Math.max(baseSeconds, firstFree[dialect]);
        while (at(leavingTogether, seconds) >= ratePerSecond) {
            seconds++;
        }
        firstFree[dialect] = seconds;
        while (at(leavingTogether, seconds) >= ratePerSecond
                || at(leavingAtOnce, toldSecond + seconds) >= ratePerSecond) {
            seconds++;
        }
        leavingTogether = increment(leavingTogether, seconds);
        leavingAtOnce = increment(leavingAtOnce, toldSecond + seconds);
        return seconds;
    }

    private static int at(int[] table, int second) {
        return second < table.length ? table[second] : 0;
    }

    private static int[] increment(int[] table, int second) {
        int[] grown = second < table.length
                ? table
                : Arrays.copyOf(table, Math.max(second + 1, 2 * table.length));
        grown[second]++;
        return grown;
    }
}
