package io.holdfast.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.store.Outcomes;
import io.holdfast.store.Sessions;
import io.holdfast.store.log.SimulatedDisk.Unsynced;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What fails on the disk fails to its owner, never comes back, and ends when the disk works. */
class LogFailureTest {
    private final SimulatedDisk disk = new SimulatedDisk();
    private final LogWorld world = new LogWorld(LogWorld.SMALL, new Random(3));
    private Log log;

    LogFailureTest() {
        log = world.open(disk).log();
    }

    @BeforeEach
    void someCommits() {
        for (int i = 0; i < 4; i++) {
            world.commit(log);
        }
        assertThat(world.failures).isZero();
    }

    private void failsNow() {
        world.commit(log, List.of(world.append(), world.append()));
        assertThat(world.failures).isEqualTo(2);
        assertThat(log.available()).isFalse();
    }

    private void worksAgain() {
        world.commit(log, List.of(world.append()));
        assertThat(world.failures).isEqualTo(2);
        assertThat(log.available()).isTrue();
        for (Unsynced mode : Unsynced.values()) {
            world.check(world.open(disk.afterPowerLoss(mode, new Random(1))));
        }
    }

    @Test
    void aFullDiskFailsTheCommitAndTheLogGoesOnWhenThereIsSpace() {
        disk.capacity = disk.bytes("000000000001.segment").length + 50L;
        failsNow();
        world.check(world.open(disk.afterPowerLoss(Unsynced.KEPT, new Random(1))));
        disk.capacity = Long.MAX_VALUE;
        worksAgain();
    }

    @Test
    void aFileWhoseSyncFailedIsNeverWrittenToAgain() {
        disk.failSync = true;
        failsNow();
        disk.failSync = false;
        int left = disk.bytes("000000000001.segment").length;
        worksAgain();
        assertThat(disk.bytes("000000000001.segment")).hasSize(left);
    }

    @Test
    void whatCouldNotBeCutOffIsSaidAndIsGoneOnceTheDiskWorks() {
        disk.failSync = true;
        disk.failTruncate = true;
        Outcomes outcomes = new Outcomes();
        world.commit(
                log,
                List.of(new Work.Append(
                        Sessions.batch("s9", "e", 1, 0, "x"), outcomes.named("s9"))));
        assertThat(outcomes.heard().getFirst()).contains("may come back if the process is killed");
        disk.failSync = false;
        disk.failTruncate = false;
        world.commit(log);
        Log.Opened opened = world.open(disk.afterPowerLoss(Unsynced.KEPT, new Random(1)));
        world.check(opened);
        assertThat(opened.found().streams()).noneMatch(stream -> stream.name().equals("s9"));
    }

    @Test
    void aReadOnlyDiskFailsEverythingUntilItIsWritable() {
        disk.readOnly = true;
        failsNow();
        disk.readOnly = false;
        worksAgain();
    }

    @Test
    void aFailedDiskIsAskedAtMostOnceASecond() {
        disk.readOnly = true;
        failsNow();
        long operations = disk.operations();
        world.nowNanos -= 1; // A commit moves the clock by one second.
        world.commit(log, List.of(world.append()));
        assertThat(disk.operations()).isEqualTo(operations);
        world.commit(log, List.of(world.append()));
        assertThat(disk.operations()).isGreaterThan(operations);
    }

    @Test
    void aCommitWithoutWorkTriesTheDisk() {
        disk.readOnly = true;
        failsNow();
        disk.readOnly = false;
        world.commit(log, List.of());
        assertThat(log.available()).isTrue();
    }

    @Test
    void anEndThatCouldNotBeWrittenIsWrittenLater() {
        world.commit(log, List.of(world.append("s0", "c0", 1)));
        disk.readOnly = true;
        world.commit(log, List.of(new Work.EndStream("s0", "es0")));
        disk.readOnly = false;
        world.commit(log, List.of());
        Log.Opened opened = world.open(disk.afterPowerLoss(Unsynced.LOST, new Random(1)));
        assertThat(opened.found().streams()).noneMatch(stream -> stream.name().equals("s0"));
    }

    @Test
    void aFailureOfAnyOneOperationLosesNothingCommittedAndRevivesNothingFailed()
            throws IOException {
        for (long failAt = 0; failAt < 400; failAt++) {
            SimulatedDisk faulty = new SimulatedDisk();
            LogWorld other = new LogWorld(LogWorld.SMALL, new Random(failAt));
            log = other.open(faulty).log();
            faulty.failAt = failAt;
            for (int i = 0; i < 40; i++) {
                other.commit(log);
                if (faulty.operations() > failAt) {
                    faulty.failAt = Long.MAX_VALUE;
                    SimulatedDisk now = faulty.afterPowerLoss(Unsynced.KEPT, new Random(1));
                    other.check(other.open(now));
                }
            }
            Log.Opened opened =
                    other.open(faulty.afterPowerLoss(Unsynced.SCRAMBLED, new Random(failAt)));
            other.check(opened);
            assertThat(opened.report()).as("operation %d", failAt).isEmpty();
        }
    }
}
