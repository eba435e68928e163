package io.holdfast.server.config;

/** What is logged and how it looks. */
public record LogSettings(Threshold level, Format format) {

    /** The least serious level that is logged. */
    public enum Threshold {
        TRACE,
        DEBUG,
        INFO,
        WARN,
        ERROR,
        OFF
    }

    /** AUTO is TEXT when standard error is a terminal, else JSON. */
    public enum Format {
        AUTO,
        JSON,
        TEXT
    }

    static LogSettings from(Values values) {
        return new LogSettings(values.get(ServerKeys.LOG_LEVEL), values.get(ServerKeys.LOG_FORMAT));
    }
}
