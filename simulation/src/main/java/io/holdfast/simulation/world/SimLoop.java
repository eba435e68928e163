package io.holdfast.simulation.world;

import java.util.ArrayDeque;

/**
 * One thread of a simulated process: tasks run one after the other, in the order in which they were
 * handed over. It may be paused, as a scheduler or a collector pauses a thread; what was to run
 * meanwhile runs late. When it is killed nothing of it runs any more.
 */
public final class SimLoop {
    /** The longest that a task waits for its thread. */
    private static final long MAX_LATENCY_NANOS = 200_000;

    /** What becomes of an error that a task lets through. */
    @FunctionalInterface
    public interface OnError {
        void threw(SimLoop loop, Throwable error);
    }

    private final SimClock clock;
    private final Randoms random;
    private final OnError onError;
    private final ArrayDeque<Runnable> backlog = new ArrayDeque<>();
    /** Its own clock minus the world's; moves when the host sleeps. */
    private long originNanos;

    /** Of the host's wall clock; begins where no jump makes it negative. */
    private long wallOffsetNanos = Long.MAX_VALUE / 4;

    private long lastTaskNanos;
    private long pausedUntilNanos;
    private boolean alive = true;
    private boolean turnEndAsked;
    private Runnable turnEnd = () -> {};

    public SimLoop(SimClock clock, Randoms random, long originNanos, OnError onError) {
        this.clock = clock;
        this.random = random;
        this.originNanos = originNanos;
        this.onError = onError;
    }

    /** What this process takes for the time; unrelated to what others do. */
    public long nowNanos() {
        return clock.nowNanos() + originNanos;
    }

    /** What its host takes for the time of day. */
    public long wallMillis() {
        return (clock.nowNanos() + wallOffsetNanos) / 1_000_000;
    }

    /** Somebody sets the clock of the host. */
    public void wallJumps(long nanos) {
        wallOffsetNanos += nanos;
    }

    /** The host slept: its monotonic clock stood still. */
    public void stoodStill(long nanos) {
        originNanos -= nanos;
    }

    public void onTurnEnd(Runnable action) {
        turnEnd = action;
    }

    /** Runs the end of the turn soon, once for all who ask. */
    public void requestTurnEnd() {
        if (!turnEndAsked) {
            turnEndAsked = true;
            execute(() -> {
                turnEndAsked = false;
                turnEnd.run();
            });
        }
    }

    public void execute(Runnable task) {
        long at = clock.nowNanos() + random.upTo(MAX_LATENCY_NANOS);
        lastTaskNanos = Math.max(lastTaskNanos, at);
        clock.at(lastTaskNanos, () -> run(task));
    }

    /** Runs a task that somebody else waited for: now, unless the thread is paused. */
    public void run(Runnable task) {
        if (!alive) {
            return;
        }
        if (isPaused() || !backlog.isEmpty()) {
            backlog.add(task);
            return;
        }
        guarded(task);
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error error) {
            onError.threw(this, error);
        }
    }

    public boolean isPaused() {
        return clock.nowNanos() < pausedUntilNanos;
    }

    /** When its last pause ends or has ended, in the world's time. */
    public long pausedUntilNanos() {
        return pausedUntilNanos;
    }

    /** The same on its own clock. */
    public long awakeNanos() {
        return pausedUntilNanos + originNanos;
    }

    public void pause(long nanos) {
        pausedUntilNanos = Math.max(pausedUntilNanos, clock.nowNanos() + nanos);
        clock.at(pausedUntilNanos, this::catchUp);
    }

    /** Ends every pause. */
    public void wake() {
        pausedUntilNanos = clock.nowNanos();
        clock.at(pausedUntilNanos, this::catchUp);
    }

    private void catchUp() {
        while (alive && !isPaused() && !backlog.isEmpty()) {
            guarded(backlog.remove());
        }
    }

    /** Whether it has stood still at any time since then, by its own clock. */
    public boolean wasPausedSince(long nanos) {
        return awakeNanos() > nanos;
    }

    public void kill() {
        alive = false;
        backlog.clear();
    }

    public boolean isAlive() {
        return alive;
    }

    /** A timer of this thread. */
    public Alarm alarm(Runnable action) {
        return new Alarm(action);
    }

    /** Fires once at the moment it was last set to, on this thread's own clock. */
    public final class Alarm {
        private final Runnable action;
        private long setToNanos = Long.MAX_VALUE;
        private long generation;

        private Alarm(Runnable action) {
            this.action = action;
        }

        /** Sets it; {@code Long.MAX_VALUE} for never. */
        public void set(long deadlineNanos) {
            if (deadlineNanos == setToNanos) {
                return;
            }
            setToNanos = deadlineNanos;
            long mine = ++generation;
            if (deadlineNanos != Long.MAX_VALUE) {
                long delay = Math.max(0, deadlineNanos - nowNanos());
                clock.after(delay, () -> run(() -> fire(mine)));
            }
        }

        private void fire(long mine) {
            if (mine != generation) {
                return;
            }
            if (nowNanos() < setToNanos) {
                // The clock stood still meanwhile, and the timer with it.
                clock.after(setToNanos - nowNanos(), () -> run(() -> fire(mine)));
                return;
            }
            setToNanos = Long.MAX_VALUE;
            action.run();
        }
    }
}
