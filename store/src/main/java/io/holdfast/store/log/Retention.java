package io.holdfast.store.log;

import io.holdfast.protocol.Limits;
import io.holdfast.protocol.session.SessionRecord.Seen;
import io.holdfast.store.StreamBatch;
import io.holdfast.store.StreamBatch.Origin;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Deletes the oldest segment when the log is too large or the segment too old, after what is still
 * current in it has been copied to the end of the log.
 */
final class Retention {
    /** What a session's repeats are known by (spec: delivery, "the last 1,024 ids"). */
    static final int SEEN_PER_SESSION = Limits.REMEMBERED_IDS;

    /** Restarts and failures make short segments: a start opens no more than this. */
    static final int MAX_SEGMENTS = 1_024;

    private final Disk disk;
    private final LogSettings settings;
    private final Segments segments;
    private final Index index;
    private final Group group;
    private long targetBytes;
    private long postponedAt = -1;

    Retention(Disk disk, LogSettings settings, Segments segments, Index index, Group group) {
        this.disk = disk;
        this.settings = settings;
        this.segments = segments;
        this.index = index;
        this.group = group;
        targetBytes = settings.maxBytes();
    }

    /**
     * Deletes at most one segment, so that commits do not wait for long.
     *
     * @throws IOException when the copy could not be written; what cannot be read or deleted stays,
     *     and is tried again when the log has gone on to another segment
     */
    void run() throws IOException {
        Segments.Sealed oldest = segments.oldest();
        if (oldest == null || segments.activeSegment() == postponedAt || !isDue(oldest)) {
            return;
        }
        try {
            group.clear();
            collect(
                    SegmentBytes.read(disk, oldest.header(), oldest.end()),
                    oldest.header().segment());
        } catch (IOException e) {
            index.forget();
            postponedAt = segments.activeSegment();
            return;
        }
        long copied = copyForward();
        try {
            segments.deleteOldest();
        } catch (IOException e) {
            postponedAt = segments.activeSegment();
        }
        // When most was current, deleting more of the kind would only copy it round and round.
        targetBytes = copied >= oldest.end() / 2
                ? Math.max(settings.maxBytes(), segments.bytes() + settings.segmentBytes())
                : settings.maxBytes();
    }

    private boolean isDue(Segments.Sealed oldest) {
        return segments.bytes() > targetBytes
                || segments.count() > MAX_SEGMENTS
                || segments.clockMillis() - oldest.clockMillis() > settings.historyTtlMillis();
    }

    /** Bytes that were still current; on the disk when this returns. */
    private long copyForward() throws IOException {
        if (group.isEmpty()) {
            if (!settings.fsync()) {
                segments.sync(); // What replaced the records of this segment may be only there.
            }
            return 0;
        }
        long copied = group.size();
        segments.write(0, true);
        index.commit(segments.activeSegment());
        return copied;
    }

    private void collect(SegmentBytes bytes, long segment) throws IOException {
        Map<String, SegmentBytes.Found> sessions = new HashMap<>();
        Set<String> streams = new HashSet<>();
        for (SegmentBytes.Found record = bytes.next(SegmentHeader.BYTES);
                record != null;
                record = bytes.next(record.end())) {
            ByteReader body = bytes.body(record);
            switch (record.kind()) {
                case RecordKind.SESSION -> sessions.put(body.getText(), record);
                case RecordKind.SEEN -> seen(body);
                case RecordKind.BATCH -> batch(BatchCodec.read(body), segment, streams);
                case RecordKind.HEAD, RecordKind.BEGIN_STREAM ->
                    head(body.getText(), segment, streams);
                default -> {
                    // Ends and removals concern only what was before them, which is gone.
                }
            }
        }
        for (Map.Entry<String, SegmentBytes.Found> entry : sessions.entrySet()) {
            session(entry.getKey(), bytes, entry.getValue(), segment);
        }
        checkAllFound(segment);
    }

    private void batch(BatchCodec.Numbered numbered, long segment, Set<String> streams) {
        StreamBatch batch = numbered.batch();
        head(batch.stream(), segment, streams);
        @Nullable Origin @Nullable [] origins = batch.origins();
        if (origins != null) {
            for (int i = 0; i < batch.count(); i++) {
                Origin origin = origins[i];
                if (origin != null) {
                    seen(
                            origin.clientId(),
                            origin.sessionNumber(),
                            numbered.ordinals()[i],
                            new Seen(origin.id(), batch.stream(), batch.firstSeq() + i));
                }
            }
        }
    }

    private void seen(ByteReader body) throws MalformedException {
        seen(
                body.getText(),
                body.getLong(),
                body.getLong(),
                new Seen(body.getText(), body.getText(), body.getLong()));
    }

    private void seen(String clientId, long number, long ordinal, Seen seen) {
        Index.SessionAt session = index.sessions().get(clientId);
        if (session != null
                && session.number() == number
                && ordinal > 0
                && ordinal > session.ordinal() - SEEN_PER_SESSION) {
            group.seen(clientId, number, ordinal, seen);
        }
    }

    private void head(String stream, long segment, Set<String> done) {
        Index.StreamAt at = index.streams().get(stream);
        if (at != null && at.segment() == segment && done.add(stream)) {
            group.head(stream, at.epoch(), at.head());
            index.stage(stream, at.epoch(), at.head());
        }
    }

    private void session(
            String clientId, SegmentBytes bytes, SegmentBytes.Found record, long segment) {
        Index.SessionAt at = index.sessions().get(clientId);
        if (at != null && at.segment() == segment) {
            group.copy(RecordKind.SESSION, bytes.array(), record.bodyFrom(), record.bodyLength());
            index.stagePut(clientId, at.number(), at.ordinal());
        }
    }

    /** What the disk does not give back must not be deleted: the next start may have more luck. */
    private void checkAllFound(long segment) throws IOException {
        for (Map.Entry<String, Index.SessionAt> entry : index.sessions().entrySet()) {
            Index.SessionAt staged = index.session(entry.getKey());
            if (entry.getValue().segment() == segment
                    && (staged == null || staged.segment() == segment)) {
                throw new IOException("the record of session " + entry.getKey()
                        + " cannot be read in " + SegmentHeader.name(segment));
            }
        }
    }
}
