package io.holdfast.simulation.client;

import io.holdfast.protocol.time.SleepDetector;
import io.holdfast.simulation.model.ReturnChecker;
import io.holdfast.simulation.world.Hit;
import io.holdfast.simulation.world.SimLoop;
import io.holdfast.simulation.world.Trace;

import org.jspecify.annotations.Nullable;

/** The two clocks of a client's host, as the Java client's timers look at them. */
final class HostClocks {
    private final SimLoop loop;
    private final ReturnChecker returning;
    private final Trace trace;
    private SleepDetector sleep;
    private @Nullable Hit jumped;

    HostClocks(SimLoop loop, ReturnChecker returning, Trace trace) {
        this.loop = loop;
        this.returning = returning;
        this.trace = trace;
        this.sleep = new SleepDetector(loop.nowNanos(), loop.wallMillis());
    }

    void restart() {
        sleep = new SleepDetector(loop.nowNanos(), loop.wallMillis());
    }

    /** Somebody sets the wall clock. */
    void wallJumps(long nanos) {
        returning.wallJumps(nanos);
        loop.wallJumps(nanos);
        jumped = nanos < 0 ? Hit.CLOCK_WENT_BACK : Hit.CLOCK_WENT_AHEAD;
    }

    boolean hasSlept() {
        return sleep.hasSlept(loop.nowNanos(), loop.wallMillis());
    }

    /** For how long the host slept since this was last asked. */
    long sleptNanos() {
        long slept = sleep.sleptNanos(loop.nowNanos(), loop.wallMillis());
        returning.looksAtClocks(slept);
        Hit jump = jumped;
        if (jump != null) {
            trace.hit(jump);
            jumped = null;
        }
        if (slept > 0) {
            trace.hit(Hit.SLEEP_NOTICED);
        }
        return slept;
    }
}
