package io.holdfast.simulation.model;

/** What users may never observe was observed. */
public final class SimulationFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String checker;

    public SimulationFailure(String checker, String message) {
        super(message);
        this.checker = checker;
    }

    public String checker() {
        return checker;
    }
}
