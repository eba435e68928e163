package io.holdfast.server.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class JsonTextTest {
    private final JsonText text = new JsonText();

    private String written() {
        return new String(text.bytes(), 0, text.length(), UTF_8);
    }

    @Test
    void onlyWhatJsonDemandsIsEscaped() {
        text.string("a\"b\\c\n\r\t\u0001\u001f/\u007f é 환 🚀");
        assertThat(written()).isEqualTo("\"a\\\"b\\\\c\\n\\r\\t\\u0001\\u001f/\u007f é 환 🚀\"");
    }

    @Test
    void aTextGrowsAsFarAsItMustAndStartsAnewWhenCleared() {
        text.raw("[")
                .number(Long.MIN_VALUE)
                .raw(",")
                .string("x".repeat(100_000))
                .raw("]");
        assertThat(text.length()).isEqualTo(1 + 20 + 1 + 100_002 + 1);
        assertThat(text.clear().length()).isZero();
        assertThat(text.bytes()).as("a large buffer is given back").hasSizeLessThan(65_537);
        text.raw("{}");
        assertThat(written()).isEqualTo("{}");
    }

    @Test
    void rawBytesAreTakenAsTheyAre() {
        text.raw("xx{\"a\":1}yy".getBytes(UTF_8), 2, 9);
        assertThat(text.toBytes()).isEqualTo("{\"a\":1}".getBytes(UTF_8));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void anyStringComesBackFromAnotherParserAsItWas(long seed) {
        Random random = new Random(seed);
        for (int run = 0; run < 3_000; run++) {
            String original = randomText(random);
            byte[] utf8 = original.getBytes(UTF_8);
            // A lone surrogate has no UTF-8: what arrives is the replacement that the JDK chose.
            String expected = new String(utf8, UTF_8);
            text.clear().string(original);
            assertThat(JsonMapper.shared().readValue(written(), String.class))
                    .as("seed %d run %d", seed, run)
                    .isEqualTo(expected);
            text.clear().string(utf8, 0, utf8.length);
            assertThat(JsonMapper.shared().readValue(written(), String.class))
                    .as("as bytes: seed %d run %d", seed, run)
                    .isEqualTo(expected);
        }
    }

    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(60); i > 0; i--) {
            switch (random.nextInt(5)) {
                case 0 -> text.append((char) random.nextInt(0x20));
                case 1 -> text.append("\"\\/".charAt(random.nextInt(3)));
                case 2 -> text.append((char) (0xD800 + random.nextInt(0x800)));
                case 3 -> text.appendCodePoint(0x10000 + random.nextInt(0x10000));
                default -> text.append((char) random.nextInt(0x3000));
            }
        }
        return text.toString();
    }
}
