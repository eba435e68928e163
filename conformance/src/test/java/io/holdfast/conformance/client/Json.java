package io.holdfast.conformance.client;

import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what the server wrote; a parser with limits far above the server's. */
public final class Json {
    private static final JsonMapper MAPPER = new JsonMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNumberLength(4 << 20)
                    .maxStringLength(64 << 20)
                    .build())
            .build());

    private Json() {}

    public static JsonNode parse(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JacksonException notJson) {
            throw new AssertionError("expected JSON, got: " + shorten(text), notJson);
        }
    }

    public static String type(JsonNode message) {
        return message.path("type").asString("");
    }

    /** The names of an object's fields, sorted. */
    public static Set<String> names(JsonNode object) {
        return new TreeSet<>(object.propertyNames());
    }

    static String shorten(String text) {
        return text.length() <= 300
                ? text
                : text.substring(0, 300) + "… (" + text.length() + " characters)";
    }
}
