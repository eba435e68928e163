package io.holdfast.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.store.log.SimulatedDisk.Killed;
import io.holdfast.store.log.SimulatedDisk.Moment;
import io.holdfast.store.log.SimulatedDisk.Unsynced;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Many lives of one log, each with its own faults, drawn from a seed that a failure names. */
class LogSoakTest {
    private static final int SEEDS = 60;
    private static final int LIVES = 6;

    @Test
    void nothingCommittedIsLostAndNothingFailedComesBackOverManyLives() throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            try {
                lives(new Random(seed));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private static void lives(Random random) throws IOException {
        LogSettings settings = new LogSettings(
                true, 500 + random.nextInt(3_000), 8_000, 1_000_000, 1_000, 1 << 20);
        LogWorld world = new LogWorld(settings, random);
        SimulatedDisk disk = new SimulatedDisk();
        for (int life = 0; life < LIVES; life++) {
            Log.Opened opened = world.open(disk);
            world.check(opened);
            world.adopt(opened);
            faults(disk, random);
            try {
                live(world, opened.log(), disk, random);
                disk = disk.afterPowerLoss(Unsynced.KEPT, random);
            } catch (Killed killed) {
                Unsynced[] modes = Unsynced.values();
                disk = disk.afterPowerLoss(modes[random.nextInt(modes.length)], random);
            }
        }
        assertThat(world.streams).isNotEmpty();
    }

    private static void faults(SimulatedDisk disk, Random random) {
        Moment[] moments = Moment.values();
        if (random.nextBoolean()) {
            disk.killAt(
                    disk.operations() + random.nextInt(200),
                    moments[random.nextInt(moments.length)],
                    random.nextInt(400));
        }
        if (random.nextBoolean()) {
            disk.failAt = disk.operations() + random.nextInt(100);
        }
    }

    private static void live(LogWorld world, Log log, SimulatedDisk disk, Random random)
            throws IOException {
        int commits = random.nextInt(60);
        for (int i = 0; i < commits; i++) {
            disk.capacity = random.nextInt(20) == 0 ? 0 : Long.MAX_VALUE;
            world.commit(log);
        }
        disk.capacity = Long.MAX_VALUE;
        disk.failAt = Long.MAX_VALUE;
        if (random.nextBoolean()) {
            world.stop(log);
        }
    }
}
