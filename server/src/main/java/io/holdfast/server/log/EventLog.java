package io.holdfast.server.log;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Where the server writes what happened. Thread-safe. An event whose level is off costs one
 * comparison:
 *
 * <pre>{@code
 * log.info(Event.CONNECTED).client(id).remote(address).totalConnections(n).write("connected");
 * }</pre>
 */
public final class EventLog {

    private final Logger logger;

    public EventLog(Class<?> owner) {
        this(LoggerFactory.getLogger(owner));
    }

    public EventLog(Logger logger) {
        this.logger = logger;
    }

    public EventLine debug(Event event) {
        return at(Level.DEBUG, event);
    }

    public EventLine info(Event event) {
        return at(Level.INFO, event);
    }

    public EventLine warn(Event event) {
        return at(Level.WARN, event);
    }

    public EventLine error(Event event) {
        return at(Level.ERROR, event);
    }

    /** The line is written by {@link EventLine#write} and not before. */
    public EventLine at(Level level, Event event) {
        return logger.isEnabledForLevel(level)
                ? new EventLine(logger.makeLoggingEventBuilder(level), event)
                : EventLine.OFF;
    }
}
