package io.holdfast.server.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.holdfast.server.config.LogSettings;
import java.io.Console;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * Sends everything that is logged in this process to one stream, through logback. For the command;
 * an application that embeds the server configures its own logging and leaves this alone.
 */
public final class LogOutput implements AutoCloseable {

    private static final String OURS = "io.holdfast";

    private final LoggerContext context;
    private final BoundedAppender appender;

    private LogOutput(LoggerContext context, BoundedAppender appender) {
        this.context = context;
        this.appender = appender;
    }

    /**
     * Replaces whatever logback was configured with. The stream is written by one thread and not
     * closed.
     */
    public static LogOutput start(LogSettings settings, OutputStream out) {
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            throw new IllegalStateException(
                    "SLF4J is bound to something else than logback; keep one binding on the path");
        }
        context.reset();
        boolean json = switch (settings.format()) {
            case JSON -> true;
            case TEXT -> false;
            case AUTO -> !isTerminal();
        };
        LineEncoder encoder = new LineEncoder(json);
        encoder.setContext(context);
        encoder.start();
        BoundedAppender appender = new BoundedAppender(encoder, out);
        appender.setContext(context);
        appender.start();
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(appender);
        LogOutput output = new LogOutput(context, appender);
        output.level(settings.level());
        return output;
    }

    /** Takes effect at once. Libraries stay at INFO: their debug output would drown ours. */
    public void level(LogSettings.Threshold threshold) {
        Level ours = Level.toLevel(threshold.name());
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(ours.isGreaterOrEqual(Level.INFO) ? ours : Level.INFO);
        context.getLogger(OURS).setLevel(ours);
    }

    /** For {@code Metrics.counter}. */
    public long dropped() {
        return appender.dropped();
    }

    /** Writes what is queued (2 s at most), then stops. Later events are lost. */
    @Override
    public void close() {
        // Not context.stop(): a stopped context cannot be started again in this process.
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).detachAppender(appender);
        appender.stop();
    }

    /** Whether standard error is one; Java itself only knows about input and output together. */
    private static boolean isTerminal() {
        Path standardError = Path.of("/proc/self/fd/2");
        try {
            String target = Files.readSymbolicLink(standardError).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException noProcfs) {
            // Since JDK 22 there is one also where no terminal is, but not with every provider.
            return Optional.ofNullable(System.console())
                    .map(Console::isTerminal)
                    .orElse(false);
        }
    }
}
