package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.process.StoreKeys;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The promise under random use; the seed is in the test's name. */
class ResumeSoakIT {
    private static final int STEPS = 600;

    private static final Settings LONG_HISTORY =
            Settings.QUIET.with(StoreKeys.HISTORY_SIZE, 50_000);
    /** Commits slowly, so that much happens between an append and its commit. */
    private static final Settings SLOW_DISK =
            LONG_HISTORY.with(StoreKeys.ENGINE, "disk").with("store.commit_interval", "5ms");

    @RegisterExtension
    static final RunningServer memory = RunningServer.with(LONG_HISTORY);

    @RegisterExtension
    static final RunningServer disk = RunningServer.with(SLOW_DISK);

    @TempDir
    Path directory = Path.of("");

    /** Three, or as many as {@code -Dholdfast.soak.seeds} says. */
    static LongStream seeds() {
        return LongStream.rangeClosed(1, Long.getLong("holdfast.soak.seeds", 3));
    }

    /** The same for {@code -Dholdfast.soak.restarts}, which take longer. */
    static LongStream restarts() {
        return LongStream.rangeClosed(1, Long.getLong("holdfast.soak.restarts", 1));
    }

    @ParameterizedTest(name = "memory, seed {0}")
    @MethodSource("seeds")
    void thePromiseHoldsWithTheMemoryEngine(long seed) {
        soak(memory, "m" + seed, seed);
    }

    @ParameterizedTest(name = "disk, seed {0}")
    @MethodSource("seeds")
    void thePromiseHoldsWithTheDiskEngine(long seed) {
        soak(disk, "d" + seed, seed);
    }

    private static void soak(RunningServer server, String run, long seed) {
        try (var soak = new ResumeSoak(server.process().http(), run, new Random(seed))) {
            soak.steps(STEPS);
            soak.finish();
        }
    }

    @ParameterizedTest(name = "memory, stopped twice, seed {0}")
    @MethodSource("restarts")
    void thePromiseHoldsOverGracefulRestarts(long seed) {
        restarting(LONG_HISTORY, "TERM", seed);
    }

    @ParameterizedTest(name = "disk, killed twice, seed {0}")
    @MethodSource("restarts")
    void thePromiseHoldsOverKillsWithTheDiskEngine(long seed) {
        restarting(SLOW_DISK, "KILL", seed);
    }

    private void restarting(Settings base, String signal, long seed) {
        var settings =
                base.with(StoreKeys.DIRECTORY, directory).with(Keys.ROOMS_SHUTDOWN_TIMEOUT, "0");
        var server = ServerProcess.start(settings);
        try (var soak = new ResumeSoak(server.http(), "r" + seed, new Random(seed))) {
            soak.steps(STEPS);
            for (var restart = 0; restart < 2; restart++) {
                server.signal(signal);
                var status = server.awaitExit();
                assertThat(status == 0).isEqualTo(signal.equals("TERM"));
                server.close();
                server = ServerProcess.start(settings);
                soak.restarted(server.http());
                soak.steps(STEPS / 2);
            }
            soak.finish();
        } finally {
            server.close();
        }
    }
}
