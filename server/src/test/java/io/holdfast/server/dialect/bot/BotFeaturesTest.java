package io.holdfast.server.dialect.bot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.server.json.JsonText;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BotFeaturesTest {
    private static @Nullable BotFeatures read(String text) {
        byte[] bytes = ("x" + text + "]").getBytes(UTF_8);
        return BotFeatures.read(bytes, 1, bytes.length - 1);
    }

    private static String written(BotFeatures features) {
        JsonText out = new JsonText();
        features.write(out);
        return new String(out.toBytes(), UTF_8);
    }

    /** The last column is what is agreed on. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    []                                    | []
                    ["gzip"]                              | []
                    ["length-prefixed"]                   | ["length-prefixed"]
                    ["length-prefixed","gzip"]            | ["gzip","length-prefixed"]
                    ["resume","gzip"]                     | ["resume"]
                    [ "resume", "length-prefixed" ]       | ["length-prefixed","resume"]
                    ["gzip","length-prefixed","resume"]   | ["gzip","length-prefixed","resume"]
                    ["gzip","gz\\u0069p","l\\u0065ngth-prefixed"] | ["gzip","length-prefixed"]
                    ["GZIP","Length-Prefixed","zstd",""]  | []
                    """)
    void gzipIsAgreedOnOnlyTogetherWithFrames(String offered, String agreed) {
        assertThat(read(offered))
                .isNotNull()
                .satisfies(features -> assertThat(written(features.agreed())).isEqualTo(agreed));
    }

    @Test
    void whatIsOfferedIsReadAsItIs() {
        assertThat(read("[\"gzip\"]")).isEqualTo(new BotFeatures(true, false, false));
        assertThat(read("[\"x\"]")).isEqualTo(BotFeatures.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\"gzip\"", "{}", "7", "[7]", "[null]", "[[]]", "[\"gzip\",{}]", "[", "", "x"
            })
    void whatIsNoArrayOfStringsIsNone(String text) {
        assertThat(read(text)).isNull();
    }

    @Test
    void atMostSixteenAreOffered() {
        assertThat(read("[" + "\"x\",".repeat(15) + "\"gzip\"]"))
                .isEqualTo(new BotFeatures(true, false, false));
        assertThat(read("[" + "\"x\",".repeat(16) + "\"gzip\"]")).isNull();
    }
}
