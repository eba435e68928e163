package io.holdfast.cli.talk;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/** Silences what libraries log: a person sees the client's events instead. */
public final class QuietLogs {
    /** Kept here: what java.util.logging is told of a logger is lost with the last reference. */
    private static final Logger JAVA_LOGGING = Logger.getLogger("");

    private QuietLogs() {}

    public static void silence() {
        JAVA_LOGGING.setLevel(java.util.logging.Level.OFF);
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
        }
    }
}
