package io.holdfast.server.config;

/** A setting that cannot be used. The message is one line: where, which key, what is allowed. */
public final class ConfigException extends Exception {

    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }
}
