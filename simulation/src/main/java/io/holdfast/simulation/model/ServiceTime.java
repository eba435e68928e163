package io.holdfast.simulation.model;

import io.holdfast.simulation.world.SimClock;

/**
 * The time in which somebody serves. "Session, history, dedup and presence clocks stop when a drain
 * starts and go on when the successor is READY" (spec: delivery, "Clocks"); while nobody is there
 * they stand as well.
 */
public final class ServiceTime {
    private final SimClock clock;
    private long stoodNanos;
    private long stoppedAtNanos;
    private boolean running;

    ServiceTime(SimClock clock) {
        this.clock = clock;
    }

    /** A drain has started, or a process has ended. */
    public void stop() {
        if (running) {
            running = false;
            stoppedAtNanos = clock.nowNanos();
        }
    }

    /** A process is ready. */
    public void goOn() {
        if (!running) {
            running = true;
            stoodNanos += clock.nowNanos() - stoppedAtNanos;
        }
    }

    public boolean isRunning() {
        return running;
    }

    public long nowNanos() {
        return (running ? clock.nowNanos() : stoppedAtNanos) - stoodNanos;
    }
}
