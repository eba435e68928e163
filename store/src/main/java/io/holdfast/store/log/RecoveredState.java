package io.holdfast.store.log;

import io.holdfast.protocol.session.SessionRecord;
import io.holdfast.protocol.session.SessionRecord.Seen;
import io.holdfast.store.Image;
import io.holdfast.store.StreamBatch;
import io.holdfast.store.StreamBatch.Origin;
import io.holdfast.store.StreamImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the records of a log say, taken in one after the other. */
final class RecoveredState {
    private final LogSettings limits;
    private final Map<String, RecoveredStream> streams = new LinkedHashMap<>();
    private final Map<SessionKey, RecoveredSession> sessions = new LinkedHashMap<>();
    /** The number of each client id's last record. */
    private final Map<String, Long> current = new HashMap<>();

    private record SessionKey(String clientId, long number) {}

    private long clockMillis;
    /** Some of what was before may be missing, and it has not been judged what that means. */
    private boolean damaged;

    private boolean clean = true;

    RecoveredState(LogSettings limits) {
        this.limits = limits;
    }

    long clockMillis() {
        return clockMillis;
    }

    /** Whether the last record is that of a graceful stop, or there is none. */
    boolean clean() {
        return clean;
    }

    /** Whether there is damage that no earlier start has judged. */
    boolean damaged() {
        return damaged;
    }

    void clock(long millis) {
        clockMillis = Math.max(clockMillis, millis);
    }

    /** Another start has written what follows. */
    void runBegins() {
        clean = false;
    }

    /** From here to the next record something is missing. */
    void damage() {
        damaged = true;
        clean = false;
        streams.values().forEach(RecoveredStream::doubt);
    }

    /** Every stream may have lost messages at its end. */
    List<String> dropStreams() {
        List<String> names = List.copyOf(streams.keySet());
        streams.clear();
        return names;
    }

    void apply(int kind, ByteReader in, long segment) throws MalformedException {
        switch (kind) {
            case RecordKind.BATCH -> batch(BatchCodec.read(in), segment);
            case RecordKind.SESSION -> session(in, segment);
            case RecordKind.REMOVE_SESSION -> removeSession(in.getText(), in.getLong());
            case RecordKind.BEGIN_STREAM -> {
                String name = in.getText();
                streams.put(name, new RecoveredStream(name, in.getText(), 0, segment));
            }
            case RecordKind.END_STREAM -> {
                String name = in.getText();
                RecoveredStream stream = find(name, in.getText());
                if (stream != null) {
                    streams.remove(name);
                }
            }
            case RecordKind.HEAD -> head(in.getText(), in.getText(), in.getLong(), segment);
            case RecordKind.SEEN -> {
                RecoveredSession session = session(in.getText(), in.getLong());
                long ordinal = in.getLong();
                session.sent(ordinal, new Seen(in.getText(), in.getText(), in.getLong()));
            }
            case RecordKind.JUDGED -> {
                damaged = false;
                streams.values().forEach(RecoveredStream::judged);
            }
            case RecordKind.PROBE -> {}
            case RecordKind.CLEAN -> clock(in.getLong());
            default -> throw new MalformedException("a record has the unknown kind " + kind);
        }
        clean = kind == RecordKind.CLEAN;
    }

    private @Nullable RecoveredStream find(String name, String epoch) {
        RecoveredStream stream = streams.get(name);
        return stream != null && stream.epoch().equals(epoch) ? stream : null;
    }

    private void batch(BatchCodec.Numbered numbered, long segment) {
        StreamBatch batch = numbered.batch();
        RecoveredStream stream = find(batch.stream(), batch.epoch());
        if (stream == null) {
            stream = new RecoveredStream(
                    batch.stream(), batch.epoch(), batch.firstSeq() - 1, segment);
            streams.put(batch.stream(), stream);
            if (damaged && batch.firstSeq() > 1) {
                stream.hole(); // What was before may be what is missing.
            }
        }
        stream.append(batch, segment, limits);
        clock(batch.clockMillis());
        @Nullable Origin @Nullable [] origins = batch.origins();
        for (int i = 0; origins != null && i < batch.count(); i++) {
            Origin origin = origins[i];
            if (origin != null) {
                session(origin.clientId(), origin.sessionNumber())
                        .sent(
                                numbered.ordinals()[i],
                                new Seen(origin.id(), batch.stream(), batch.firstSeq() + i));
            }
        }
    }

    private void head(String name, String epoch, long head, long segment) {
        RecoveredStream stream = find(name, epoch);
        if (stream == null) {
            streams.put(name, new RecoveredStream(name, epoch, head, segment));
        } else {
            stream.headIs(head, segment);
        }
    }

    private void session(ByteReader in, long segment) throws MalformedException {
        String clientId = in.getText();
        long number = in.getLong();
        Long before = current.put(clientId, number);
        if (before != null && before != number) {
            sessions.remove(new SessionKey(clientId, before));
        }
        long ordinal = in.getLong();
        session(clientId, number).put(in.getBytes(in.left()), ordinal, segment);
    }

    /** Also one whose record comes later, because it was copied forward, or is gone. */
    private RecoveredSession session(String clientId, long number) {
        return sessions.computeIfAbsent(
                new SessionKey(clientId, number), key -> new RecoveredSession(key.number()));
    }

    private void removeSession(String clientId, long number) {
        sessions.remove(new SessionKey(clientId, number));
        current.remove(clientId, number);
    }

    /** Takes out the streams that may have lost committed messages. */
    List<RecoveredStream> judge() {
        List<RecoveredStream> lost = new ArrayList<>();
        for (RecoveredStream stream : List.copyOf(streams.values())) {
            if (stream.mayHaveLost()) {
                lost.add(stream);
                streams.remove(stream.name());
            }
        }
        return lost;
    }

    Index index() {
        Index index = new Index();
        streams.values().forEach(stream -> index.streams().put(stream.name(), stream.at()));
        sessions.forEach((key, session) -> {
            if (session.hasRecord()) {
                index.sessions().put(key.clientId(), session.at());
            }
        });
        return index;
    }

    Image image(List<String> report) {
        List<SessionRecord> records = new ArrayList<>();
        sessions.forEach((key, session) -> {
            try {
                if (session.hasRecord()) {
                    records.add(session.image());
                }
            } catch (MalformedException e) {
                report.add("Session " + key.clientId() + " could not be read and is lost: "
                        + e.getMessage());
            }
        });
        List<StreamImage> images = new ArrayList<>();
        for (RecoveredStream stream : streams.values()) {
            stream.trim(limits, clockMillis);
            images.add(stream.image());
        }
        return new Image(clockMillis, records, images);
    }
}
