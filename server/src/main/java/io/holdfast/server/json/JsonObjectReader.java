package io.holdfast.server.json;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;

/**
 * Reads the outermost object of a JSON text: for the few field names a dialect knows, where each
 * value stands. Values are not copied, so that {@code data} can be passed on byte for byte.
 *
 * <p>One per event loop; what it holds is valid until the next {@link #read} and as long as the
 * bytes are. Not thread-safe.
 */
public final class JsonObjectReader {
    /** What a text is. */
    public enum Kind {
        /** A JSON object; the fields can be asked for. */
        OBJECT,
        /** JSON, and no object. */
        OTHER_JSON,
        /** Not JSON. */
        TEXT,
        /** JSON nested beyond the limit. */
        TOO_DEEP,
        /** JSON with a string, name or number beyond its limit. */
        TOO_LONG
    }

    private JsonFactory factory;
    private int reads;
    /**
     * A factory remembers every field name that it has met, and each new one costs a copy of all of
     * them. Clients choose the names; so it is thrown away before there are many.
     */
    private static final int READS_PER_FACTORY = 128;

    private final String[] names;
    private final @Nullable JsonToken[] tokens;
    private final int[] starts;
    private final int[] ends;
    private final @Nullable String[] strings;
    private final int maxDepth;
    private final int maxStringLength;
    private byte[] bytes = {};
    private int limit;
    private @Nullable String duplicate;

