package io.holdfast.server.config;

/** A key with its parsed value and where that came from. */
record Setting<T>(Key<T> key, T value, Source source) {

    /** Canonical text, secrets masked (an empty secret is shown as empty: nothing is set). */
    String shown() {
        String text = key.type().format().apply(value);
        return key.secret() && !text.isEmpty() ? Secret.MASK : text;
    }

    boolean isDefault() {
        return source instanceof Source.Default || source instanceof Source.Detected;
    }
}
