package io.holdfast.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.session.SessionRecord.Seen;
import io.holdfast.store.Opened;
import io.holdfast.store.Sessions;
import io.holdfast.store.StoreException;
import io.holdfast.store.StreamImage;
import io.holdfast.store.log.SimulatedDisk;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Snapshots of every released format can be read. */
class GoldenSnapshotTest {

    @Test
    void version1CanBeRead() throws IOException, StoreException {
        SimulatedDisk disk = new SimulatedDisk();
        try (InputStream file = getClass().getResourceAsStream("/snapshot-v1.bin")) {
            disk.put(Snapshots.SNAPSHOT, Objects.requireNonNull(file).readAllBytes());
        }
        Opened opened = MemoryStore.open(disk, null);
        assertThat(opened.report()).isEmpty();
        assertThat(opened.found().clockMillis()).isEqualTo(7_000);
        assertThat(opened.found().sessions())
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(
                        Sessions.session("ann", 1, 321, List.of(new Seen("a", "lobby", 1))));
        List<StreamImage> streams = (List<StreamImage>) opened.found().streams();
        assertThat(streams).extracting(StreamImage::name).containsExactly("lobby", "quiet");
        assertThat(streams).extracting(StreamImage::epoch).containsExactly("e1", "e9");
        assertThat(Sessions.messages(streams.getFirst())).containsExactly("1:a", "2:b", "3:c");
    }
}
