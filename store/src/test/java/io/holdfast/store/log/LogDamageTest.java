package io.holdfast.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.store.Sessions;
import io.holdfast.store.StreamBatch;
import io.holdfast.store.StreamImage;
import io.holdfast.store.log.SimulatedDisk.Unsynced;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a damaged disk has lost is said, and no stream goes on as if it had lost nothing. */
class LogDamageTest {
    private static final int PLACES = 400;

    private final LogWorld world = new LogWorld(LogWorld.SMALL, new Random(11));

    private SimulatedDisk written(boolean stopped) throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        Log log = world.open(disk).log();
        for (int i = 0; i < 25; i++) {
            world.commit(log);
        }
        if (stopped) {
            world.stop(log);
        }
        return disk.afterPowerLoss(Unsynced.KEPT, new Random(1));
    }

    @Test
    void damageAnywhereIsReportedWithWhatItMayHaveLost() throws IOException {
        SimulatedDisk whole = written(true);
        List<String> names = whole.list();
        Random random = new Random(5);
        for (int place = 0; place < PLACES; place++) {
            SimulatedDisk disk = whole.afterPowerLoss(Unsynced.KEPT, random);
            String name = names.get(random.nextInt(names.size()));
            byte[] bytes = disk.bytes(name);
            int from = random.nextInt(bytes.length);
            int to = Math.min(bytes.length, from + 1 + random.nextInt(100));
            for (int at = from; at < to; at++) {
                bytes[at] = (byte) (bytes[at] ^ (1 + random.nextInt(255)));
            }
            disk.put(name, bytes);
            String where = "seed 5, place " + place + ": " + name + " " + from + "-" + to;
            checkDamaged(disk, where);
        }
    }

    @Test
    void aMissingOrShortenedSegmentIsReported() throws IOException {
        SimulatedDisk whole = written(false);
        List<String> names = whole.list();
        SimulatedDisk missing = whole.afterPowerLoss(Unsynced.KEPT, new Random(1));
        missing.delete(names.get(1));
        checkDamaged(missing, "missing");
        SimulatedDisk shortened = whole.afterPowerLoss(Unsynced.KEPT, new Random(1));
        shortened.cut(names.get(1), shortened.size(names.get(1)) - 10);
        checkDamaged(shortened, "shortened");
    }

    @Test
    void aPlaceThatCannotBeReadIsDamageAndNothingIsCut() throws IOException {
        SimulatedDisk disk = written(false);
        String last = disk.list().getLast();
        int size = disk.bytes(last).length;
        disk.unreadableName = last;
        disk.unreadableFrom = size - 20L;
        disk.unreadableTo = size - 10L;
        Log.Opened opened = world.open(disk);
        assertThat(opened.report()).isNotEmpty();
        assertThat(disk.bytes(last)).hasSize(size);
        checkFound(opened, "unreadable");
    }

    @Test
    void aStreamThatIsShownToBeWholeKeepsItsEpochAndOneThatIsNotIsNamed() {
        SimulatedDisk disk = new SimulatedDisk();
        Log log = world.open(disk).log();
        world.commit(log, List.of(world.append("whole", "c0", 2)));
        int from = disk.bytes("000000000001.segment").length;
        world.commit(log, List.of(world.append("lost", "c0", 2)));
        world.commit(log, List.of(world.append("whole", "c0", 1)));
        world.commit(log, List.of(world.append("lost", "c0", 1)));
        world.commit(log, List.of(world.append("later", "c0", 1)));
        byte[] bytes = disk.bytes("000000000001.segment");
        bytes[from + 30]++;
        disk.put("000000000001.segment", bytes);
        Log.Opened opened = world.open(disk);
        assertThat(opened.found().streams())
                .extracting(StreamImage::name)
                .containsExactly("whole", "later");
        assertThat(opened.report()).hasSize(2);
        assertThat(opened.report().getFirst())
                .contains("000000000001.segment is damaged from byte " + from + " to ");
        assertThat(opened.report().getLast()).contains("1 stream (lost)");
    }

    private void checkDamaged(SimulatedDisk disk, String where) {
        Log.Opened opened = world.open(disk);
        assertThat(opened.report()).as(where).isNotEmpty();
        Map<String, Long> heads = checkFound(opened, where);
        opened.log().close();
        Log.Opened again = world.open(disk.afterPowerLoss(Unsynced.LOST, new Random(1)));
        assertThat(again.report()).as("%s: reported once", where).isEmpty();
        Map<String, Long> headsAgain = new HashMap<>();
        again.found().streams().forEach(stream -> headsAgain.put(stream.name(), stream.head()));
        assertThat(headsAgain).as(where).isEqualTo(heads);
    }

    private Map<String, Long> checkFound(Log.Opened opened, String where) {
        Map<String, Long> heads = new HashMap<>();
        String report = String.join("\n", opened.report());
        for (StreamImage image : opened.found().streams()) {
            LogWorld.Stream stream = world.streams.get(image.name());
            assertThat(stream).as(where).isNotNull();
            heads.put(image.name(), image.head());
            if (stream != null) {
                if (image.head() != stream.head()) {
                    assertThat(report).as(where).contains("were cut");
                }
                checkMessages(stream, image, where);
            }
        }
        for (String name : world.streams.keySet()) {
            if (!heads.containsKey(name)) {
                assertThat(report).as(where).containsAnyOf(name, "known only there");
            }
        }
        return heads;
    }

    private static void checkMessages(LogWorld.Stream stream, StreamImage image, String where) {
        long next = image.head() + 1;
        for (StreamBatch batch : image.history().reversed()) {
            for (int i = batch.count() - 1; i >= 0; i--) {
                assertThat(batch.firstSeq() + i).as(where).isEqualTo(--next);
                assertThat(Sessions.text(batch, i)).as(where).isEqualTo(stream.committed.get(next));
            }
        }
    }
}
