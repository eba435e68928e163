package io.holdfast.store.disk;

import static io.holdfast.store.Sessions.batch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.store.Outcome;
import io.holdfast.store.Outcomes;
import io.holdfast.store.Store;
import io.holdfast.store.StoreException;
import io.holdfast.store.StreamBatch;
import io.holdfast.store.log.CommitQueue;
import io.holdfast.store.log.SimulatedDisk;
import io.holdfast.store.log.SimulatedDisk.Unsynced;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The thread between those who hand over work and the log. */
class CommitThreadTest {
    private final SimulatedDisk disk = new SimulatedDisk();
    private final Outcomes outcomes = new Outcomes();
    private final Store store;

    CommitThreadTest() throws StoreException {
        store = DiskStore.open(disk, DiskSettings.DEFAULT, "simulation", null).store();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void append(long seq, String text) {
        store.append(batch("lobby", "e", seq, 0, text), outcomes.named("m" + seq));
    }

    @Test
    void pendingBytesAreThoseOfMessagesThatAreNotCommitted() {
        CountDownLatch gate = new CountDownLatch(1);
        disk.syncGate = gate;
        append(1, "12345");
        append(2, "123");
        assertThat(store.pendingBytes()).isEqualTo(8);
        assertThat(outcomes.heard()).isEmpty();
        disk.syncGate = null;
        gate.countDown();
        await().untilAsserted(() ->
                assertThat(outcomes.heard()).containsExactly("m1 committed", "m2 committed"));
        assertThat(store.pendingBytes()).isZero();
    }

    @Test
    void aSlowDiskMakesOneCommitOfAllThatWaits() {
        CountDownLatch gate = new CountDownLatch(1);
        disk.syncGate = gate;
        append(1, "first");
        await().until(() -> disk.operations() > 1);
        for (int seq = 2; seq <= 100; seq++) {
            append(seq, "more");
        }
        disk.syncGate = null;
        gate.countDown();
        await().until(() -> outcomes.heard().size() == 100);
        // Create, header, its two syncs; then for each of two commits a write and a sync.
        assertThat(disk.operations()).isLessThanOrEqualTo(8);
    }

    @Test
    void whatDoesNotFitFailsInItsTurn() {
        CountDownLatch gate = new CountDownLatch(1);
        disk.syncGate = gate;
        append(1, "first");
        await().until(() -> disk.operations() > 1);
        byte[] large = new byte[32 << 20]; // The same for all: only counted, never written.
        int[] ends = {large.length};
        int fits = (int) (CommitQueue.MAX_PENDING_BYTES / large.length);
        for (int i = 1; i <= fits + 1; i++) {
            store.append(
                    new StreamBatch("big", "e", i, 0, large, ends, null, 1),
                    outcomes.named("big" + i));
        }
        assertThat(store.pendingBytes()).isEqualTo(5 + CommitQueue.MAX_PENDING_BYTES);
        disk.capacity = 10_000;
        disk.syncGate = null;
        gate.countDown();
        await().until(() -> outcomes.heard().size() == fits + 2);
        assertThat(outcomes.heard().getLast()).contains("big" + (fits + 1), "wait for some");
        assertThat(store.pendingBytes()).isZero();
    }

    @Test
    void aCloseFailsWhatWasNotCommittedAndNothingOfItComesBack() throws StoreException {
        append(1, "kept");
        await().until(() -> outcomes.heard().size() == 1);
        CountDownLatch gate = new CountDownLatch(1);
        disk.syncGate = gate;
        append(2, "on its way");
        await().until(() -> disk.operations() > 6);
        append(3, "too late");
        Thread closing = Thread.ofVirtual().start(store::close);
        await().until(() -> !closing.isAlive() || closing.getState() == Thread.State.WAITING);
        disk.syncGate = null;
        gate.countDown();
        await().until(() -> outcomes.heard().size() == 3);
        assertThat(outcomes.heard().get(1)).isEqualTo("m2 committed");
        assertThat(outcomes.heard().get(2)).startsWith("m3 failed: The store is closed");
        SimulatedDisk left = disk.afterPowerLoss(Unsynced.KEPT, new Random(1));
        assertThat(DiskStore.open(left, DiskSettings.DEFAULT, "simulation", null)
                        .found()
                        .streams())
                .singleElement()
                .satisfies(stream -> assertThat(stream.head()).isEqualTo(2));
    }

    @Test
    void aBrokenDiskMakesTheStoreUnavailableUntilItWorksAgainByItself() {
        disk.readOnly = true;
        append(1, "lost");
        await().until(() -> outcomes.heard().size() == 1);
        assertThat(outcomes.heard().getFirst()).startsWith("m1 failed: The store cannot write");
        assertThat(store.available()).isFalse();
        disk.readOnly = false;
        await().until(store::available);
        append(1, "kept");
        await().until(() -> outcomes.heard().size() == 2);
        assertThat(outcomes.heard().getLast()).isEqualTo("m1 committed");
    }

    @Test
    void anOutcomeThatThrowsStopsNothing() {
        store.append(batch("lobby", "e", 1, 0, "a"), new Outcome() {
            @Override
            public void committed() {
                throw new IllegalStateException("thrown by a test, to be printed once");
            }

            @Override
            public void failed(StoreException why) {}
        });
        append(2, "b");
        await().dontCatchUncaughtExceptions()
                .untilAsserted(() -> assertThat(outcomes.heard()).containsExactly("m2 committed"));
    }
}
