package io.holdfast.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

/** Every way to get it wrong ends in one line that says where, what, and what is allowed. */
final class ConfigErrorTest {

    @TempDir
    private Path directory = Path.of(".");

    /** In the file, ~ stands for a line break. FILE in the message stands for the path. */
    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "wrong-files.csv", delimiter = '|', quoteCharacter = '`')
    void aWrongFileIsExplained(String content, String message) throws IOException {
        Path file =
                Files.writeString(directory.resolve("holdfast.ini"), content.replace('~', '\n'));
        assertThat(failure(new ConfigSources(Map.of(), Map.of(), file)))
                .isEqualTo(message.replace("FILE", file.toString()));
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvFileSource(resources = "wrong-variables.csv", delimiter = '|', quoteCharacter = '`')
    void aWrongVariableIsExplained(String name, String value, String message) {
        assertThat(failure(new ConfigSources(Map.of(), Map.of(name, value), null)))
                .isEqualTo(message);
    }

    @Test
    void aWrongFlagIsNamedAsTheUserTypedIt() {
        assertThat(failure(flag("server.port", "--port", "x")))
                .isEqualTo("--port (server.port) = x: allowed: a whole number from 0 to 65535");
        assertThat(failure(flag("bot.port", "--bot-port", "-1")))
                .isEqualTo("--bot-port (bot.port) = -1: allowed: a whole number from 0 to 65535");
        assertThat(failure(flag("server.port", "--port", "9000")))
                .isEqualTo("--port (server.port) = 9000: does not go with [bot] port (default) ="
                        + " 9000; the two listeners need different ports, or 0 for a free one");
        assertThat(failure(flag("limits.mesage_size", "--set limits.mesage_size", "1")))
                .isEqualTo("--set limits.mesage_size: unknown key; did you mean [limits]"
                        + " message_size?");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        port=1            | --set port=…
        server.port       | --set server.port
        secret=a.b        | --set secret=…
        """)
    void aMalformedSetIsExplainedWithoutItsValue(String assignment, String shown) {
        ConfigException failure = catchThrowableOfType(
                ConfigException.class, () -> ConfigSources.parseSet(assignment));
        assertThat(failure)
                .hasMessage(
                        "%s: allowed: section.key=value, such as limits.message_size=64KiB", shown);
    }

    @Test
    void aFileThatCannotBeReadIsExplained() throws IOException {
        Path missing = directory.resolve("missing.ini");
        assertThat(failure(new ConfigSources(Map.of(), Map.of(), missing)))
                .isEqualTo(missing + ": there is no such file; check --config");
        assertThat(failure(new ConfigSources(Map.of(), Map.of(), directory)))
                .isEqualTo(directory + ": it is a directory; give a readable text file");
        Path latin = directory.resolve("latin.ini");
        Files.write(latin, "; caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(failure(new ConfigSources(Map.of(), Map.of(), latin)))
                .isEqualTo(latin + ": is not UTF-8; save it in that encoding");
        Path huge = directory.resolve("huge.ini");
        Files.write(huge, new byte[IniFile.MAX_BYTES + 1]);
        assertThat(failure(new ConfigSources(Map.of(), Map.of(), huge)))
                .isEqualTo(huge + ": is larger than 1 MiB, so it is not a configuration");
    }

    @Test
    void aHostileValueCannotBreakTheLineOrFloodIt() {
        String message = failure(flag("server.port", "--port", "1\n\u001b[31m" + "x".repeat(500)));
        assertThat(message).doesNotContain("\n", "\u001b").hasSizeLessThan(250);
        assertThat(message).contains("1\\u000a\\u001b[31mxxx");
    }

    private static ConfigSources flag(String key, String name, String value) {
        return new ConfigSources(Map.of(key, new ConfigSources.Flag(name, value)), Map.of(), null);
    }

    private static String failure(ConfigSources sources) {
        ConfigException failure =
                catchThrowableOfType(ConfigException.class, () -> ConfigLoader.load(sources));
        assertThat(failure).as("should have been refused").isNotNull();
        assertThat(failure.getMessage()).doesNotContain("\n");
        return String.valueOf(failure.getMessage());
    }
}
