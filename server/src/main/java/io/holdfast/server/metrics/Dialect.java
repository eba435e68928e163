package io.holdfast.server.metrics;

/** The label by which metrics are split; there is never one per client. */
public enum Dialect {
    ROOMS("rooms"),
    DEEPSTREAM("deepstream");

    private final String label;

    Dialect(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
