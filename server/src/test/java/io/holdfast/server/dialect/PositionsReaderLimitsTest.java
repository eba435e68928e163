package io.holdfast.server.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes beyond the JSON parser's own limits is a mistake of the client's like any other. */
class PositionsReaderLimitsTest {
    @ParameterizedTest
    @ValueSource(strings = {"depth", "name", "number", "digits of a double"})
    void whatNoParserTakesIsNothing(String which) {
        String text = switch (which) {
            case "depth" -> "{'x':{'y':" + "[".repeat(2_000) + "]".repeat(2_000) + "}}";
            case "name" -> "{'" + "n".repeat(60_000) + "':{'epoch':'e','seq':1}}";
            case "number" -> "{'x':{'epoch':'e','seq':" + "9".repeat(2_000) + "}}";
            default -> "{'x':{'epoch':'e','y':0." + "9".repeat(2_000) + ",'seq':1}}";
        };
        byte[] bytes = text.replace('\'', '"').getBytes(UTF_8);
        assertThat(PositionsReader.read(bytes, 0, bytes.length)).isNull();
    }
}
