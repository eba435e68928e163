package io.holdfast.simulation.model;

import io.holdfast.simulation.world.SimClock;
import io.holdfast.simulation.world.SimLoop;

import java.util.function.BooleanSupplier;

/** Things that a thread owes by a moment; its pauses put them off, its end ends them. */
public final class Deadlines {
    /** Threads and mailboxes between a deadline and its effect. */
    private static final long MARGIN_NANOS = 1_000_000_000L;

    private final SimClock clock;
    private final Findings findings;

    Deadlines(SimClock clock, Findings findings) {
        this.clock = clock;
        this.findings = findings;
    }

    /**
     * @param nanos from now
     * @param over whether it is done
     */
    void owed(SimLoop thread, long nanos, BooleanSupplier over, String checker, String what) {
        look(thread, clock.nowNanos() + nanos + MARGIN_NANOS, over, checker, what);
    }

    private void look(
            SimLoop thread, long atNanos, BooleanSupplier over, String checker, String what) {
        clock.at(atNanos, () -> {
            long awake = thread.pausedUntilNanos() + MARGIN_NANOS;
            if (over.getAsBoolean() || !thread.isAlive()) {
                return;
            }
            if (clock.nowNanos() < awake) {
                look(thread, awake, over, checker, what);
            } else {
                findings.fail(checker, what);
            }
        });
    }
}
