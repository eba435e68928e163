package io.holdfast.client.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    private static JsonObject object(String text) {
        JsonObject object = JsonObject.parse(text);
        assertThat(object).as(text).isNotNull();
        return object;
    }

    @Test
    void valuesKeepTheirTextByteForByte() {
        JsonObject object = object(
                " {\"a\": {\"x\" : [1.0, 2e3]} ,\"b\":\"\\u0041ї\\n\",\"c\":-1.50,\"d\":null , \"e\":true}");
        assertThat(object.raw("a")).isEqualTo("{\"x\" : [1.0, 2e3]}");
        assertThat(object.raw("b")).isEqualTo("\"\\u0041ї\\n\"");
        assertThat(object.string("b")).isEqualTo("Aї\n");
        assertThat(object.raw("c")).isEqualTo("-1.50");
        assertThat(object.raw("d")).isEqualTo("null");
        assertThat(object.isTrue("e")).isTrue();
        assertThat(object.raw("f")).isNull();
    }

    @Test
    void aRangeInTheMiddleOfABufferIsRead() {
        byte[] bytes = "xx{\"a\":\"ї\",\"b\":12}yy".getBytes(UTF_8);
        JsonObject object = JsonObject.parse(bytes, 2, bytes.length - 2);
        assertThat(object).isNotNull();
        assertThat(object.string("a")).isEqualTo("ї");
        assertThat(object.number("b")).isEqualTo(12);
        assertThat(object.raw("b")).isEqualTo("12");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "[]",
                "{",
                "{}{}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{'a':1}",
                "\"{}\"",
                "x"
            })
    void whatIsNotOneObjectIsNone(String text) {
        assertThat(JsonObject.parse(text)).isNull();
    }

    @Test
    void nestingBeyondTheLimitIsNone() {
        String deep = "{\"a\":" + "[".repeat(200) + "]".repeat(200) + "}";
        assertThat(JsonObject.parse(deep)).isNull();
    }

    @Test
    void fieldsOfAnotherTypeAreAbsent() {
        JsonObject object = object("{\"n\":\"1\",\"s\":1,\"o\":[],\"big\":99999999999999999999}");
        assertThat(object.number("n")).isNull();
        assertThat(object.string("s")).isNull();
        assertThat(object.object("o")).isNull();
        assertThat(object.number("big")).isNull();
        assertThat(object("{\"l\":[\"a\",1,[\"x\"],\"b\"]}").strings("l"))
                .containsExactly("a", "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "\"a\"", "null", "[1]", "{\"a\":1}", " true "})
    void anyValueIsJson(String text) {
        assertThat(JsonObject.isJson(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "1 2", "1},{", "\"a", "[1", "{\"a\":1}}"})
    void fragmentsAreNot(String text) {
        assertThat(JsonObject.isJson(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"", "\"abc", "\"a\\", "\"a\\\"", "\"a\"b\"", "\"a\\n\" \"b\"", "1"})
    void whatOnlyBeginsLikeAStringIsNone(String text) {
        assertThat(JsonObject.unescape(text)).isNull();
    }

    @Test
    void writtenStringsAreReadBackAsTheyWere() {
        String nasty = "\"\\/\b\f\n\r\t\u0000\u001f ї 안 😀";
        String written = new JsonWriter().string("a\"", nasty).number("n", -1).end();
        assertThat(object(written).string("a\"")).isEqualTo(nasty);
        assertThat(JsonObject.unescape(JsonWriter.quoted(nasty))).isEqualTo(nasty);
        assertThat(JsonWriter.quoted("\ud800")).isEqualTo("\"\\ud800\"");
    }
}
