package io.holdfast.protocol.limit;

import java.util.Arrays;

/**
 * At most {@code max} events in any {@code windowNanos}, exactly: an event at t has left the
 * window at t + window. Memory is a ring of timestamps made on first use that grows with the
 * events in the window, up to {@code max}.
 *
 * <p>One thread at a time; times do not go backwards.
 */
public final class SlidingWindow {
    private static final long[] NONE = new long[0];
    /** Timestamps of the first ring: most clients never need a second. */
    private static final int FIRST_CAPACITY = 8;

    private final int max;
    private final long windowNanos;
    private long[] times = NONE;
    private int oldest;
    private int count;

    /**
     * @param max at least 1
     * @param windowNanos at least 1
     */
    public SlidingWindow(int max, long windowNanos) {
        if (max < 1 || windowNanos < 1) {
            throw new IllegalArgumentException(
                    "A sliding window of " + max + " events in " + windowNanos
                            + " ns; expected at least 1 of each: leave out a limit that is off.");
        }
        this.max = max;
        this.windowNanos = windowNanos;
    }

    /** Records an event if there is room for it; an event refused leaves no trace. */
    public boolean tryAcquire(long nowNanos) {
        forget(nowNanos);
        if (count == max) {
            return false;
        }
        if (count == times.length) {
            grow();
        }
        times[(oldest + count) % times.length] = nowNanos;
        count++;
        return true;
    }

    /** Events now in the window. */
    public int count(long nowNanos) {
        forget(nowNanos);
        return count;
    }

    /** Nanoseconds until the next event would be let through; 0 when it would be now. */
    public long nanosUntilRoom(long nowNanos) {
        forget(nowNanos);
        return count < max ? 0 : times[oldest] + windowNanos - nowNanos;
    }

    private void forget(long nowNanos) {
        while (count > 0 && nowNanos - times[oldest] >= windowNanos) {
            oldest = (oldest + 1) % times.length;
            count--;
        }
    }

    private void grow() {
        int capacity = (int) Math.min(max, Math.max(FIRST_CAPACITY, 2L * times.length));
        long[] larger = Arrays.copyOfRange(times, oldest, oldest + capacity);
        System.arraycopy(times, 0, larger, times.length - oldest, oldest);
        times = larger;
        oldest = 0;
    }
}
