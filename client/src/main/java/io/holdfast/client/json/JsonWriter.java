package io.holdfast.client.json;

import org.jspecify.annotations.Nullable;

/** Writes one JSON object, field by field. Not thread-safe. */
public final class JsonWriter {
    private final StringBuilder text = new StringBuilder(128).append('{');

    /** Adds a string; nothing when it is null. */
    public JsonWriter string(String name, @Nullable String value) {
        if (value != null) {
            name(name);
            quote(value);
        }
        return this;
    }

    public JsonWriter number(String name, long value) {
        name(name);
        text.append(value);
        return this;
    }

    public JsonWriter bool(String name, boolean value) {
        name(name);
        text.append(value);
        return this;
    }

    /** Adds JSON as it is; nothing when it is null. */
    public JsonWriter raw(String name, @Nullable String json) {
        if (json != null) {
            name(name);
            text.append(json);
        }
        return this;
    }

    /** The whole object; nothing may be added after it. */
    public String end() {
        return text.append('}').toString();
    }

    /** A text as a JSON string, quotes included. */
    public static String quoted(String value) {
        JsonWriter writer = new JsonWriter();
        writer.quote(value);
        return writer.text.substring(1);
    }

    private void name(String name) {
        if (text.length() > 1) {
            text.append(',');
        }
        quote(name);
        text.append(':');
    }

    /** Escapes only what RFC 8259 section 7 demands, and lone surrogates: UTF-8 has none. */
    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || isLoneSurrogate(value, i)) {
                text.append("\\u").append(hex(c >> 12)).append(hex(c >> 8));
                text.append(hex(c >> 4)).append(hex(c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }

    private static boolean isLoneSurrogate(String value, int at) {
        char c = value.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == value.length() || !Character.isLowSurrogate(value.charAt(at + 1));
        }
        return Character.isLowSurrogate(c)
                && (at == 0 || !Character.isHighSurrogate(value.charAt(at - 1)));
    }

    private static char hex(int nibble) {
        return Character.forDigit(nibble & 15, 16);
    }
}
