package io.holdfast.protocol.session;

import java.util.concurrent.TimeUnit;

/**
 * The clock of a table's sessions: the caller's, less the time for which it was stopped. What is
 * noted on it is a remaining duration in disguise: nothing runs out while it stands.
 */
final class SessionClock {
    private static final long MILLI = 1_000_000L;

    private boolean paused;
    private long pausedAtNanos;
    private long pausedTotalNanos;

    /** Without effect when it stands. */
    void pause(long nowNanos) {
        if (!paused) {
            paused = true;
            pausedAtNanos = nowNanos;
        }
    }

    /** Without effect when it runs. */
    void resume(long nowNanos) {
        if (paused) {
            paused = false;
            pausedTotalNanos += nowNanos - pausedAtNanos;
        }
    }

    boolean paused() {
        return paused;
    }

    long nanos(long nowNanos) {
        return (paused ? pausedAtNanos : nowNanos) - pausedTotalNanos;
    }

    /** The caller's time at which this clock shows {@code sessionNanos}, if it is not stopped. */
    long callerNanos(long sessionNanos) {
        return sessionNanos + pausedTotalNanos;
    }

    /** Rounded up, so that what has any time left has some in a record too. Never negative. */
    static long millisLeft(long untilNanos, long nowNanos) {
        return millis(Math.max(0, untilNanos - nowNanos));
    }

    static long millis(long nanos) {
        long whole = nanos / MILLI;
        return nanos % MILLI == 0 ? whole : whole + 1;
    }

    /** Of a duration from a record, which may say anything that is not negative. */
    static long nanosOf(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(Math.min(millis, SessionRecordCodec.MAX_MILLIS));
    }
}
