package io.holdfast.cli.talk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryFileTest {
    @TempDir
    Path directory = Path.of("");

    @Test
    void onlyItsOwnerReadsItEvenIfItWasOpenToOthers() throws IOException {
        Map<String, String> environment = Map.of("XDG_STATE_HOME", directory.toString());
        Path file = HistoryFile.prepare(environment);
        assertThat(file).isNotNull().hasParent(directory.resolve("holdfast"));
        assertThat(permissions(file)).isEqualTo("rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        HistoryFile.prepare(environment);
        assertThat(permissions(file)).isEqualTo("rw-------");
    }

    @Test
    void itLiesInTheStateDirectoryOfTheHomeByDefault() {
        assertThat(HistoryFile.prepare(
                        Map.of("HOME", directory.toString(), "XDG_STATE_HOME", "relative")))
                .isEqualTo(directory.resolve(".local/state/holdfast/connect-history"));
    }

    @Test
    void withoutAPlaceThereIsNone() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThat(HistoryFile.prepare(Map.of("XDG_STATE_HOME", file.toString())))
                .isNull();
        assertThat(HistoryFile.prepare(Map.of())).isNull();
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
