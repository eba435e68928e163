package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.type;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.ResumingClient;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.process.StoreKeys;
import io.holdfast.conformance.process.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A directory that cannot be used is named, with what to do about it. */
class StoreDirectoryIT {
    @TempDir
    Path directory = Path.of("");

    private static Settings settings(String engine, Path directory) {
        return Settings.QUIET.with(StoreKeys.ENGINE, engine).with(StoreKeys.DIRECTORY, directory);
    }

    private static void assertRefused(Settings settings, String... named) {
        try (var server = ServerProcess.launch(settings)) {
            assertThat(server.awaitExit())
                    .as(() -> String.join("\n", server.err().tail(20)))
                    .isEqualTo(2);
            assertThat(server.out().all()).isEmpty();
            assertThat(server.err().all()).hasSize(1);
            assertThat(server.err().all().getFirst()).contains(named);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "disk"})
    void aFileInsteadOfADirectoryIsNamed(String engine) throws IOException {
        var file = Files.writeString(directory.resolve("file"), "x");

        assertRefused(
                settings(engine, file),
                "store.directory",
                file.toString(),
                "is not a directory",
                "move the file away");
    }

    /** Nobody, the superuser included, can make files in Linux's /proc. */
    @ParameterizedTest
    @ValueSource(strings = {"memory", "disk"})
    void aDirectoryThatCannotBeWrittenToIsNamed(String engine) {
        var proc = Path.of("/proc");
        if (!Files.isDirectory(proc)) {
            throw Tool.missing("there is no /proc, a directory that nobody can write to");
        }
        assertRefused(
                settings(engine, proc), "store.directory", "/proc", "let this user write to it");
    }

    @Test
    void aDirectoryThatIsNotThereIsMade() {
        var deep = directory.resolve("a").resolve("b");
        try (var server = ServerProcess.start(settings("disk", deep))) {
            assertThat(deep).isDirectory();
            assertThat(server.isAlive()).isTrue();
        }
    }

    @Test
    void aChosenDirectoryOfAnotherServerIsRefusedAndTheOtherIsNamed() {
        try (var first = ServerProcess.start(settings("memory", directory))) {
            for (var engine : new String[] {"memory", "disk"}) {
                assertRefused(
                        settings(engine, directory),
                        "store.directory",
                        directory.toString(),
                        "is in use by process " + first.pid(),
                        "stop that process");
            }
        }
    }

    @Test
    void aDefaultDirectoryOfAnotherServerIsDoneWithoutAndThatIsSaid() {
        // Both work in the same directory.
        var settings = Settings.QUIET.jvmFlag("-Duser.dir=" + directory);
        try (var first = ServerProcess.start(settings);
                var second = ServerProcess.start(settings)) {
            second.err()
                    .await(
                            "WARN",
                            "sessions will not outlive this process",
                            "process " + first.pid(),
                            "store.directory",
                            "store.snapshot");
            try (var ann = ResumingClient.of(second.http(), "/ws/ann")) {
                assertThat(type(ann.come())).isEqualTo("welcome");
            }
        }
    }
}
