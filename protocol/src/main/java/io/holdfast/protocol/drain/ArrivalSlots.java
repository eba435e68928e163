package io.holdfast.protocol.drain;

import java.util.Arrays;

/**
 * Gives everybody whom a drain sends away a {@code reconnect_after}, so that the successor sees at
 * most {@code drain_rate} arrivals in any second: the clients who are told, and those who came, or
 * said their first word, while the server was leaving. They share one table.
 *
 * <p>Nobody knows when a client will go that was told, so both extremes are kept: every client goes
 * the moment it is told, and all go together at the end. In each of these worlds a table counts the
 * arrivals, and a client gets the first second, from its dialect's base on, that has room in both.
 * For a single dialect without newcomers that is {@code base + floor(i / rate)} for the i-th client
 * told; with several, a later dialect steps around the seconds the earlier ones fill.
 *
 * <p>A newcomer is closed at once: when it arrives is known, and the same in both worlds.
 *
 * <p>Thread-safe: the drain's thread and all event loops take slots.
 */
public final class ArrivalSlots {
    /**
     * The longest that a newcomer is asked to stay away: more is taken by no drain, and whoever
     * floods the server with newcomers cannot keep others away for longer.
     */
    static final int MAX_NEWCOMER_SECONDS = 3_600;

    /**
     * The longest that a told client is asked to wait for seconds that others have not taken: half
     * of what a session lives by default. A flood of newcomers must cost nobody a session; against
     * one, told clients keep the rate among themselves.
     */
    static final int MAX_YIELD_SECONDS = 60;

    private final int ratePerSecond;
    /** Told clients by {@code reconnect_after}: they are closed at the same moment. */
    private int[] leavingTogether = new int[64];
    /** Told clients, each going when told. */
    private final ArrivalTable leavingAtOnce;
    /** The same, and newcomers. */
    private final ArrivalTable everybody;
    /** Newcomers alone. */
    private final ArrivalTable newcomers;
    /** When those who were told and have stayed are closed, as far as is known. */
    private long closedTogetherNanos = Drain.NEVER;
    /** The base of the last newcomer, or none. */
    private int lastBaseSeconds = -1;
    /** When it arrives. */
    private long lastNewcomerNanos;
    /** By dialect: every earlier second is full for good. */
    private final int[] firstFree;

    ArrivalSlots(int ratePerSecond, int dialects, long originNanos) {
        this.ratePerSecond = ratePerSecond;
        this.leavingAtOnce = new ArrivalTable(originNanos);
        this.everybody = new ArrivalTable(originNanos);
        this.newcomers = new ArrivalTable(originNanos);
        this.firstFree = new int[dialects];
    }

    /** A client is told now: whole seconds from the close of its connection. */
    synchronized int told(int dialect, int baseSeconds, long nowNanos) {
        leavingAtOnce.forgetBefore(nowNanos);
        everybody.forgetBefore(nowNanos);
        int seconds = Math.max(baseSeconds, firstFree[dialect]);
        while (together(seconds) >= ratePerSecond) {
            seconds++;
        }
        firstFree[dialect] = seconds;
        while (!hasRoomAmongTold(seconds, nowNanos)) {
            seconds++;
        }
        seconds = aroundNewcomers(seconds, nowNanos);
        if (seconds >= leavingTogether.length) {
            int length = Math.max(seconds + 1, 2 * leavingTogether.length);
            leavingTogether = Arrays.copyOf(leavingTogether, length);
        }
        leavingTogether[seconds]++;
        leavingAtOnce.add(after(nowNanos, seconds));
        everybody.add(after(nowNanos, seconds));
        return seconds;
    }

    private boolean hasRoomAmongTold(int seconds, long nowNanos) {
        return together(seconds) < ratePerSecond
                && leavingAtOnce.mostAround(after(nowNanos, seconds)) < ratePerSecond;
    }

    /** The first second from there on that newcomers have left, unless that is too far away. */
    private int aroundNewcomers(int wanted, long nowNanos) {
        if (newcomers.isEmpty()) {
            return wanted;
        }
        for (int seconds = wanted; seconds <= wanted + MAX_YIELD_SECONDS; seconds++) {
            if (everybody.mostAround(after(nowNanos, seconds)) < ratePerSecond
                    && together(seconds) + newcomersAtTheEnd(seconds) < ratePerSecond) {
                return seconds;
            }
        }
        return wanted;
    }

    private int newcomersAtTheEnd(int seconds) {
        return closedTogetherNanos == Drain.NEVER
                ? 0
                : newcomers.mostAround(after(closedTogetherNanos, seconds));
    }

    /**
     * Somebody is closed now who came, or said its first word, while the server was leaving.
     *
     * @param baseSeconds the least that is answered
     * @return whole seconds from now
     */
    public synchronized int newcomer(int baseSeconds, long nowNanos) {
        everybody.forgetBefore(nowNanos);
        newcomers.forgetBefore(nowNanos);
        int last = Math.max(baseSeconds, MAX_NEWCOMER_SECONDS);
        int seconds = Math.max(baseSeconds, firstFreeForNewcomer(baseSeconds, nowNanos));
        while (seconds < last && !hasRoomForNewcomer(after(nowNanos, seconds))) {
            seconds++;
        }
        lastBaseSeconds = baseSeconds;
        lastNewcomerNanos = after(nowNanos, seconds);
        everybody.add(lastNewcomerNanos);
        newcomers.add(lastNewcomerNanos);
        return seconds;
    }

    /**
     * Where to begin to look, in whole seconds from now: the last newcomer with that base found all
     * seconds full before its own. Without it each of a flood would look at all of them again.
     */
    private int firstFreeForNewcomer(int baseSeconds, long nowNanos) {
        if (baseSeconds != lastBaseSeconds) {
            return baseSeconds;
        }
        long aheadNanos = lastNewcomerNanos - Pace.SECOND_NANOS - nowNanos;
        return (int) Math.ceilDiv(aheadNanos, Pace.SECOND_NANOS);
    }

    private boolean hasRoomForNewcomer(long arrivalNanos) {
        if (everybody.mostWith(arrivalNanos) >= ratePerSecond) {
            return false;
        }
        if (closedTogetherNanos == Drain.NEVER) {
            return true;
        }
        // A second that holds this arrival holds those of one of two reconnect_afters.
        long seconds = Math.floorDiv(arrivalNanos - closedTogetherNanos, Pace.SECOND_NANOS);
        int others = Math.max(together(seconds), together(seconds + 1));
        return others + newcomers.mostWith(arrivalNanos) < ratePerSecond;
    }

    /** Says when those who were told and have stayed are closed: a forecast, or the moment itself. */
    synchronized void closedTogetherAt(long nanos) {
        closedTogetherNanos = nanos;
    }

    private int together(long seconds) {
        return seconds >= 0 && seconds < leavingTogether.length
                ? leavingTogether[(int) seconds]
                : 0;
    }

    private static long after(long nanos, long seconds) {
        return nanos + seconds * Pace.SECOND_NANOS;
    }
}
