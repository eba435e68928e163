package io.holdfast.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IniFileTest {

    private static final String ALPHABET = "ab =;#\"\\[]\t\nж😀:,";

    @TempDir
    private Path directory = Path.of(".");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aQuotedValueIsReadBackTheSame(long seed) throws IOException, ConfigException {
        SplittableRandom random = new SplittableRandom(seed);
        Path file = directory.resolve("holdfast.ini");
        for (int i = 0; i < 300; i++) {
            String value = text(random, 20);
            Files.writeString(file, "[rooms]\nx = " + IniFile.quoteIfNeeded(value) + " ; tail\n");
            assertThat(IniFile.read(file))
                    .containsExactly(new IniFile.Entry("rooms", "x", value, 2));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6})
    void anyTextIsReadOrRefusedInOneLine(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        Path file = directory.resolve("holdfast.ini");
        for (int i = 0; i < 300; i++) {
            Files.writeString(file, "[rooms]\n" + text(random, 60));
            try {
                assertThat(IniFile.read(file)).allMatch(entry -> !entry.key().isEmpty());
            } catch (ConfigException e) {
                assertThat(e.getMessage()).startsWith(file + ":").doesNotContain("\n");
            }
        }
    }

    private static String text(SplittableRandom random, int maxLength) {
        int[] characters = ALPHABET.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(maxLength); i > 0; i--) {
            text.appendCodePoint(characters[random.nextInt(characters.length)]);
        }
        return text.toString();
    }
}
