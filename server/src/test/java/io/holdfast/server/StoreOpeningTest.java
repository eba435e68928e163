package io.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.holdfast.server.config.ConfigException;
import io.holdfast.server.config.ConfigLoader;
import io.holdfast.server.config.ConfigSources;
import io.holdfast.server.config.StoreSettings;
import io.holdfast.store.Image;
import io.holdfast.store.Opened;
import io.holdfast.store.StoreException;
import io.holdfast.store.StreamImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreOpeningTest {
    private static final Image SOMETHING =
            new Image(77, List.of(), List.of(new StreamImage("x", "e", 3, List.of())));

    @TempDir
    private Path directory = Path.of(".");

    private static StoreSettings settings(Map<String, String> settings) throws ConfigException {
        return ConfigLoader.load(ConfigSources.of(settings)).store();
    }

    private StoreSettings in(Path place, String engine, String... more) throws ConfigException {
        Map<String, String> all = new HashMap<>();
        all.put("store.engine", engine);
        all.put("store.directory", place.toString());
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        return settings(all);
    }

    /** The settings as they are when nobody has chosen a directory, but in that one. */
    private static StoreSettings unchosen(StoreSettings chosen) {
        return new StoreSettings(
                chosen.maxSessions(),
                chosen.engine(),
                chosen.directory(),
                true,
                chosen.snapshot(),
                chosen.uncommittedBytes(),
                chosen.history(),
                chosen.disk());
    }

    @Test
    void theMemoryEngineFindsTheSnapshotOfAGracefulStopOnce() throws Exception {
        StoreSettings settings = in(directory.resolve("made/for/it"), "memory");
        Opened first = StoreOpening.open(settings);
        assertThat(first.store().durable()).isFalse();
        assertThat(first.found().clockMillis()).isZero();
        first.store().stop(SOMETHING);
        Opened second = StoreOpening.open(settings);
        assertThat(second.found().clockMillis()).isEqualTo(77);
        assertThat(second.found().streams())
                .singleElement()
                .isEqualTo(new StreamImage("x", "e", 3, List.of()));
        second.store().close();
        Opened third = StoreOpening.open(settings);
        assertThat(third.found().streams())
                .as("consumed, and not written again")
                .isEmpty();
        third.store().close();
    }

    @Test
    void withoutASnapshotNothingIsTouched() throws Exception {
        Path never = directory.resolve("never");
        Opened opened = StoreOpening.open(in(never, "memory", "store.snapshot", "false"));
        opened.store().stop(SOMETHING);
        assertThat(never).doesNotExist();
    }

    @Test
    void theDiskEngineIsDurable() throws Exception {
        Path place = directory.resolve("disk");
        Opened opened = StoreOpening.open(in(place, "disk"));
        assertThat(opened.store().durable()).isTrue();
        opened.store().close();
        assertThat(place).isDirectory();
    }

    @Test
    void aChosenDirectoryThatCannotBeUsedStopsTheStartAndIsNamed() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        for (String engine : List.of("memory", "disk")) {
            assertThatExceptionOfType(StartException.class)
                    .as(engine)
                    .isThrownBy(() -> StoreOpening.open(in(file, engine)))
                    .withMessageContaining("store.directory = " + file);
        }
    }

    @Test
    void aDirectoryThatAnotherServerUsesStopsTheStart() throws Exception {
        StoreSettings settings = in(directory, "memory");
        Opened other = StoreOpening.open(settings);
        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> StoreOpening.open(settings));
        other.store().close();
        StoreOpening.open(settings).store().close();
    }

    @Test
    void aDirectoryThatNobodyChoseIsDoneWithout() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        Opened opened = StoreOpening.open(unchosen(in(file, "memory")));
        assertThat(opened.store().available()).isTrue();
        opened.store().stop(SOMETHING);
        assertThat(Files.size(file)).isZero();
    }

    @Test
    void theDefaultDirectoryIsOneThatNobodyChose() throws ConfigException {
        assertThat(settings(Map.of()).directoryIsDefault()).isTrue();
    }

    @Test
    void aSnapshotThatCannotBeReadDoesNotStopTheStartAndIsReported()
            throws StartException, StoreException, ConfigException, IOException {
        StoreSettings settings = in(directory, "memory");
        StoreOpening.open(settings).store().stop(SOMETHING);
        try (var files = Files.list(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                if (bytes.length > 0) {
                    bytes[bytes.length / 2] ^= 0x55;
                    Files.write(file, bytes);
                }
            }
        }
        Opened opened = StoreOpening.open(settings);
        assertThat(opened.report()).isNotEmpty();
        assertThat(opened.found().streams()).isEmpty();
        opened.store().close();
    }
}
