package io.holdfast.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.store.log.SimulatedDisk.Killed;
import io.holdfast.store.log.SimulatedDisk.Moment;
import io.holdfast.store.log.SimulatedDisk.Unsynced;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A kill or a power loss at every step loses nothing that was committed. */
class LogKillTest {
    private static final int COMMITS = 14;
    private static final int SEED = 7;

    /** Opens, commits, is killed, opens, commits, stops, opens and commits; rolls and drops. */
    private static final class Story {
        private final LogWorld world = new LogWorld(LogWorld.SMALL, new Random(SEED));

        private void run(SimulatedDisk disk) throws IOException {
            for (int part = 0; part < 3; part++) {
                Log.Opened opened = world.open(disk);
                world.check(opened);
                world.adopt(opened);
                for (int i = 0; i < COMMITS; i++) {
                    world.commit(opened.log());
                }
                if (part == 1) {
                    world.stop(opened.log());
                } else {
                    opened.log().close();
                }
            }
        }
    }

    @Test
    void theStoryRollsCopiesForwardAndDeletes() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        new Story().run(disk);
        assertThat(disk.list()).doesNotContain("000000000001.segment").hasSizeGreaterThan(2);
        assertThat(disk.list().stream()
                        .mapToLong(name -> disk.bytes(name).length)
                        .sum())
                .as("what is current (ids of messages most of all) may go beyond the bound")
                .isLessThan(4 * LogWorld.SMALL.maxBytes());
    }

    @ParameterizedTest
    @EnumSource(Unsynced.class)
    void aKillAtAnyOperationLosesNothingCommitted(Unsynced mode) throws IOException {
        SimulatedDisk whole = new SimulatedDisk();
        new Story().run(whole);
        for (long operation = 0; operation < whole.operations(); operation++) {
            for (Moment moment : Moment.values()) {
                killedStory(operation, moment, mode);
            }
        }
    }

    private static void killedStory(long operation, Moment moment, Unsynced mode)
            throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        disk.killAt(operation, moment, -1);
        Story story = new Story();
        try {
            story.run(disk);
        } catch (Killed killed) {
            Random random = new Random(operation);
            SimulatedDisk next = disk.afterPowerLoss(mode, random);
            Log.Opened opened = story.world.open(next);
            story.world.check(opened);
            story.world.adopt(opened);
            story.world.commit(opened.log());
            Log.Opened again = story.world.open(next.afterPowerLoss(Unsynced.LOST, random));
            story.world.check(again);
            return;
        }
        throw new AssertionError("operation " + operation + " was never reached");
    }

    @Test
    void whatAStartHasFoundSurvivesAPowerLossThoughTheKilledProcessNeverSyncedIt() {
        LogWorld world = new LogWorld(LogWorld.SMALL, new Random(SEED));
        SimulatedDisk disk = new SimulatedDisk();
        Log log = world.open(disk).log();
        world.commit(log, List.of(world.append("lobby", "c0", 1)));
        disk.killAt(disk.operations() + 1, Moment.BEFORE, 0); // The sync behind the write.
        try {
            world.commit(log, List.of(world.append("lobby", "c0", 1)));
        } catch (Killed killed) {
            SimulatedDisk next = disk.afterKill();
            Log.Opened opened = world.open(next);
            assertThat(opened.found().streams())
                    .singleElement()
                    .satisfies(stream -> assertThat(stream.head()).isEqualTo(2));
            world.adopt(opened);
            world.check(world.open(next.afterPowerLoss(Unsynced.LOST, new Random(1))));
            return;
        }
        throw new AssertionError("the sync was never reached");
    }

    @Test
    void aCommitTornAtAnyByteLeavesWhatWasBeforeAndWholeRecordsOfItself() {
        int length = commitLength(null);
        for (int bytes = 0; bytes <= length; bytes++) {
            assertThat(commitLength(bytes)).isNegative();
        }
    }

    /** Length of the torn commit when it is not torn; else checks what the tear leaves. */
    private static int commitLength(@Nullable Integer tornAt) {
        LogWorld world = new LogWorld(LogWorld.SMALL, new Random(SEED));
        SimulatedDisk disk = new SimulatedDisk();
        Log log = world.open(disk).log();
        for (int i = 0; i < 3; i++) {
            world.commit(log);
        }
        List<Work> works = new ArrayList<>(List.of(world.put(), world.append(), world.append()));
        int before = disk.bytes("000000000001.segment").length;
        if (tornAt == null) {
            world.commit(log, works);
            return disk.bytes("000000000001.segment").length - before;
        }
        disk.killAt(disk.operations(), Moment.IN, tornAt);
        try {
            world.commit(log, works);
        } catch (Killed killed) {
            Log.Opened opened = world.open(disk.afterPowerLoss(Unsynced.KEPT, new Random(1)));
            world.check(opened);
            if (!opened.report().isEmpty()) {
                assertThat(opened.report()).hasSize(1);
                assertThat(opened.report().getFirst())
                        .contains("000000000001.segment was torn")
                        .contains("were cut");
            }
        }
        return -1;
    }
}
