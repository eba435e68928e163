package io.holdfast.simulation.world;

/** The process is gone in the middle of what it did: nothing of it may run on. */
public final class ProcessKilled extends Error {
    private static final long serialVersionUID = 1L;

    public ProcessKilled() {
        super("killed", null, false, false);
    }
}
