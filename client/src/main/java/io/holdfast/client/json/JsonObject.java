package io.holdfast.client.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * One JSON object as it was received: each field's text, byte for byte. A field that is not there
 * and one of another type than asked for are the same: null. Immutable.
 */
public final class JsonObject {
    /** Levels; more than any of our servers forwards. */
    private static final int MAX_DEPTH = 128;
    /** Digits; what certainly fits into a long. */
    private static final int MAX_DIGITS = 18;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();

    private record Field(JsonToken token, String text) {}

    private final Map<String, Field> fields;

    private JsonObject(Map<String, Field> fields) {
        this.fields = fields;
    }

    /** Reads valid UTF-8; null when it is not one JSON object, or deeper than we read. */
    public static @Nullable JsonObject parse(byte[] bytes, int from, int to) {
        try (JsonParser parser =
                FACTORY.createParser(ObjectReadContext.empty(), bytes, from, to - from)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            Map<String, Field> fields = new LinkedHashMap<>();
            String name;
            while ((name = parser.nextName()) != null) {
                fields.put(name, field(parser, bytes, from));
            }
            return parser.nextToken() == null ? new JsonObject(fields) : null;
        } catch (JacksonException malformed) {
            return null;
        }
    }

    public static @Nullable JsonObject parse(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return parse(bytes, 0, bytes.length);
    }

    private static Field field(JsonParser parser, byte[] bytes, int from) {
        JsonToken token = parser.nextToken();
        int start = from + (int) parser.currentTokenLocation().getByteOffset();
        if (token == JsonToken.VALUE_STRING) {
            parser.getString(); // Strings are read lazily: this one to its end.
        } else {
            parser.skipChildren();
        }
        int end = from + (int) parser.currentLocation().getByteOffset();
        return new Field(token, new String(bytes, start, end - start, StandardCharsets.UTF_8));
    }

    public Set<String> names() {
        return fields.keySet();
    }

    /** The field's JSON text as it came; null when it is absent. */
    public @Nullable String raw(String name) {
        Field field = fields.get(name);
        return field == null ? null : field.text();
    }

    public @Nullable String string(String name) {
        Field field = fields.get(name);
        return field != null && field.token() == JsonToken.VALUE_STRING
                ? unescape(field.text())
                : null;
    }

    public String string(String name, String otherwise) {
        String value = string(name);
        return value == null ? otherwise : value;
    }

    /** A whole number in the range of long. */
    public @Nullable Long number(String name) {
        Field field = fields.get(name);
        return field != null
                        && field.token() == JsonToken.VALUE_NUMBER_INT
                        && field.text().length() <= MAX_DIGITS
                ? Long.valueOf(field.text())
                : null;
    }

    public long number(String name, long otherwise) {
        Long value = number(name);
        return value == null ? otherwise : value;
    }

    /** False when it is absent or anything but true. */
    public boolean isTrue(String name) {
        Field field = fields.get(name);
        return field != null && field.token() == JsonToken.VALUE_TRUE;
    }

    public @Nullable JsonObject object(String name) {
        Field field = fields.get(name);
        return field != null && field.token() == JsonToken.START_OBJECT
                ? parse(field.text())
                : null;
    }

    /** The strings in an array; other elements are passed over. */
    public List<String> strings(String name) {
        Field field = fields.get(name);
        List<String> strings = new ArrayList<>();
        if (field != null && field.token() == JsonToken.START_ARRAY) {
            try (JsonParser parser =
                    FACTORY.createParser(ObjectReadContext.empty(), field.text())) {
                parser.nextToken();
                while (parser.nextToken() != null) {
                    if (parser.currentToken() == JsonToken.VALUE_STRING) {
                        strings.add(parser.getString());
                    } else {
                        parser.skipChildren();
                    }
                }
            }
        }
        return strings;
    }

    /** The text of a JSON string; null when the JSON is anything else, or not JSON. */
    public static @Nullable String unescape(String json) {
        int end = json.length() - 1;
        if (end < 1 || json.charAt(0) != '"' || json.charAt(end) != '"') {
            return null;
        }
        if (json.indexOf('\\') < 0) {
            return json.indexOf('"', 1) == end ? json.substring(1, end) : null;
        }
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            String text = parser.nextToken() == JsonToken.VALUE_STRING ? parser.getString() : null;
            return parser.nextToken() == null ? text : null;
        } catch (JacksonException malformed) {
            return null;
        }
    }

    /** Whether the text is one JSON value. */
    public static boolean isJson(String text) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            parser.getString(); // Scalars are read lazily.
            return parser.nextToken() == null;
        } catch (JacksonException malformed) {
            return false;
        }
    }
}
