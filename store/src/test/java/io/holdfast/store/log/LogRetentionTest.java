package io.holdfast.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.session.SessionRecord;
import io.holdfast.protocol.session.SessionRecord.Seen;
import io.holdfast.store.Image;
import io.holdfast.store.Sessions;
import io.holdfast.store.StreamImage;
import io.holdfast.store.log.SimulatedDisk.Unsynced;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Old segments go; what is current in them stays. */
class LogRetentionTest {
    private static final String FIRST = "000000000001.segment";

    private final SimulatedDisk disk = new SimulatedDisk();

    private static LogWorld world(LogSettings settings) {
        return new LogWorld(settings, new Random(1));
    }

    private Log.Opened reopened(LogWorld world) {
        return world.open(disk.afterPowerLoss(Unsynced.LOST, new Random(1)));
    }

    private static List<StreamImage> streams(Log.Opened opened) {
        List<StreamImage> all = new ArrayList<>();
        opened.found().streams().forEach(all::add);
        return all;
    }

    private void put(LogWorld world, Log log, String clientId, List<Seen> seen) {
        byte[] record = SessionBytes.write(Sessions.session(clientId, 1, 5, seen));
        world.commit(log, List.of(new Work.PutSession(clientId, 1, record, null)));
    }

    private void floodUntilTheFirstSegmentIsGone(LogWorld world, Log log) {
        for (int i = 0; disk.list().contains(FIRST); i++) {
            assertThat(i).isLessThan(10_000);
            world.commit(log, List.of(world.append("flood", "nobody", 3)));
        }
    }

    @Test
    void sessionsHeadsAndIdsOutliveTheirSegment() {
        LogWorld world = world(LogWorld.SMALL);
        Log log = world.open(disk).log();
        put(world, log, "ann", List.of(new Seen("before", "lobby", 7)));
        world.commit(log, List.of(new Work.BeginStream("empty", "e0")));
        world.commit(log, List.of(world.append("lobby", "ann", 2)));
        floodUntilTheFirstSegmentIsGone(world, log);

        Log.Opened opened = reopened(world);
        assertThat(opened.report()).isEmpty();
        SessionRecord ann = opened.found().sessions().getFirst();
        assertThat(ann.seen()).extracting(Seen::id).containsExactly("before", "a0", "a1");
        assertThat(streams(opened))
                .anySatisfy(stream -> {
                    assertThat(stream.name()).isEqualTo("lobby");
                    assertThat(stream.head()).isEqualTo(2);
                    assertThat(stream.history()).isEmpty();
                })
                .anySatisfy(stream -> {
                    assertThat(stream.name()).isEqualTo("empty");
                    assertThat(stream.epoch()).isEqualTo("e0");
                });
    }

    @Test
    void theLastThousandAndTwentyFourIdsOfASessionAreKnown() {
        LogWorld world = world(new LogSettings(true, 20_000, 80_000, 1_000_000, 10, 1 << 20));
        Log log = world.open(disk).log();
        put(world, log, "ann", List.of());
        for (int i = 0; i < 1_500; i++) {
            world.commit(log, List.of(world.append("lobby", "ann", 1)));
        }
        floodUntilTheFirstSegmentIsGone(world, log);
        List<Seen> seen = reopened(world).found().sessions().getFirst().seen();
        assertThat(seen).hasSize(1_024);
        assertThat(seen.getFirst()).isEqualTo(new Seen("a476", "lobby", 477));
        assertThat(seen.getLast()).isEqualTo(new Seen("a1499", "lobby", 1_500));
    }

    @Test
    void messagesOlderThanTheHistoryAreDroppedWithTheirSegments() {
        LogWorld world = world(new LogSettings(true, 900, 1 << 20, 60_000, 1_000, 1 << 20));
        Log log = world.open(disk).log();
        world.commit(log, List.of(world.append("lobby", "c0", 3)));
        world.clockMillis += 60_001;
        world.commit(log, List.of(world.append("hall", "c0", 1)));
        world.commit(log, List.of(world.append("hall", "c0", 1)));
        assertThat(disk.list()).doesNotContain(FIRST);
        Log.Opened opened = reopened(world);
        assertThat(opened.found().clockMillis()).isEqualTo(world.clockMillis - 10);
        assertThat(streams(opened)).hasSize(2).anySatisfy(stream -> {
            assertThat(stream.name()).isEqualTo("lobby");
            assertThat(stream.head()).isEqualTo(3);
            assertThat(stream.history()).isEmpty();
        });
    }

    @Test
    void aStartBringsBackNoMoreHistoryThanTheLimits() {
        LogWorld world = world(new LogSettings(true, 1 << 20, 1 << 22, 1_000_000, 10, 1 << 20));
        Log log = world.open(disk).log();
        for (int i = 0; i < 30; i++) {
            world.commit(log, List.of(world.append("lobby", "c0", 3)));
        }
        StreamImage lobby = streams(reopened(world)).getFirst();
        assertThat(Sessions.messages(lobby)).hasSize(12).last().isEqualTo("90:a89");
    }

    @Test
    void withoutFsyncAKillDropsTheStreamsAndKeepsTheSessions() {
        LogWorld world = world(new LogSettings(false, 900, 4_000, 1_000_000, 1_000, 1 << 20));
        Log log = world.open(disk).log();
        put(world, log, "ann", List.of());
        world.commit(log, List.of(world.append("lobby", "ann", 2)));
        SimulatedDisk killed = disk.afterPowerLoss(Unsynced.KEPT, new Random(1));
        Log.Opened opened = world.open(killed);
        assertThat(streams(opened)).isEmpty();
        assertThat(opened.found().sessions()).hasSize(1);
        assertThat(opened.report()).singleElement().asString().contains("without fsync", "lobby");

        world.commit(opened.log(), List.of(new Work.BeginStream("new", "e2")));
        opened.log().close();
        Log.Opened again = world.open(killed.afterPowerLoss(Unsynced.KEPT, new Random(1)));
        assertThat(streams(again)).isEmpty();
    }

    @Test
    void withoutFsyncAStopKeepsEverything() throws IOException {
        LogWorld world = world(new LogSettings(false, 900, 4_000, 1_000_000, 1_000, 1 << 20));
        Log log = world.open(disk).log();
        for (int i = 0; i < 30; i++) {
            world.commit(log);
        }
        world.stop(log);
        Log.Opened opened = reopened(world);
        assertThat(opened.report()).isEmpty();
        world.check(opened);
    }

    @Test
    void theClockGoesOnFromTheStop() throws IOException {
        LogWorld world = world(LogWorld.SMALL);
        Log log = world.open(disk).log();
        world.commit(log, List.of(world.append()));
        log.stop(new Image(123_456, List.of(), List.of()));
        assertThat(reopened(world).found().clockMillis()).isEqualTo(123_456);
    }
}