    /**
     * @param maxDepth levels of nesting, the outermost included
     * @param maxStringLength of one of these fields that is a string, in characters
     * @param names the fields that will be asked for, by index
     */
    public JsonObjectReader(int maxDepth, int maxStringLength, String... names) {
        this.maxDepth = maxDepth;
        this.maxStringLength = maxStringLength;
        this.factory = JsonFactory.builder()
                // NULs would make it read UTF-16 or UTF-32, of which it knows no byte positions.
                .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(maxDepth)
                        .maxStringLength(maxStringLength)
                        .build())
                // One reader serves one event loop, so a pool shared by threads is only a cost.
                .recyclerPool(JsonRecyclerPools.threadLocalPool())
                .build();
        this.names = names.clone();
        for (int i = 0; i < names.length; i++) {
            this.names[i] = names[i].intern();
        }
        this.tokens = new JsonToken[names.length];
        this.starts = new int[names.length];
        this.ends = new int[names.length];
        this.strings = new String[names.length];
    }

    /** Reads valid UTF-8. */
    public Kind read(byte[] source, int from, int to) {
        Arrays.fill(tokens, null);
        Arrays.fill(strings, null);
        duplicate = null;
        if (++reads % READS_PER_FACTORY == 0) {
            factory = factory.rebuild().build();
        }
        bytes = source;
        limit = to;
        int start = from + byteOrderMarkLength(source, from, to);
        try (JsonParser parser =
                factory.createParser(ObjectReadContext.empty(), source, start, to - start)) {
            return read(parser, start);
        } catch (StreamReadException malformed) {
            return Kind.TEXT;
        }
    }

    /** RFC 8259 section 8.1: nobody may send one, and whoever reads may overlook it. */
    private static int byteOrderMarkLength(byte[] source, int from, int to) {
        boolean there = to - from >= 3
                && source[from] == (byte) 0xEF
                && source[from + 1] == (byte) 0xBB
                && source[from + 2] == (byte) 0xBF;
        return there ? 3 : 0;
    }

    private Kind read(JsonParser parser, int from) {
        try {
            JsonToken first = parser.nextToken();
            if (first == null) {
                return Kind.TEXT;
            }
            if (first != JsonToken.START_OBJECT) {
                parser.skipChildren();
                // Strings are read lazily; an unfinished one would hide that the text ends in its
                // middle.
                if (first == JsonToken.VALUE_STRING
                        && parser.getString().length() > maxStringLength) {
                    return Kind.TOO_LONG;
                }
                return parser.nextToken() == null ? Kind.OTHER_JSON : Kind.TEXT;
            }
            if (!readFields(parser, from)) {
                return Kind.TOO_LONG;
            }
            return parser.nextToken() == null ? Kind.OBJECT : Kind.TEXT;
        } catch (StreamConstraintsException limit) {
            return parser.streamReadContext().getNestingDepth() >= maxDepth
                    ? Kind.TOO_DEEP
                    : Kind.TOO_LONG;
        }
    }

    /** False when a known field is too long a string. The parser skips strings without looking. */
    private boolean readFields(JsonParser parser, int from) {
        String name;
        while ((name = parser.nextName()) != null) {
            JsonToken value = parser.nextToken();
            int field = indexOf(name);
            if (field < 0) {
                parser.skipChildren();
                continue;
            }
            if (tokens[field] != null) {
                duplicate = name;
            }
            tokens[field] = value;
            strings[field] = null; // of the same field before, in case it is there twice
            starts[field] = from + (int) parser.currentTokenLocation().getByteOffset();
            if (value == JsonToken.VALUE_STRING) {
                ends[field] = endOfString(starts[field]);
                if (isTooLong(field)) {
                    return false;
                }
            } else {
                parser.skipChildren();
                ends[field] = from + (int) parser.currentLocation().getByteOffset();
            }
        }
        return true;
    }

    /** A string has at most as many characters as bytes, so hardly any needs to be decoded. */
    private boolean isTooLong(int field) {
        if (ends[field] - starts[field] - 2 <= maxStringLength) {
            return false;
        }
        String text = string(field);
        return text != null && text.length() > maxStringLength;
    }

    private int endOfString(int start) {
        for (int i = start + 1; i < limit; i++) {
            if (bytes[i] == '\\') {
                i++;
            } else if (bytes[i] == '"') {
                return i + 1;
            }
        }
        return limit;
    }

    private int indexOf(String name) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** A known field that stands in the object more than once, or null. */
    public @Nullable String duplicate() {
        return duplicate;
    }

    public boolean has(int field) {
        return tokens[field] != null;
    }

    public boolean isString(int field) {
        return tokens[field] == JsonToken.VALUE_STRING;
    }

    /** Whether the field is absent, or there with nothing in it. */
    public boolean isNull(int field) {
        return tokens[field] == null || tokens[field] == JsonToken.VALUE_NULL;
    }

    public boolean isObject(int field) {
        return tokens[field] == JsonToken.START_OBJECT;
    }

    /** Whether the field is there and is neither an object nor an array. */
    public boolean isScalar(int field) {
        return tokens[field] != null && !tokens[field].isStructStart();
    }

    /** The value as a boolean; null when the field is absent or something else. */
    public @Nullable Boolean bool(int field) {
        JsonToken token = tokens[field];
        return token == JsonToken.VALUE_TRUE
                ? Boolean.TRUE
                : token == JsonToken.VALUE_FALSE ? Boolean.FALSE : null;
    }

    /** The value as a number in the range of long; null when the field is absent or something else. */
    public @Nullable Long integer(int field) {
        if (tokens[field] != JsonToken.VALUE_NUMBER_INT || ends[field] - starts[field] > 18) {
            return null;
        }
        return Long.valueOf(new String(
                bytes,
                starts[field],
                ends[field] - starts[field],
                java.nio.charset.StandardCharsets.US_ASCII));
    }

    /** Where the value's bytes begin. */
    public int start(int field) {
        return starts[field];
    }

    /** Behind the value's last byte. */
    public int end(int field) {
        return ends[field];
    }

    /** The value of a string field, unescaped; null when the field is absent or no string. */
    public @Nullable String string(int field) {
        if (!isString(field)) {
            return null;
        }
        String known = strings[field];
        if (known == null) {
            known = unescape(starts[field], ends[field]);
            strings[field] = known;
        }
        return known;
    }

    private String unescape(int start, int end) {
        for (int i = start + 1; i < end - 1; i++) {
            if (bytes[i] == '\\') {
                try (JsonParser parser = factory.createParser(
                        ObjectReadContext.empty(), bytes, start, end - start)) {
                    parser.nextToken();
                    return parser.getString();
                }
            }
        }
        return new String(
                bytes, start + 1, end - start - 2, java.nio.charset.StandardCharsets.UTF_8);
    }
}
