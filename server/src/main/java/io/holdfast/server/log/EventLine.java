package io.holdfast.server.log;

import org.jspecify.annotations.Nullable;
import org.slf4j.spi.LoggingEventBuilder;
import org.slf4j.spi.NOPLoggingEventBuilder;

/**
 * One event on its way into the log; used by one thread and thrown away. Text that came from a
 * client is cut to a length here and escaped where it is written. Never give it a token.
 */
public final class EventLine {

    /** What every event of a disabled level becomes: all calls do nothing. */
    static final EventLine OFF = new EventLine(NOPLoggingEventBuilder.singleton(), null);

    /** Enough for every legal id and close reason; a client cannot fill the disk with one line. */
    static final int MAX_VALUE_LENGTH = 256;

    private LoggingEventBuilder builder;
    private final @Nullable Event event;

    EventLine(LoggingEventBuilder builder, @Nullable Event event) {
        this.builder = builder;
        this.event = event;
    }

    public EventLine client(@Nullable String clientId) {
        return with(EventField.CLIENT_ID, clientId);
    }

    public EventLine connection(String connectionId) {
        return with(EventField.CONNECTION_ID, connectionId);
    }

    public EventLine dialect(String dialect) {
        return with(EventField.DIALECT, dialect);
    }

    public EventLine remote(@Nullable String address) {
        return with(EventField.REMOTE, address);
    }

    public EventLine totalConnections(long count) {
        return with(EventField.TOTAL_CONNECTIONS, count);
    }

    /** The path of a request target. The query is left out: tokens travel in it. */
    public EventLine path(String target) {
        int query = target.indexOf('?');
        return with("path", query < 0 ? target : target.substring(0, query));
    }

    /** A further field in snake case. A null value is left out. */
    public EventLine with(String field, @Nullable String value) {
        if (event != null && value != null) {
            builder = builder.addKeyValue(field, cut(value));
        }
        return this;
    }

    public EventLine with(String field, long value) {
        if (event != null) {
            builder = builder.addKeyValue(field, Long.valueOf(value));
        }
        return this;
    }

    public EventLine with(String field, double value) {
        if (event != null) {
            builder = builder.addKeyValue(field, Double.valueOf(value));
        }
        return this;
    }

    public EventLine with(String field, boolean value) {
        if (event != null) {
            builder = builder.addKeyValue(field, Boolean.valueOf(value));
        }
        return this;
    }

    public EventLine cause(Throwable cause) {
        if (event != null) {
            builder = builder.setCause(cause);
        }
        return this;
    }

    /** Ends the line. The message is ours and constant; what varies belongs into fields. */
    public void write(String message) {
        if (event != null) {
            builder.addKeyValue(EventField.EVENT, event.label()).log(event.prefixed(message));
        }
    }

    private static String cut(String value) {
        if (value.length() <= MAX_VALUE_LENGTH) {
            return value;
        }
        int end = MAX_VALUE_LENGTH;
        if (Character.isHighSurrogate(value.charAt(end - 1))) {
            end--;
        }
        return value.substring(0, end) + "…(" + (value.length() - end) + " more)";
    }
}
