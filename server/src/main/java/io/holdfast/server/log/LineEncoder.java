package io.holdfast.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * One event per line, as JSON with our fields on top level (logback's own JsonEncoder keeps them
 * in a list and the time as a number) or as readable text. Used by one thread.
 */
final class LineEncoder extends EncoderBase<ILoggingEvent> {

    /** RFC 3339 in UTC with milliseconds, as everywhere in Holdfast. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** Whose events need no logger name: the event says it all. */
    private static final String OURS = "io.holdfast";

    /** Bounds a line that some library logs. */
    private static final int MAX_MESSAGE_LENGTH = 8_192;

    private final boolean json;
    private final StringBuilder line = new StringBuilder(512);

    LineEncoder(boolean json) {
        this.json = json;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        line.setLength(0);
        if (json) {
            encodeJson(event);
        } else {
            encodeText(event);
        }
        return line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A line of the log's own: how many events are missing at this place. */
    byte[] encodeDrops(Instant time, long count) {
        String message = "log events were dropped: standard error is read too slowly";
        line.setLength(0);
        if (json) {
            line.append("{\"time\":\"");
            TIME.formatTo(time, line);
            line.append("\",\"level\":\"WARN\"");
            jsonField(EventField.EVENT, Event.LOG_DROPPED.label());
            jsonField("message", message);
            jsonField("count", count);
            line.append('}');
        } else {
            TIME.formatTo(time, line);
            line.append(" WARN  ").append(message).append(" count=").append(count);
        }
        return line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] headerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] footerBytes() {
        return new byte[0];
    }

    private void encodeJson(ILoggingEvent event) {
        List<KeyValuePair> pairs = pairs(event);
        Object kind = value(pairs, EventField.EVENT);
        line.append("{\"time\":\"");
        TIME.formatTo(event.getInstant(), line);
        line.append("\",\"level\":\"").append(event.getLevel()).append('"');
        jsonField(EventField.EVENT, kind == null ? "log" : kind);
        jsonField("message", message(event));
        for (String field : EventField.IN_ORDER) {
            Object value = value(pairs, field);
            if (value != null) {
                jsonField(field, value);
            }
        }
        for (KeyValuePair pair : pairs) {
            if (isFurther(pair)) {
                jsonField(pair.key, pair.value);
            }
        }
        if (!event.getLoggerName().startsWith(OURS)) {
            jsonField("logger", event.getLoggerName());
        }
        if (event.getThrowableProxy() != null) {
            jsonField("error", ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        line.append('}');
    }

    private void jsonField(String name, @Nullable Object value) {
        line.append(",\"");
        LogText.appendJson(line, name);
        line.append("\":");
        if (isJsonLiteral(value)) {
            line.append(value);
        } else {
            line.append('"');
            LogText.appendJson(line, String.valueOf(value));
            line.append('"');
        }
    }

    /** JSON has no words for NaN and infinity. */
    private static boolean isJsonLiteral(@Nullable Object value) {
        return value instanceof Long
                || value instanceof Integer
                || value instanceof Boolean
                || (value instanceof Double number && Double.isFinite(number));
    }

    private void encodeText(ILoggingEvent event) {
        List<KeyValuePair> pairs = pairs(event);
        TIME.formatTo(event.getInstant(), line);
        String level = event.getLevel().toString();
        line.append(' ').append(level).repeat(' ', Math.max(0, 6 - level.length()));
        if (!event.getLoggerName().startsWith(OURS)) {
            line.append(event.getLoggerName()).append(": ");
        }
        LogText.appendPlain(line, message(event));
        for (String field : EventField.IN_ORDER) {
            textField(field, value(pairs, field));
        }
        for (KeyValuePair pair : pairs) {
            if (isFurther(pair)) {
                textField(pair.key, pair.value);
            }
        }
        if (event.getThrowableProxy() != null) {
            appendStackTrace(ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
    }

    private void textField(String name, @Nullable Object value) {
        if (value == null) {
            return;
        }
        String text = value.toString();
        boolean quoted =
                text.isEmpty() || text.chars().anyMatch(c -> c <= ' ' || c == '"' || c == '=');
        line.append(' ');
        LogText.appendPlain(line, name);
        line.append('=');
        if (quoted) {
            line.append('"');
            LogText.appendJson(line, text);
            line.append('"');
        } else {
            LogText.appendPlain(line, text);
        }
    }

    /**
     * A trace may span lines, but each is indented, so that what an exception quotes cannot pass
     * for an event of its own.
     */
    private void appendStackTrace(String trace) {
        trace.lines().forEach(traceLine -> {
            line.append("\n    ");
            LogText.appendPlain(line, traceLine.strip());
        });
    }

    private static String message(ILoggingEvent event) {
        String message = event.getFormattedMessage();
        if (message == null) {
            return "";
        }
        return message.length() <= MAX_MESSAGE_LENGTH
                ? message
                : message.substring(0, MAX_MESSAGE_LENGTH) + "…";
    }

    private static List<KeyValuePair> pairs(ILoggingEvent event) {
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        return pairs == null ? List.of() : pairs;
    }

    private static @Nullable Object value(List<KeyValuePair> pairs, String key) {
        for (KeyValuePair pair : pairs) {
            if (pair.key.equals(key)) {
                return pair.value;
            }
        }
        return null;
    }

    private static boolean isFurther(KeyValuePair pair) {
        return !pair.key.equals(EventField.EVENT) && !EventField.IN_ORDER.contains(pair.key);
    }
}
