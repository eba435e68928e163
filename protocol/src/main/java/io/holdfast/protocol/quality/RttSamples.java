package io.holdfast.protocol.quality;

import java.util.Arrays;

/**
 * The last {@value #MAX} round-trip times of one connection, in microseconds. The ring grows with
 * its samples: nothing before the first, 416 bytes when full.
 */
final class RttSamples {
    /** Spec: dialect-bot. 50 minutes of pings. */
    static final int MAX = 100;

    private static final int FIRST_CAPACITY = 8;
    private static final int[] NONE = {};

    private int[] micros = NONE;
    private byte count;
    /** Where the next one goes; the oldest stands there once the ring is full. */
    private byte next;

    void add(long rttNanos) {
        if (count == micros.length && count < MAX) {
            // Until it is full the ring is in order from index 0, so growing keeps the order.
            micros = Arrays.copyOf(micros, Math.min(MAX, Math.max(FIRST_CAPACITY, 2 * count)));
            next = count;
        }
        micros[next] = Math.clamp(rttNanos / 1_000, 0, Integer.MAX_VALUE);
        next = (byte) ((next + 1) % micros.length);
        count = (byte) Math.min(MAX, count + 1);
    }

    int count() {
        return count;
    }

    /** Median of the newest samples; 0 when there are too few to tell. */
    int recentMedianMicros() {
        if (count < GradeRules.LEAST_SAMPLES) {
            return 0;
        }
        int[] recent = newest(Math.min(count, GradeRules.GRADED_SAMPLES));
        Arrays.sort(recent);
        return percentile(recent, 50);
    }

    /** The newest {@code wanted} samples, oldest first; there must be as many. */
    int[] newest(int wanted) {
        int[] result = new int[wanted];
        for (int i = 0; i < wanted; i++) {
            result[i] = micros[Math.floorMod(next - wanted + i, micros.length)];
        }
        return result;
    }

    /** By nearest rank: the least sample that so many percent do not exceed. */
    static int percentile(int[] sorted, int percent) {
        return sorted[Math.ceilDiv(sorted.length * percent, 100) - 1];
    }
}
