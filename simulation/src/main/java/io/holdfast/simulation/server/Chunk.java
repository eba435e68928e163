package io.holdfast.simulation.server;

import io.holdfast.simulation.wire.Line;
import io.holdfast.store.StreamBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Numbered messages that follow one another, encoded.
 *
 * @param clockMillis on the service clock, when they were accepted
 */
record Chunk(long firstSeq, List<byte[]> lines, long clockMillis) {
    /** Where in a message its payload stands. */
    private static final int PAYLOAD = 5;

    static Chunk of(StreamBatch batch) {
        List<byte[]> lines = new ArrayList<>();
        for (int i = 0; i < batch.count(); i++) {
            lines.add(Arrays.copyOfRange(batch.bytes(), batch.start(i), batch.ends()[i]));
        }
        return new Chunk(batch.firstSeq(), lines, batch.clockMillis());
    }

    long lastSeq() {
        return firstSeq + lines.size() - 1;
    }

    int bytes() {
        return lines.stream().mapToInt(line -> line.length).sum();
    }

    static String payload(byte[] line) {
        return Line.parse(line, 0, line.length - 1).word(PAYLOAD);
    }

    List<String> payloads() {
        return lines.stream().map(Chunk::payload).toList();
    }

    StreamBatch batch(
            String stream,
            String epoch,
            long from,
            StreamBatch.@Nullable Origin @Nullable [] origins) {
        List<byte[]> kept = lines.subList((int) (from - firstSeq), lines.size());
        byte[] bytes = new byte[kept.stream().mapToInt(line -> line.length).sum()];
        int[] ends = new int[kept.size()];
        int length = 0;
        for (int i = 0; i < ends.length; i++) {
            byte[] line = kept.get(i);
            System.arraycopy(line, 0, bytes, length, line.length);
            length += line.length;
            ends[i] = length;
        }
        return new StreamBatch(stream, epoch, from, clockMillis, bytes, ends, origins, ends.length);
    }
}
