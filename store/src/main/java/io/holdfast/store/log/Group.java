package io.holdfast.store.log;

import io.holdfast.protocol.session.SessionRecord.Seen;
import io.holdfast.store.StreamBatch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The records of one commit, before and while they get their place in a segment. */
final class Group {
    /** Room that is kept between commits. */
    private static final int KEEP_BYTES = 1024 * 1024;

    private final ByteWriter out = new ByteWriter(64 * 1024);
    private int[] starts = new int[64];
    private int count;

    boolean isEmpty() {
        return count == 0;
    }

    byte[] array() {
        return out.array();
    }

    int size() {
        return out.size();
    }

    void clear() {
        out.clear(KEEP_BYTES);
        count = 0;
    }

    void batch(StreamBatch batch, long @Nullable [] ordinals) {
        begin(RecordKind.BATCH);
        BatchCodec.write(out, batch, ordinals);
    }

    void session(String clientId, long number, long ordinal, byte[] record) {
        begin(RecordKind.SESSION);
        out.putText(clientId);
        out.putLong(number);
        out.putLong(ordinal);
        out.putBytes(record, 0, record.length);
    }

    void removeSession(String clientId, long number) {
        begin(RecordKind.REMOVE_SESSION);
        out.putText(clientId);
        out.putLong(number);
    }

    void beginStream(String stream, String epoch) {
        begin(RecordKind.BEGIN_STREAM);
        out.putText(stream);
        out.putText(epoch);
    }

    void endStream(String stream, String epoch) {
        begin(RecordKind.END_STREAM);
        out.putText(stream);
        out.putText(epoch);
    }

    void head(String stream, String epoch, long head) {
        begin(RecordKind.HEAD);
        out.putText(stream);
        out.putText(epoch);
        out.putLong(head);
    }

    void seen(String clientId, long number, long ordinal, Seen seen) {
        begin(RecordKind.SEEN);
        out.putText(clientId);
        out.putLong(number);
        out.putLong(ordinal);
        out.putText(seen.id());
        out.putText(seen.stream());
        out.putLong(seen.seq());
    }

    /** A record as it was read, in a new place. */
    void copy(int kind, byte[] bytes, int from, int length) {
        begin(kind);
        out.putBytes(bytes, from, length);
    }

    void judged() {
        begin(RecordKind.JUDGED);
    }

    void probe() {
        begin(RecordKind.PROBE);
    }

    void clean(long clockMillis) {
        begin(RecordKind.CLEAN);
        out.putLong(clockMillis);
    }

    private void begin(int kind) {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
        }
        starts[count++] = out.size();
        out.skip(RecordFormat.HEADER_BYTES);
        out.array()[starts[count - 1] + RecordFormat.KIND_AT] = (byte) kind;
    }

    /** Gives all records their headers, for the place where they are about to be written. */
    void seal(long logId, long segment, long offset, long group) {
        byte[] bytes = out.array();
        for (int i = 0; i < count; i++) {
            int at = starts[i];
            int body = at + RecordFormat.HEADER_BYTES;
            int end = i + 1 < count ? starts[i + 1] : out.size();
            out.setInt(at, end - body);
            bytes[at + RecordFormat.LAST_AT] = (byte) (i + 1 == count ? 1 : 0);
            out.setLong(at + RecordFormat.GROUP_AT, group);
            out.setInt(
                    at + RecordFormat.BODY_CRC_AT, RecordFormat.bodyCrc(bytes, body, end - body));
            out.setInt(
                    at + RecordFormat.HEADER_CRC_AT,
                    RecordFormat.headerCrc(logId, segment, offset + at, bytes, at));
        }
    }
}
