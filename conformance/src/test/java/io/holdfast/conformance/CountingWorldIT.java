package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.world.Counts;
import io.holdfast.conformance.world.Plan;
import io.holdfast.conformance.world.World;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The promise of delivery, counted. {@code -Dworld.seconds}, {@code -Dworld.clients} (subscribers) and
 * {@code -Dworld.seed} set how long, how many and which faults; {@code -Pcounting-world} runs minutes.
 */
class CountingWorldIT {
    private static final Settings MEMORY =
            Settings.QUIET.with(Keys.ROOMS_SHUTDOWN_TIMEOUT, "1s").with("store.engine", "memory");
    private static final Settings DISK = MEMORY.with("store.engine", "disk")
            // So that a kill finds messages that are not committed yet.
            .with("store.commit_interval", "20ms");

    @TempDir
    Path store;

    @Test
    void nothingIsLostAcrossDrainsWithTheMemoryStore() {
        var counts = keepsItsPromise(Plan.lossless("memory", MEMORY, Plan.End.DRAIN));
        assertThat(counts.restarts()).isPositive();
    }

    @Test
    void nothingIsLostAcrossKillsWithTheDiskStore() {
        var counts = keepsItsPromise(Plan.lossless("disk", DISK, Plan.End.KILL, Plan.End.DRAIN));
        assertThat(counts.kills()).isPositive();
    }

    @Test
    void whatASmallHistoryCannotGiveIsAnnouncedExactly() {
        var counts = keepsItsPromise(Plan.smallHistory("small history", MEMORY));
        assertThat(counts.gaps()).isPositive();
    }

    @Test
    void aKilledServerWithoutADiskForgetsAndRepeatsNothing() {
        var counts = keepsItsPromise(Plan.forgetful("forgetful", MEMORY));
        assertThat(counts.sessionsLost()).isPositive();
    }

    private Counts keepsItsPromise(Plan plan) {
        var seconds = Long.getLong("world.seconds", 6);
        var seed = Long.getLong("world.seed", System.nanoTime());
        try (var world = new World(plan, store, seed)) {
            world.run(Duration.ofSeconds(seconds));
            System.out.printf(
                    "Counting world: %s, seed %d, %d s: %s%n",
                    plan.name(), seed, seconds, world.counts());
            if (!world.breaches().isEmpty()) {
                System.out.println("The server's last log lines:\n" + world.serverLog());
            }
            assertThat(world.breaches())
                    .as("breaches with -Dworld.seed=" + seed)
                    .isEmpty();
            return world.counts();
        }
    }
}
