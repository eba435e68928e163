package io.holdfast.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.session.SessionRecord.Seen;
import io.holdfast.store.Sessions;
import io.holdfast.store.StreamImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Logs of every released format can be read. The file has a record of each kind but two. */
class GoldenLogTest {

    @Test
    void version1CanBeRead() throws IOException, NewerFormatException {
        SimulatedDisk disk = new SimulatedDisk();
        for (long segment = 2; segment <= 3; segment++) {
            String name = SegmentHeader.name(segment);
            try (InputStream file = getClass().getResourceAsStream("/log-v1/" + name)) {
                disk.put(name, Objects.requireNonNull(file, name).readAllBytes());
            }
        }
        LogSettings settings = new LogSettings(true, 900, 8_000, 60_000, 1_000, 1 << 20);
        Log.Opened opened = Log.open(disk, settings, 1);
        assertThat(opened.report()).isEmpty();
        assertThat(opened.found().clockMillis()).isEqualTo(70_000);
        assertThat(opened.found().sessions())
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(Sessions.session(
                        "ann",
                        1,
                        321,
                        List.of(new Seen("a", "lobby", 1), new Seen("c", "hall", 1))));
        List<StreamImage> streams = (List<StreamImage>) opened.found().streams();
        assertThat(streams).extracting(StreamImage::name).containsExactly("hall", "quiet", "lobby");
        assertThat(streams).extracting(StreamImage::head).containsExactly(2L, 0L, 2L);
        assertThat(Sessions.messages(streams.getFirst())).containsExactly("1:c", "2:d");
    }
}
