package io.holdfast.server.metrics;

/** The label by which metrics are split; there is never one per client. */
public enum DialectName {
    ROOMS("rooms"),
    DEEPSTREAM("deepstream"),
    BOT("bot");

    private final String label;

    DialectName(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
