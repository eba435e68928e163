package io.holdfast.server.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.server.json.JsonObjectReader.Kind;
import java.nio.charset.Charset;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonObjectReaderTest {
    private static final int DATA = 0;
    private static final int ID = 1;

    private final JsonObjectReader reader = new JsonObjectReader(8, 20, "data", "id");
    private byte[] source = {};

    /** Reads the text from the middle of a larger array, as from a socket's buffer. */
    private Kind read(String text) {
        source = ("\"}]x" + text + "\"}]y").getBytes(UTF_8);
        return reader.read(source, 4, source.length - 4);
    }

    private String range(int field) {
        int start = reader.start(field);
        return new String(source, start, reader.end(field) - start, UTF_8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"data":1}                      | 1
                    { "data" : [ 1, {"a":"]}"} ] }  | [ 1, {"a":"]}"} ]
                    {"x":{"data":2},"data":{"b" :3}}| {"b" :3}
                    {"data":"a\\"b\\\\","x":1}      | "a\\"b\\\\"
                    {"data":"é환🚀"}                | "é환🚀"
                    {"data":-1.50e+3  ,"x":[]}      | -1.50e+3
                    {"data":true}                   | true
                    {"data":null}                   | null
                    {"data":[],"id":"i"}            | []
                    {"d\\u0061ta":{}}               | {}
                    {"data":""}                     | ""
                    """)
    void aValueStandsWhereItStoodByteForByte(String text, String value) {
        assertThat(read(text)).isEqualTo(Kind.OBJECT);
        assertThat(reader.has(DATA)).isTrue();
        assertThat(range(DATA)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {}                  | OBJECT
                    [1,2]               | OTHER_JSON
                    "text"              | OTHER_JSON
                    17                  | OTHER_JSON
                    true                | OTHER_JSON
                    null                | OTHER_JSON
                    hello               | TEXT
                    {                   | TEXT
                    {"data"             | TEXT
                    {"data":            | TEXT
                    {"data":"           | TEXT
                    {"data":"a          | TEXT
                    {"data":"a\\        | TEXT
                    {"data":"a"         | TEXT
                    {"data":1,}         | TEXT
                    {"data":1}x         | TEXT
                    {"data":1}{}        | TEXT
                    {data:1}            | TEXT
                    {"data":01}         | TEXT
                    {"data":.5}         | TEXT
                    {"data":"\\x"}      | TEXT
                    [1,                 | TEXT
                    "text               | TEXT
                    "a" "b"             | TEXT
                    nul                 | TEXT
                    {"data":NaN}        | TEXT
                    /* c */ {}          | TEXT
                    """)
    void aTextIsOneOfFourThings(String text, Kind kind) {
        assertThat(read(text)).isEqualTo(kind);
    }

    @Test
    void anEmptyTextIsNoJson() {
        assertThat(read("")).isEqualTo(Kind.TEXT);
        assertThat(read("  ")).isEqualTo(Kind.TEXT);
    }

    /** ASCII in another encoding is valid UTF-8 too, with NULs. */
    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void otherEncodingsAreNotGuessed(String encoding) {
        for (String text : new String[] {"{\"data\":[1]}", "[1]", "1", " {}"}) {
            source = text.getBytes(Charset.forName(encoding));
            assertThat(reader.read(source, 0, source.length)).isEqualTo(Kind.TEXT);
            assertThat(reader.has(DATA)).isFalse();
        }
    }

    /** A value that may be too long is looked at before it is known to be JSON. */
    @Test
    void otherEncodingsAreNotGuessedInAStringEither() {
        String nuls = "\0".repeat(8);
        assertThat(read("{\"id\":\"" + nuls + "é".repeat(9) + "\\n\"}")).isEqualTo(Kind.TEXT);
    }

    @Test
    void oneByteOrderMarkIsOverlooked() {
        assertThat(read("\uFEFF{\"data\":[1]}")).isEqualTo(Kind.OBJECT);
        assertThat(range(DATA)).isEqualTo("[1]");
        assertThat(read("\uFEFF")).isEqualTo(Kind.TEXT);
        assertThat(read("\uFEFF\uFEFF{}")).isEqualTo(Kind.TEXT);
    }

    @Test
    void aFieldIsAScalarWhenItIsThereAndHasNothingInside() {
        for (String scalar : new String[] {"1", "-1.5", "\"x\"", "true", "null"}) {
            read("{\"data\":" + scalar + "}");
            assertThat(reader.isScalar(DATA)).as(scalar).isTrue();
        }
        for (String text : new String[] {"{}", "{\"data\":{}}", "{\"data\":[]}"}) {
            read(text);
            assertThat(reader.isScalar(DATA)).as(text).isFalse();
        }
    }

    @Test
    void fieldsOfTheTextBeforeAreForgotten() {
        read("{\"data\":1,\"data\":2,\"id\":\"x\"}");
        assertThat(reader.duplicate()).isEqualTo("data");
        read("{}");
        assertThat(reader.has(DATA)).isFalse();
        assertThat(reader.string(ID)).isNull();
        assertThat(reader.duplicate()).isNull();
    }

    @Test
    void aFieldThatIsThereTwiceIsNamedHoweverItIsSpelled() {
        read("{\"id\":1,\"i\\u0064\":2}");
        assertThat(reader.duplicate()).isEqualTo("id");
        read("{\"other\":1,\"other\":2}");
        assertThat(reader.duplicate()).as("of a field that nobody asks for").isNull();
    }

    @Test
    void ofAFieldThatIsThereTwiceTheLastIsMeantHoweverLongTheFirst() {
        String first = "{\"id\":\"" + "é".repeat(20) + "\",\"id\":";
        assertThat(read(first + "\"x\"}")).isEqualTo(Kind.OBJECT);
        assertThat(reader.string(ID)).isEqualTo("x");
        assertThat(read(first + "\"" + "x".repeat(21) + "\"}")).isEqualTo(Kind.TOO_LONG);
    }

    @Test
    void stringsAreUnescapedWhenAskedFor() {
        read("{\"id\":\"a\\n\\u00e9\\ud83d\\ude80\\\"\"}");
        assertThat(reader.string(ID)).isEqualTo("a\né🚀\"");
        read("{\"id\":17}");
        assertThat(reader.string(ID)).isNull();
    }

    @Test
    void booleansAndNumbersAreTakenOnlyAsWhatTheyAre() {
        read("{\"data\":true,\"id\":-42}");
        assertThat(reader.bool(DATA)).isTrue();
        assertThat(reader.integer(ID)).isEqualTo(-42);
        assertThat(reader.bool(ID)).isNull();
        assertThat(reader.integer(DATA)).isNull();
        read("{\"data\":\"true\",\"id\":1e3}");
        assertThat(reader.bool(DATA)).isNull();
        assertThat(reader.integer(ID)).isNull();
        read("{\"id\":99999999999999999999}");
        assertThat(reader.integer(ID)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"data\":", "{\"x\":"})
    void nestingIsTakenUpToTheLimitAndNoFurther(String start) {
        int used = start.isEmpty() ? 0 : 1;
        String end = start.isEmpty() ? "" : "}";
        String deepest = "[".repeat(8 - used) + "]".repeat(8 - used);
        assertThat(read(start + deepest + end)).isNotIn(Kind.TOO_DEEP, Kind.TEXT);
        assertThat(read(start + "[" + deepest + "]" + end)).isEqualTo(Kind.TOO_DEEP);
    }

    @Test
    void aKnownStringIsTakenUpToTheLimitInCharactersNotBytes() {
        String longest = "é".repeat(20);
        assertThat(read("{\"data\":\"" + longest + "\"}")).isEqualTo(Kind.OBJECT);
        assertThat(read("{\"data\":\"" + longest + "x\"}")).isEqualTo(Kind.TOO_LONG);
        String escaped = "\\u00e9".repeat(20);
        assertThat(read("{\"data\":\"" + escaped + "\"}")).isEqualTo(Kind.OBJECT);
        assertThat(reader.string(DATA)).isEqualTo(longest);
        assertThat(read("{\"data\":\"" + escaped + "x\"}")).isEqualTo(Kind.TOO_LONG);
        assertThat(read("\"" + longest + "x\"")).isEqualTo(Kind.TOO_LONG);
    }

    @Test
    void anUnfinishedLongStringIsNoJsonWhateverStandsBehindTheText() {
        assertThat(read("{\"data\":\"" + "a".repeat(15))).isEqualTo(Kind.TEXT);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void itAgreesWithATreeParserAboutWholeAndBrokenTexts(long seed) {
        Random random = new Random(seed);
        JsonObjectReader wide = new JsonObjectReader(100, 10_000, "data", "id");
        for (int run = 0; run < 5_000; run++) {
            String text = object(random, 0);
            if (random.nextInt(3) == 0) {
                text = broken(random, text);
            }
            byte[] bytes = text.getBytes(UTF_8);
            JsonNode tree = tree(bytes);
            Kind kind = wide.read(bytes, 0, bytes.length);
            String what = "seed %d run %d: %s".formatted(seed, run, text);
            if (tree == null) {
                assertThat(kind).as(what).isEqualTo(Kind.TEXT);
            } else if (!tree.isObject()) {
                assertThat(kind).as(what).isEqualTo(Kind.OTHER_JSON);
            } else {
                assertThat(kind).as(what).isEqualTo(Kind.OBJECT);
                JsonNode data = tree.get("data");
                assertThat(wide.has(DATA)).as(what).isEqualTo(data != null);
                if (data != null) {
                    String value = new String(
                            bytes, wide.start(DATA), wide.end(DATA) - wide.start(DATA), UTF_8);
                    assertThat(JsonMapper.shared().readTree(value)).as(what).isEqualTo(data);
                    assertThat(value).as(what).isEqualTo(value.strip());
                    assertThat(wide.string(DATA))
                            .as(what)
                            .isEqualTo(data.isString() ? data.stringValue() : null);
                }
            }
        }
    }

    private static @org.jspecify.annotations.Nullable JsonNode tree(byte[] text) {
        try {
            JsonNode tree = STRICT.readTree(text);
            return tree.isMissingNode() ? null : tree;
        } catch (tools.jackson.core.JacksonException malformed) {
            return null;
        }
    }

    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(tools.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static String broken(Random random, String text) {
        int at = random.nextInt(text.length());
        return switch (random.nextInt(3)) {
            case 0 -> text.substring(0, at);
            case 1 ->
                text.substring(0, at)
                        + "{}[]\",:\\1 ".charAt(random.nextInt(10))
                        + text.substring(at + 1);
            default -> text + " ".repeat(random.nextInt(2)) + "x";
        };
    }

    private static String object(Random random, int depth) {
        StringBuilder out = new StringBuilder("{").append(space(random));
        String[] names = {"data", "id", "a", "d\\u0061tb", "\\\"", "é"};
        int fields = random.nextInt(4);
        int first = random.nextInt(names.length);
        for (int i = 0; i < fields; i++) {
            out.append(i == 0 ? "" : ",").append(space(random));
            out.append('"').append(names[(first + i) % names.length]).append('"');
            out.append(space(random)).append(':').append(space(random));
            out.append(value(random, depth + 1)).append(space(random));
        }
        return out.append('}').toString();
    }

    private static String value(Random random, int depth) {
        String[] leaves = {
            "1",
            "-0.5e3",
            "true",
            "false",
            "null",
            "\"\"",
            "\"}]\"",
            "\"\\\\\"",
            "\"\\\"\"",
            "\"é🚀\"",
            "\"\\u0041\""
        };
        return switch (random.nextInt(depth > 4 ? 1 : 3)) {
            case 0 -> leaves[random.nextInt(leaves.length)];
            case 1 -> object(random, depth);
            default ->
                "[" + value(random, depth + 1) + space(random) + "," + value(random, depth + 1)
                        + "]";
        };
    }

    private static String space(Random random) {
        return " \t\n\r".substring(0, random.nextInt(8) == 0 ? random.nextInt(5) : 0);
    }
}
