package io.holdfast.store.log;

import io.holdfast.protocol.session.SessionRecord;
import io.holdfast.protocol.session.SessionRecord.Seen;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One session while a log is read: its last record, and the ids that its messages had. These may
 * come before the record and out of order, because both are copied forward.
 */
final class RecoveredSession {
    private record Ordered(long ordinal, Seen seen) {}

    private final long number;
    private final List<Ordered> sent = new ArrayList<>();
    private byte @Nullable [] record;
    private long recordOrdinal;
    private long segment;
    private long lastOrdinal;

    RecoveredSession(long number) {
        this.number = number;
    }

    long number() {
        return number;
    }

    boolean hasRecord() {
        return record != null;
    }

    Index.SessionAt at() {
        return new Index.SessionAt(number, segment, lastOrdinal);
    }

    void put(byte[] bytes, long ordinal, long inSegment) {
        record = bytes;
        recordOrdinal = ordinal;
        lastOrdinal = Math.max(lastOrdinal, ordinal);
        segment = inSegment;
    }

    void sent(long ordinal, Seen seen) {
        if (ordinal > 0) {
            sent.add(new Ordered(ordinal, seen));
            lastOrdinal = Math.max(lastOrdinal, ordinal);
            if (sent.size() >= 2 * Retention.SEEN_PER_SESSION) {
                keepNewest();
            }
        }
    }

    private void keepNewest() {
        sent.sort(Comparator.comparingLong(Ordered::ordinal));
        int surplus = sent.size() - Retention.SEEN_PER_SESSION;
        if (surplus > 0) {
            sent.subList(0, surplus).clear();
        }
    }

    /** The record with the ids that were sent before and after it. */
    SessionRecord image() throws MalformedException {
        if (record == null) {
            throw new MalformedException("it has no record");
        }
        SessionRecord read = SessionBytes.read(record);
        keepNewest();
        Map<String, Seen> seen = new LinkedHashMap<>();
        for (Ordered one : sent) {
            if (one.ordinal() <= recordOrdinal) {
                seen.put(one.seen().id(), one.seen());
            }
        }
        for (Seen one : read.seen()) {
            seen.remove(one.id());
            seen.put(one.id(), one);
        }
        for (Ordered one : sent) {
            if (one.ordinal() > recordOrdinal) {
                seen.remove(one.seen().id());
                seen.put(one.seen().id(), one.seen());
            }
        }
        List<Seen> all = List.copyOf(seen.values());
        int surplus = Math.max(0, all.size() - Retention.SEEN_PER_SESSION);
        return withSeen(read, all.subList(surplus, all.size()));
    }

    private static SessionRecord withSeen(SessionRecord read, List<Seen> seen) {
        return new SessionRecord(
                read.clientId(),
                read.number(),
                read.generation(),
                read.principal(),
                read.dialect(),
                read.resumable(),
                read.ttlMillis(),
                read.leftMillis(),
                read.presenceLeftMillis(),
                read.token(),
                read.previousToken(),
                read.memberships(),
                seen,
                read.state());
    }
}
