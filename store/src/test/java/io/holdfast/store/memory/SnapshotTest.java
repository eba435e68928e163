package io.holdfast.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.session.SessionRecord;
import io.holdfast.store.Image;
import io.holdfast.store.Opened;
import io.holdfast.store.Sessions;
import io.holdfast.store.StoreException;
import io.holdfast.store.StreamImage;
import io.holdfast.store.log.SimulatedDisk;
import io.holdfast.store.log.SimulatedDisk.Killed;
import io.holdfast.store.log.SimulatedDisk.Moment;
import io.holdfast.store.log.SimulatedDisk.Unsynced;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A snapshot is used once, whole, or not at all. */
class SnapshotTest {
    private static final Image FIRST = image("first");
    private static final Image SECOND = image("second");

    private static Image image(String clientId) {
        return new Image(
                99,
                List.of(Sessions.session(clientId, 1, 5, List.of())),
                List.of(new StreamImage(
                        "lobby", "e", 2, List.of(Sessions.batch("lobby", "e", 1, 9, "a", "b")))));
    }

    private static Opened open(SimulatedDisk disk) throws StoreException {
        return MemoryStore.open(disk, null);
    }

    private static List<String> clients(Opened opened) {
        return opened.found().sessions().stream().map(SessionRecord::clientId).toList();
    }

    private static SimulatedDisk stopped(Image image) throws StoreException {
        SimulatedDisk disk = new SimulatedDisk();
        open(disk).store().stop(image);
        return disk;
    }

    @Test
    void aSnapshotIsConsumedByTheStartThatFindsIt() throws StoreException {
        SimulatedDisk disk = stopped(FIRST);
        assertThat(clients(open(disk))).containsExactly("first");
        Opened again = open(disk.afterPowerLoss(Unsynced.LOST, new Random(1)));
        assertThat(clients(again)).isEmpty();
        assertThat(again.report()).isEmpty();
    }

    @Test
    void anOldSnapshotThatIsPutBackIsMovedAsideAndReported() throws StoreException {
        SimulatedDisk disk = stopped(FIRST);
        byte[] old = disk.bytes(Snapshots.SNAPSHOT).clone();
        open(disk).store().stop(SECOND);
        open(disk).store().close();
        disk.put(Snapshots.SNAPSHOT, old);
        Opened opened = open(disk);
        assertThat(clients(opened)).isEmpty();
        assertThat(opened.report())
                .singleElement()
                .asString()
                .contains("Snapshot 1 was used by an earlier start");
        assertThat(disk.list()).contains(Snapshots.STALE).doesNotContain(Snapshots.SNAPSHOT);
        opened.store().stop(SECOND);
        assertThat(clients(open(disk))).containsExactly("second");
    }

    @Test
    void aByteThatIsWrongAnywhereMakesTheSnapshotWorthless() throws StoreException {
        byte[] whole = stopped(FIRST).bytes(Snapshots.SNAPSHOT);
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x40;
            SimulatedDisk disk = new SimulatedDisk();
            disk.put(Snapshots.SNAPSHOT, damaged);
            Opened opened = open(disk);
            assertThat(clients(opened)).as("byte %d", at).isEmpty();
            assertThat(opened.found().streams()).isEmpty();
            assertThat(opened.report()).singleElement().asString().contains("is damaged");
            assertThat(disk.list()).contains(Snapshots.DAMAGED);
        }
    }

    @Test
    void aSnapshotThatEndsTooEarlyOrTooLateIsWorthless() throws StoreException {
        byte[] whole = stopped(FIRST).bytes(Snapshots.SNAPSHOT);
        for (int length = 0; length < whole.length + 3; length++) {
            if (length != whole.length) {
                SimulatedDisk disk = new SimulatedDisk();
                disk.put(Snapshots.SNAPSHOT, Arrays.copyOf(whole, length));
                Opened opened = open(disk);
                assertThat(clients(opened)).as("%d bytes", length).isEmpty();
                assertThat(opened.report()).hasSize(1);
            }
        }
    }

    @Test
    void aSnapshotOfANewerFormatIsRefusedAndStays() throws StoreException {
        SimulatedDisk disk = stopped(FIRST);
        byte[] bytes = disk.bytes(Snapshots.SNAPSHOT);
        bytes[7] = 2;
        ByteBuffer.wrap(bytes)
                .putInt(
                        SnapshotFormat.HEADER_BYTES - Integer.BYTES,
                        SnapshotFormat.headerCrc(bytes));
        assertThatThrownBy(() -> open(disk))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("format 2")
                .hasMessageContaining("start the newer server");
        assertThat(disk.list()).contains(Snapshots.SNAPSHOT);
    }

    @Test
    void aDamagedRecordOfWhatWasConsumedMeansThatTheSnapshotIsNotUsed() throws StoreException {
        SimulatedDisk disk = stopped(FIRST);
        open(disk).store().stop(SECOND);
        disk.bytes(Snapshots.CONSUMED)[7] ^= 1;
        Opened opened = open(disk);
        assertThat(clients(opened)).isEmpty();
        assertThat(opened.report()).singleElement().asString().contains("is not known whether");
    }

    @Test
    void aSnapshotThatCannotBeWrittenLeavesNothingHalfDone() throws StoreException {
        SimulatedDisk disk = new SimulatedDisk();
        Opened opened = open(disk);
        disk.capacity = 40;
        assertThatThrownBy(() -> opened.store().stop(FIRST))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("No space left");
        assertThat(disk.list()).isEmpty();
    }

    /** One server after the other; remembers whose snapshot has been served. */
    private static final class Life {
        private boolean firstServed;

        private void run(SimulatedDisk disk) throws StoreException {
            open(disk).store().stop(FIRST);
            Opened opened = open(disk);
            assertThat(clients(opened)).containsExactly("first");
            firstServed = true;
            opened.store().stop(SECOND);
            open(disk).store().close();
        }
    }

    @ParameterizedTest
    @EnumSource(Unsynced.class)
    void aKillAtAnyStepUsesNoSnapshotTwice(Unsynced mode) throws StoreException {
        SimulatedDisk whole = new SimulatedDisk();
        new Life().run(whole);
        for (long operation = 0; operation < whole.operations(); operation++) {
            for (Moment moment : Moment.values()) {
                killedLife(operation, moment, mode);
            }
        }
    }

    private static void killedLife(long operation, Moment moment, Unsynced mode)
            throws StoreException {
        SimulatedDisk disk = new SimulatedDisk();
        disk.killAt(operation, moment, -1);
        Life life = new Life();
        try {
            life.run(disk);
        } catch (Killed killed) {
            Random random = new Random(operation);
            SimulatedDisk next = disk.afterPowerLoss(mode, random);
            List<String> found = clients(open(next));
            assertThat(found).hasSizeLessThanOrEqualTo(1);
            if (life.firstServed) {
                assertThat(found).as("%d %s", operation, moment).doesNotContain("first");
            }
            assertThat(clients(open(next.afterPowerLoss(Unsynced.LOST, random))))
                    .isEmpty();
            return;
        }
        throw new AssertionError("operation " + operation + " was never reached");
    }
}
