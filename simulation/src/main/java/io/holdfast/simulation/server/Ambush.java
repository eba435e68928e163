package io.holdfast.simulation.server;

import io.holdfast.simulation.world.Hit;
import io.holdfast.simulation.world.ProcessKilled;
import io.holdfast.simulation.world.Trace;

import org.jspecify.annotations.Nullable;

/** Waits for a process at one step of what it does, and kills it there. */
final class Ambush {
    private final Trace trace;
    private @Nullable Hit where;
    private int more;

    Ambush(Trace trace) {
        this.trace = trace;
    }

    /** @param times that the step is passed, this one included */
    void lay(Hit step, int times) {
        where = step;
        more = times;
    }

    void leave() {
        where = null;
    }

    /** The process is at that step. */
    void pass(Hit step) {
        if (step == where && --more <= 0) {
            where = null;
            trace.hit(step);
            throw new ProcessKilled();
        }
    }
}
