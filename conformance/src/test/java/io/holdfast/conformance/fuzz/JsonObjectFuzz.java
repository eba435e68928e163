package io.holdfast.conformance.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.server.json.JsonObjectReader;
import io.holdfast.server.json.JsonObjectReader.Kind;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The reader of JSON objects finds what Jackson's tree of the same text holds. */
public final class JsonObjectFuzz {
    private static final String[] NAMES = {"event", "id", "room", "data"};
    private static final int MAX_DEPTH = 6;
    private static final int MAX_STRING = 20;
    /** Digits that always fit into a long. */
    private static final int MAX_DIGITS = 18;

    private static final JsonObjectReader READER =
            new JsonObjectReader(MAX_DEPTH, MAX_STRING, NAMES);

    private JsonObjectFuzz() {}

    /** Readers are given valid UTF-8 only; so what is none becomes another text first. */
    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, UTF_8);
        byte[] bytes = ("}\"" + text + "\"]{").getBytes(UTF_8);
        int from = 2;
        int to = bytes.length - 3;
        byte[] before = bytes.clone();
        Kind kind = READER.read(bytes, from, to);
        JsonNode tree = JsonTrees.of(bytes, from, to);
        checkKind(kind, tree, text, bytes, from, to);
        if (kind == Kind.OBJECT && tree != null) {
            for (int field = 0; field < NAMES.length; field++) {
                checkField(field, tree.get(NAMES[field]), bytes, from, to);
            }
            String twice = READER.duplicate();
            Invariant.holds(
                    twice == null || JsonTrees.hasNamesTwice(bytes, from, to),
                    "a name that is told to be there twice is");
        }
        Invariant.holds(Arrays.equals(before, bytes), "reading changes no text");
    }

    private static void checkKind(
            Kind kind, @Nullable JsonNode tree, String text, byte[] bytes, int from, int to) {
        switch (kind) {
            case OBJECT -> Invariant.holds(tree != null && tree.isObject(), "it is an object");
            case OTHER_JSON -> Invariant.holds(tree != null && !tree.isObject(), "it is JSON");
            case TEXT -> Invariant.holds(tree == null, "it is no JSON");
            case TOO_DEEP -> {
                long brackets = text.chars().filter(c -> c == '[' || c == '{').count();
                Invariant.holds(
                        tree == null ? brackets > MAX_DEPTH : JsonTrees.depth(tree) > MAX_DEPTH,
                        "it is too deep");
            }
            case TOO_LONG ->
                Invariant.holds(
                        tree == null
                                ? text.length() > MAX_STRING
                                : hasLongString(tree) || JsonTrees.hasNamesTwice(bytes, from, to),
                        "one of its strings is too long");
        }
        if (tree != null && (kind == Kind.OBJECT || kind == Kind.OTHER_JSON)) {
            Invariant.holds(JsonTrees.depth(tree) <= MAX_DEPTH, "it is not too deep");
            Invariant.holds(!hasLongString(tree), "its strings are not too long");
        }
    }

    private static boolean hasLongString(JsonNode tree) {
        for (String name : NAMES) {
            JsonNode value = tree.get(name);
            if (value != null && isLongString(value)) {
                return true;
            }
        }
        return isLongString(tree);
    }

    private static boolean isLongString(JsonNode value) {
        return value.isString() && value.stringValue().length() > MAX_STRING;
    }

    private static void checkField(
            int field, @Nullable JsonNode value, byte[] bytes, int from, int to) {
        Invariant.same(value != null, READER.has(field), "a field is there or not");
        Invariant.same(value == null || value.isNull(), READER.isNull(field), "null or not");
        Invariant.same(value != null && value.isObject(), READER.isObject(field), "object or not");
        Invariant.same(value != null && value.isString(), READER.isString(field), "string or not");
        if (value == null) {
            Invariant.holds(READER.string(field) == null, "an absent field has no string");
            Invariant.holds(READER.integer(field) == null, "an absent field has no number");
            Invariant.holds(READER.bool(field) == null, "an absent field is not true or false");
            return;
        }
        int start = READER.start(field);
        int end = READER.end(field);
        Invariant.holds(from < start && start < end && end < to, "a value lies in its text");
        JsonNode again = JsonTrees.of(bytes, start, end);
        Invariant.holds(value.equals(again), "a value's bytes are the value", () -> again);
        Invariant.holds(
                bytes[start] > ' ' && bytes[end - 1] > ' ', "no space stands around a value");
        if (value.isString()) {
            String string = READER.string(field);
            Invariant.holds(
                    value.stringValue().equals(string), "a string is unescaped", () -> string);
        }
        boolean small = value.isIntegralNumber() && end - start <= MAX_DIGITS;
        Long expected = small ? value.longValue() : null;
        Long integer = READER.integer(field);
        Invariant.holds(
                expected == null ? integer == null : expected.equals(integer),
                "a whole number is taken",
                () -> integer);
        Boolean expectedBool = value.isBoolean() ? value.booleanValue() : null;
        Boolean bool = READER.bool(field);
        Invariant.holds(
                expectedBool == null ? bool == null : expectedBool.equals(bool),
                "true and false are taken");
    }
}
