package io.holdfast.conformance.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What JSON texts mean by Jackson's trees, without the limits that our readers have. */
public final class JsonTrees {
    private static final JsonFactory UNLIMITED = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION) // texts are UTF-8
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(100_000).build())
            .build();

    private static final JsonMapper WHOLE = JsonMapper.builder(UNLIMITED)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final JsonMapper FIRST = JsonMapper.builder(UNLIMITED)
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final JsonMapper STRICT = JsonMapper.builder(UNLIMITED)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Which may be overlooked at the start (RFC 8259 section 8.1). */
    private static final byte[] MARK = "\uFEFF".getBytes(StandardCharsets.UTF_8);

    private JsonTrees() {}

    /** The value that the range is, or null when it is not one. */
    public static @Nullable JsonNode of(byte[] bytes, int from, int to) {
        return read(WHOLE, bytes, from, to);
    }

    /** The object that our own range has to be. */
    public static ObjectNode object(byte[] bytes) {
        if (of(bytes, 0, bytes.length) instanceof ObjectNode object) {
            return object;
        }
        throw new AssertionError("Does not hold: what we write is an object; seen: "
                + new String(bytes, StandardCharsets.UTF_8));
    }

    /** The value that the range begins with, or null. */
    public static @Nullable JsonNode first(byte[] bytes, int from, int to) {
        return read(FIRST, bytes, from, to);
    }

    /** Whether an object in the first value has a name twice; a tree keeps one of them. */
    public static boolean hasNamesTwice(byte[] bytes, int from, int to) {
        return read(FIRST, bytes, from, to) != null && read(STRICT, bytes, from, to) == null;
    }

    private static @Nullable JsonNode read(JsonMapper mapper, byte[] bytes, int from, int to) {
        byte[] text = Arrays.copyOfRange(bytes, from, to);
        int mark = Arrays.mismatch(MARK, text) == MARK.length ? MARK.length : 0;
        try {
            JsonNode tree = mapper.readTree(text, mark, text.length - mark);
            return tree == null || tree.isMissingNode() ? null : tree;
        } catch (JacksonException malformed) {
            return null;
        }
    }

    /** Levels of arrays and objects, the outermost included. */
    public static int depth(JsonNode tree) {
        int deepest = 0;
        for (JsonNode child : tree) {
            deepest = Math.max(deepest, depth(child));
        }
        return tree.isContainer() ? deepest + 1 : 0;
    }
}
