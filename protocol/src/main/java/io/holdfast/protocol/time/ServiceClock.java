package io.holdfast.protocol.time;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Time that passes only while the server serves (spec: delivery, "Clocks"): it stands still from
 * the start of a drain, goes on when the successor is ready, and begins where the store says that
 * an earlier process stopped. Sessions and histories live by it, so no drain uses up their lives.
 *
 * <p>Any thread may call anything. The clock never goes back, not even for a thread that is late
 * with its {@code nowNanos}, or when it is paused with a moment that others are already past: then
 * it stands at the latest time that anybody was told.
 */
public final class ServiceClock {
    private static final long NANOS_PER_MILLI = 1_000_000;
    /** A start later than this, 146 years of serving, can only come from a damaged store. */
    private static final long MAX_START_MILLIS = (Long.MAX_VALUE >> 1) / NANOS_PER_MILLI;

    /** @param base what the clock shows at {@code since}, and all the time unless it runs */
    private record State(boolean running, long base, long since) {
        long nanos(long nowNanos) {
            return running ? base + Math.max(0, nowNanos - since) : base;
        }
    }

    private volatile State state;

    /** The latest time told. Written by readers: once per turn of a loop, not per message. */
    private final AtomicLong latest;

    /**
     * A clock that runs.
     *
     * @param startMillis where it begins: 0, or what the store says
     */
    public ServiceClock(long startMillis, long nowNanos) {
        if (startMillis < 0 || startMillis > MAX_START_MILLIS) {
            throw new IllegalArgumentException("A service clock that starts at " + startMillis
                    + " ms, expected 0 to " + MAX_START_MILLIS
                    + "; the store that says so is damaged, start with an empty one.");
        }
        long base = startMillis * NANOS_PER_MILLI;
        this.latest = new AtomicLong(base);
        this.state = new State(true, base, nowNanos);
    }

    /** Milliseconds served, over all processes; what goes into a store. */
    public long millis(long nowNanos) {
        return nanos(nowNanos) / NANOS_PER_MILLI;
    }

    /** The same in nanoseconds, for deadlines. */
    public long nanos(long nowNanos) {
        long mine = state.nanos(nowNanos);
        long told = latest.get();
        return told >= mine ? told : latest.accumulateAndGet(mine, Math::max);
    }

    /** Stops the clock; one that stands stays as it is. */
    public synchronized void pause(long nowNanos) {
        if (state.running()) {
            state = new State(false, nanos(nowNanos), nowNanos);
        }
    }

    /** Lets the clock go on; one that runs stays as it is. */
    public synchronized void resume(long nowNanos) {
        if (!state.running()) {
            state = new State(true, nanos(nowNanos), nowNanos);
        }
    }

    /** Whether the clock runs. */
    public boolean running() {
        return state.running();
    }
}
