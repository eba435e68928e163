package io.holdfast.store.log;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is current in the log, and in which segment its last record is. Changes are staged, and
 * become current when their group is committed.
 */
final class Index {
    /** @param head seq of the last message; 0 when there is none */
    record StreamAt(String epoch, long head, long segment) {}

    /** @param ordinal of the last message with an id that it has sent */
    record SessionAt(long number, long segment, long ordinal) {}

    private static final StreamAt ENDED = new StreamAt("", -1, -1);
    private static final SessionAt REMOVED = new SessionAt(-1, -1, -1);

    private final Map<String, StreamAt> streams = new HashMap<>();
    private final Map<String, SessionAt> sessions = new HashMap<>();
    private final Map<String, StreamAt> stagedStreams = new LinkedHashMap<>();
    private final Map<String, SessionAt> stagedSessions = new LinkedHashMap<>();

    Map<String, StreamAt> streams() {
        return streams;
    }

    Map<String, SessionAt> sessions() {
        return sessions;
    }

    /** As it will be when what is staged is committed. */
    @Nullable
    StreamAt stream(String name) {
        StreamAt staged = stagedStreams.get(name);
        if (staged != null) {
            return staged.equals(ENDED) ? null : staged;
        }
        return streams.get(name);
    }

    /** As it will be when what is staged is committed. */
    @Nullable
    SessionAt session(String clientId) {
        SessionAt staged = stagedSessions.get(clientId);
        if (staged != null) {
            return staged.equals(REMOVED) ? null : staged;
        }
        return sessions.get(clientId);
    }

    void stage(String stream, String epoch, long head) {
        stagedStreams.put(stream, new StreamAt(epoch, head, -1));
    }

    void stageEnd(String stream) {
        stagedStreams.put(stream, ENDED);
    }

    /** A record of the session is written. */
    void stagePut(String clientId, long number, long ordinal) {
        stagedSessions.put(clientId, new SessionAt(number, -1, ordinal));
    }

    /** The session has sent a message with an id: its record stays where it is. */
    void stageOrdinal(String clientId, SessionAt session, long ordinal) {
        stagedSessions.put(clientId, new SessionAt(session.number(), session.segment(), ordinal));
    }

    void stageRemoval(String clientId) {
        stagedSessions.put(clientId, REMOVED);
    }

    void forget() {
        stagedStreams.clear();
        stagedSessions.clear();
    }

    /** What was staged has been committed to this segment. */
    void commit(long segment) {
        stagedStreams.forEach((name, at) -> {
            if (at.equals(ENDED)) {
                streams.remove(name);
            } else {
                streams.put(name, new StreamAt(at.epoch(), at.head(), segment));
            }
        });
        stagedSessions.forEach((clientId, at) -> {
            if (at.equals(REMOVED)) {
                sessions.remove(clientId);
            } else {
                long where = at.segment() < 0 ? segment : at.segment();
                sessions.put(clientId, new SessionAt(at.number(), where, at.ordinal()));
            }
        });
        forget();
    }
}
