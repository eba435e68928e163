package io.holdfast.protocol.time;

import java.util.concurrent.TimeUnit;

/**
 * Notices that the host slept: then the wall clock went on while the monotonic one stood still. One
 * that goes back says nothing, since no sleep turns it back. One thread.
 */
public final class SleepDetector {
    /** A wall clock that ran ahead by less may have been set by its owner. */
    public static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private long sinceNanos;
    private long sinceWallMillis;

    public SleepDetector(long nowNanos, long wallMillis) {
        sinceNanos = nowNanos;
        sinceWallMillis = wallMillis;
    }

    /** How long the host slept since the last call; 0 when it did not. */
    public long sleptNanos(long nowNanos, long wallMillis) {
        long slept = aheadNanos(nowNanos, wallMillis);
        sinceWallMillis = wallMillis;
        sinceNanos = nowNanos;
        return slept > LIMIT_NANOS ? slept : 0;
    }

    /** Whether {@link #sleptNanos} has something to tell. */
    public boolean hasSlept(long nowNanos, long wallMillis) {
        return aheadNanos(nowNanos, wallMillis) > LIMIT_NANOS;
    }

    private long aheadNanos(long nowNanos, long wallMillis) {
        return TimeUnit.MILLISECONDS.toNanos(wallMillis - sinceWallMillis)
                - (nowNanos - sinceNanos);
    }
}
