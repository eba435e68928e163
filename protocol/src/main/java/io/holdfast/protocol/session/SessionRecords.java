package io.holdfast.protocol.session;

import io.holdfast.protocol.session.SessionRecord.Membership;
import io.holdfast.protocol.session.SessionRecord.Seen;
import io.holdfast.protocol.stream.Position;

import java.util.ArrayList;
import java.util.List;

/** Sessions to records and back: moments of the session clock to remaining durations and back. */
final class SessionRecords {
    private static final long NOT_PENDING = -1;

    private SessionRecords() {}

    static SessionRecord of(Session session, boolean withSeen, long nowNanos) {
        List<Membership> memberships = new ArrayList<>();
        session.memberships()
                .forEach((stream, position) ->
                        memberships.add(new Membership(stream, position.epoch(), position.seq())));
        DedupWindow dedup = session.dedupIfAny();
        List<Seen> seen = withSeen && dedup != null ? dedup.toList() : List.of();
        SessionTokens tokens = session.tokens();
        long ttlMillis = SessionClock.millis(session.ttlNanos());
        return new SessionRecord(
                session.clientId(),
                session.number(),
                session.generation(),
                session.principal(),
                session.dialect(),
                session.resumable(),
                ttlMillis,
                session.connected()
                        ? ttlMillis
                        : SessionClock.millisLeft(session.expiresAtSessionNanos(), nowNanos),
                session.presencePending()
                        ? SessionClock.millisLeft(session.presenceUntilSessionNanos(), nowNanos)
                        : NOT_PENDING,
                tokens == null ? null : tokens.newest(nowNanos),
                tokens == null ? null : tokens.previous(nowNanos),
                List.copyOf(memberships),
                seen,
                session.state());
    }

    /** Away, with what is left; its tokens are the table's to restore. */
    static Session session(SessionRecord record, long nowNanos) {
        Session session = new Session(
                record.clientId(),
                record.number(),
                record.principal(),
                record.dialect(),
                record.resumable(),
                SessionClock.nanosOf(record.ttlMillis()),
                record.generation());
        session.disconnect(
                nowNanos + SessionClock.nanosOf(Math.min(record.leftMillis(), record.ttlMillis())));
        if (record.presenceLeftMillis() >= 0) {
            session.presenceUntil(nowNanos + SessionClock.nanosOf(record.presenceLeftMillis()));
        }
        session.write(record.state());
        for (Membership membership : record.memberships()) {
            session.joined(membership.stream(), new Position(membership.epoch(), membership.seq()));
        }
        for (Seen seen : record.seen()) {
            session.dedup().remember(seen.id(), seen.stream(), seen.seq());
        }
        return session;
    }
}
