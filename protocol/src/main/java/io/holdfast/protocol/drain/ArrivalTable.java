package io.holdfast.protocol.drain;

import java.util.Arrays;

/**
 * How many arrive when: counted by {@link #TICK_NANOS}, so that any second can be looked at and not
 * only whole ones. What is past is forgotten, so that the table is as long as the longest advice.
 */
final class ArrivalTable {
    /** Of a second; what lies on its edge is looked at by {@link #mostWith} alone. */
    private static final int TICKS_PER_SECOND = 100;

    private static final long TICK_NANOS = Pace.SECOND_NANOS / TICKS_PER_SECOND;

    private final long originNanos;
    /** A ring, of a power of two: the tick's lowest bits are its place. */
    private int[] counts = new int[1024];
    /** The first and the last arrival in each tick that has some, in nanoseconds of the tick. */
    private int[] earliest = new int[1024];

    private int[] latest = new int[1024];
    /** The earliest tick that is remembered. */
    private long first;

    private boolean empty = true;

    ArrivalTable(long originNanos) {
        this.originNanos = originNanos;
        this.first = -TICKS_PER_SECOND;
    }

    private long tick(long nanos) {
        return Math.floorDiv(nanos - originNanos, TICK_NANOS);
    }

    /** Nobody has ever been added. */
    boolean isEmpty() {
        return empty;
    }

    /** The most arrivals in any of the seconds that hold this moment. */
    int mostAround(long nanos) {
        long tick = tick(nanos);
        long from = Math.max(first, tick - TICKS_PER_SECOND + 1);
        long to = Math.min(first + counts.length, tick + TICKS_PER_SECOND);
        int inSecond = 0;
        int most = 0;
        for (long last = from; last < to; last++) {
            inSecond += counts[place(last)];
            if (last - TICKS_PER_SECOND >= from) {
                inSecond -= counts[place(last - TICKS_PER_SECOND)];
            }
            most = Math.max(most, inSecond);
        }
        return most;
    }

    /**
     * The same, and not one of them missed: for somebody who arrives at that moment. The tick behind
     * a second counts as a whole where any of it may belong to it.
     */
    int mostWith(long nanos) {
        long tick = tick(nanos);
        int offset = offset(nanos);
        long from = tick - TICKS_PER_SECOND;
        int inSecond = 0;
        int most = 0;
        for (long last = from; last < tick + TICKS_PER_SECOND; last++) {
            inSecond += at(last);
            if (last - from < TICKS_PER_SECOND - 1) {
                continue;
            }
            long start = last - TICKS_PER_SECOND + 1;
            long behind = last + 1;
            int startOffset = at(start) == 0 ? 0 : latest[place(start)];
            int behindOffset = at(behind) == 0 ? Integer.MAX_VALUE : earliest[place(behind)];
            startOffset = start == tick ? Math.max(startOffset, offset) : startOffset;
            behindOffset = behind == tick ? Math.min(behindOffset, offset) : behindOffset;
            if (behindOffset < startOffset) {
                most = Math.max(most, inSecond + at(behind));
            } else if (behind != tick) {
                most = Math.max(most, inSecond);
            }
            inSecond -= at(start);
        }
        return most;
    }

    private int at(long tick) {
        return tick >= first && tick < first + counts.length ? counts[place(tick)] : 0;
    }

    private int offset(long nanos) {
        return (int) Math.floorMod(nanos - originNanos, TICK_NANOS);
    }

    private int place(long tick) {
        return (int) (tick & (counts.length - 1));
    }

    /** One more arrives at that moment. */
    void add(long nanos) {
        empty = false;
        long tick = tick(nanos);
        while (tick >= first + counts.length) {
            grow();
        }
        if (tick >= first) {
            int place = place(tick);
            boolean alone = counts[place]++ == 0;
            int offset = offset(nanos);
            earliest[place] = alone ? offset : Math.min(earliest[place], offset);
            latest[place] = alone ? offset : Math.max(latest[place], offset);
        }
    }

    private void grow() {
        counts = grown(counts);
        earliest = grown(earliest);
        latest = grown(latest);
    }

    private int[] grown(int[] old) {
        int[] ring = new int[2 * old.length];
        for (long tick = first; tick < first + old.length; tick++) {
            ring[(int) (tick & (ring.length - 1))] = old[(int) (tick & (old.length - 1))];
        }
        return ring;
    }

    /** Forgets who can share no second any more with somebody who arrives from this moment on. */
    void forgetBefore(long nanos) {
        long from = tick(nanos) - TICKS_PER_SECOND;
        if (from - first >= counts.length) {
            Arrays.fill(counts, 0);
            first = from;
        }
        for (; first < from; first++) {
            counts[place(first)] = 0;
        }
    }
}
