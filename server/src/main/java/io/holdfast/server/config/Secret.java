package io.holdfast.server.config;

/** Text that must not reach a log, an error or a listing: only {@link #reveal} gives it. */
public final class Secret {

    static final String MASK = "****";

    private final String text;

    public Secret(String text) {
        this.text = text;
    }

    public String reveal() {
        return text;
    }

    /** Always the mask. */
    @Override
    public String toString() {
        return MASK;
    }
}
