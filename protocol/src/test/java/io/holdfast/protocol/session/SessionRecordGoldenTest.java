package io.holdfast.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What version 1 has written stays readable. The file was made once and is never made again while
 * the format has this version; for a new version, with a new file name:
 * {@code ./mvnw -pl protocol test -Dtest=SessionRecordGoldenTest -Dholdfast.golden=write}.
 */
class SessionRecordGoldenTest {
    private static final Path FILE = Path.of(
            "src",
            "test",
            "resources",
            "io",
            "holdfast",
            "protocol",
            "session",
            "session-record-v1.bin");

    @BeforeAll
    static void writeTheFileIfItIsAskedForAndNotThere() throws Exception {
        if ("write".equals(System.getProperty("holdfast.golden")) && Files.notExists(FILE)) {
            Files.createDirectories(FILE.toAbsolutePath().getParent());
            Files.write(FILE, SessionRecordCodec.encode(SampleRecords.golden()));
        }
    }

    @Test
    void theRecordThatVersion1WroteIsReadInAllItsFields() throws Exception {
        assertThat(SessionRecordCodec.decode(Files.readAllBytes(FILE)))
                .usingRecursiveComparison()
                .isEqualTo(SampleRecords.golden());
    }

    @Test
    void whatIsWrittenTodayIsWhatVersion1WroteByteForByte() throws Exception {
        assertThat(SessionRecordCodec.encode(SampleRecords.golden()))
                .as("an older server may have to read it: change the format with care")
                .isEqualTo(Files.readAllBytes(FILE));
    }
}
