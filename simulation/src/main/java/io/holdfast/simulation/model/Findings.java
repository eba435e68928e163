package io.holdfast.simulation.model;

import org.jspecify.annotations.Nullable;

/** The first thing that a checker found in a run; kept even where somebody swallows exceptions. */
public final class Findings {
    private @Nullable SimulationFailure first;

    /** @param checker its name, as in the table of planted bugs */
    public SimulationFailure fail(String checker, String message) {
        SimulationFailure failure = new SimulationFailure(checker, message);
        if (first == null) {
            first = failure;
        }
        return first;
    }

    /** Fails unless it holds. */
    public void require(boolean holds, String checker, String message) {
        if (!holds) {
            throw fail(checker, message);
        }
    }

    public @Nullable SimulationFailure first() {
        return first;
    }
}
