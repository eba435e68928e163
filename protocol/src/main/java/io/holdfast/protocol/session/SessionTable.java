package io.holdfast.protocol.session;

import io.holdfast.protocol.Limits;
import io.holdfast.protocol.stream.Position;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All sessions of one server by client id, bounded. A session without a connection lives on for
 * its time to live; when the table is full the one that has been away longest makes room.
 *
 * <p>Clocks: {@link #pause} stops the clock of sessions, presence and tokens (a drain starts),
 * {@link #resume} lets it go on. Nothing expires in between, and nothing has lost time afterwards.
 *
 * <p>Threads: callers hold one lock for all calls, and the listener is called under it; what of a
 * {@link Session} is for all threads is said there.
 */
public final class SessionTable {
    /** Why a session ended. */
    public enum End {
        /** Its time to live ran out: the client never came back. */
        EXPIRED,
        /** The table was full and this one had been away longest. */
        EVICTED,
        /** A new, empty session took its client id. */
        REPLACED,
        /** Its client was finished. */
        FINISHED
    }

    /** Must not call the table. */
    @FunctionalInterface
    public interface Listener {
        /** Hears of the end of every session, after it has left the table. */
        void ended(Session session, End end);

        /**
         * The client is away for longer than its presence grace, or its session ends before that:
         * the others are to be told that it has left. Called at most once for each time that it
         * left with a grace, never for one without; before {@link #ended}.
         */
        default void presenceOver(Session session) {}
    }

    private final BooleanSupplier authenticationOn;
    private final int maxSessions;
    private final Supplier<Duration> tokenTtl;
    private final Listener listener;
    private final SessionClock clock = new SessionClock();
    private final Map<String, Session> sessions = new LinkedHashMap<>();
    private final Reachable reachable = new Reachable();
    private final AwaySessions away = new AwaySessions();
    private final TokenIndex tokens;

    private final RandomGenerator random;

    private long lastGeneration;

    /**
     * @param authenticationOn asked for each newcomer, since a reload may switch it
     * @param maxSessions at least 1
     * @param tokenTtl life of a session token, asked for each, since a reload may change it
     * @param random for session tokens, so one that nobody can predict, and session numbers
     */
    public SessionTable(
            BooleanSupplier authenticationOn,
            int maxSessions,
            Supplier<Duration> tokenTtl,
            RandomGenerator random,
            Listener listener) {
        if (maxSessions < 1) {
            throw new IllegalArgumentException(
                    "A session table for " + maxSessions + " sessions; expected at least 1.");
        }
        this.authenticationOn = authenticationOn;
        this.maxSessions = maxSessions;
        this.tokenTtl = tokenTtl;
        this.listener = listener;
        this.tokens = new TokenIndex(random);
        this.random = random;
    }

    /** Who has a personal stream. Any thread may ask it. */
    public Reachable reachable() {
        return reachable;
    }

    /** The session of a client id, if it is known and has not ended. */
    public @Nullable Session find(String clientId, long nowNanos) {
        expire(nowNanos);
        return sessions.get(clientId);
    }

    /**
     * The client id of the session for which a token is good now, for a client that comes back
     * without its id; null when there is none. It counts as used only in {@link #connect}.
     */
    public @Nullable String ownerOf(String token, long nowNanos) {
        expire(nowNanos);
        Session owner = tokens.ownerOf(token, clock.nanos(nowNanos));
        return owner == null ? null : owner.clientId();
    }

    /** What a token is worth now for the session of a client id; it does not count as used. */
    public SessionTokens.Worth worth(String clientId, String token, long nowNanos) {
        Session session = find(clientId, nowNanos);
        SessionTokens known = session == null ? null : session.tokens();
        return known == null
                ? SessionTokens.Worth.UNKNOWN
                : known.worth(token, clock.nanos(nowNanos));
    }

    /**
     * A connection asks for a client id. A session of another dialect is never restored.
     *
     * @param accepted rises from connection to connection as they were accepted, in whatever order
     *     they then ask: what a client said on a connection that it has given up since must not
     *     throw out the one that it uses
     */
    public ConnectResult connect(
            long accepted,
            String clientId,
            Claim claim,
            String dialect,
            Duration ttl,
            long nowNanos) {
        Session existing = find(clientId, nowNanos);
        if (existing == null) {
            return makeRoom()
                    ? create(
                            accepted,
                            clientId,
                            claim,
                            dialect,
                            ttl,
                            nowNanos,
                            OptionalLong.empty(),
                            false)
                    : new ConnectResult.Full(maxSessions);
        }
        Takeover.Outcome outcome = Takeover.decide(
                authenticationOn.getAsBoolean(),
                existing.owner(claim, clock.nanos(nowNanos)),
                claim);
        if (outcome == Takeover.Outcome.REFUSE) {
            return new ConnectResult.Refused();
        }
        boolean wasConnected = existing.connected();
        if (wasConnected && accepted < existing.accepted()) {
            return new ConnectResult.Outdated();
        }
        OptionalLong replaced =
                wasConnected ? OptionalLong.of(existing.generation()) : OptionalLong.empty();
        if (outcome == Takeover.Outcome.RESUME && existing.dialect().equals(dialect)) {
            return goOn(accepted, existing, claim, nowNanos, replaced);
        }
        remove(existing, End.REPLACED);
        return create(accepted, clientId, claim, dialect, ttl, nowNanos, replaced, wasConnected);
    }

    /**
     * The connection of that generation has gone; the session waits for the next one.
     *
     * @param presenceGrace after which the listener hears that its presence is over; zero when it
     *     is over now, and the caller tells the others itself
     * @return false when another connection has taken the session since: nothing was changed
     */
    public boolean disconnect(
            String clientId, long generation, Duration presenceGrace, long nowNanos) {
        Session session = owned(clientId, generation);
        if (session == null || !session.connected()) {
            return false;
        }
        long now = clock.nanos(nowNanos);
        tokens.unwatch(session);
        session.disconnect(now + session.ttlNanos());
        if (presenceGrace.isPositive()) {
            session.presenceUntil(now + presenceGrace.toNanos());
        }
        away.add(session);
        return true;
    }

    /** Replaces the session's state; false when the writer is fenced: nothing was written. */
    public boolean write(String clientId, long generation, byte[] state) {
        if (state.length > Limits.MAX_SESSION_STATE_BYTES) {
            throw new IllegalArgumentException("The state of a session has " + state.length
                    + " bytes; expected at most " + Limits.MAX_SESSION_STATE_BYTES
                    + ": keep less in the session.");
        }
        Session session = owned(clientId, generation);
        if (session == null) {
            return false;
        }
        session.write(state);
        return true;
    }

    /** The session belongs to a stream from a position on; false when the caller is fenced. */
    public boolean joined(String clientId, long generation, String stream, Position position) {
        Session session = owned(clientId, generation);
        if (session == null) {
            return false;
        }
        if (!session.belongsTo(stream) && session.membershipCount() >= Limits.MAX_MEMBERSHIPS) {
            throw new IllegalStateException("A session in " + Limits.MAX_MEMBERSHIPS
                    + " streams would join one more; refuse it before it gets here.");
        }
        session.joined(stream, position);
        return true;
    }

    /** The session has left a stream; false when the caller is fenced. */
    public boolean left(String clientId, long generation, String stream) {
        Session session = owned(clientId, generation);
        if (session == null) {
            return false;
        }
        session.left(stream);
        return true;
    }

    /**
     * The client has what there is of a stream up to this position. Without effect when the
     * session does not belong to the stream, or more was handed to it before.
     *
     * @return false when the caller is fenced
     */
    public boolean handed(String clientId, long generation, String stream, Position upTo) {
        Session session = owned(clientId, generation);
        if (session == null) {
            return false;
        }
        session.handed(stream, upTo);
        return true;
    }

    /** Ends a session for good (the client is finished); false when the caller is fenced. */
    public boolean end(String clientId, long generation) {
        Session session = owned(clientId, generation);
        if (session == null) {
            return false;
        }
        remove(session, End.FINISHED);
        return true;
    }

    /** Connected sessions at 80 % of their token's life or beyond: each is to get a fresh one. */
    public List<Session> tokensDue(long nowNanos) {
        return tokens.due(clock.nanos(nowNanos));
    }

    /**
     * A fresh token for a connected client that has one; the one before it stays good until this is
     * first used, older ones do not: not for a connection that may not have got its last one yet.
     *
     * @return null when the caller is fenced, or the client is away or has no token
     */
    public @Nullable String freshToken(String clientId, long generation, long nowNanos) {
        return freshToken(clientId, generation, null, nowNanos);
    }

    /**
     * The same for a client that asks for it.
     *
     * @param shown a good token that it asked with, which stays good until the fresh one is first
     *     used; or null
     */
    public @Nullable String freshToken(
            String clientId, long generation, @Nullable String shown, long nowNanos) {
        Session session = owned(clientId, generation);
        if (session == null || !session.connected() || session.tokens() == null) {
            return null;
        }
        if (shown != null) {
            tokens.use(session, shown, clock.nanos(nowNanos));
        }
        return issue(session, nowNanos);
    }

    /** Does what is due: presence that is over, sessions whose time is up, in order of time. */
    public void expire(long nowNanos) {
        long now = clock.nanos(nowNanos);
        for (Session next = away.next();
                next != null && next.deadlineSessionNanos() <= now;
                next = away.next()) {
            if (next.expiresAtSessionNanos() <= next.presenceUntilSessionNanos()) {
                remove(next, End.EXPIRED);
            } else {
                away.remove(next);
                next.presenceOver();
                away.add(next);
                listener.presenceOver(next);
            }
        }
    }

    /**
     * The next moment at which {@link #expire} has something to do; empty while paused, or with
     * nobody away.
     */
    public OptionalLong nextExpiryNanos() {
        Session next = away.next();
        return clock.paused() || next == null
                ? OptionalLong.empty()
                : OptionalLong.of(clock.callerNanos(next.deadlineSessionNanos()));
    }

    /** What is left to a session that is away; 0 if connected. */
    public long remainingNanos(Session session, long nowNanos) {
        return session.connected()
                ? 0
                : Math.max(0, session.expiresAtSessionNanos() - clock.nanos(nowNanos));
    }

    /** Stops all clocks; without effect when they stand. */
    public void pause(long nowNanos) {
        clock.pause(nowNanos);
    }

    /** Lets all clocks go on; without effect when they run. */
    public void resume(long nowNanos) {
        clock.resume(nowNanos);
    }

    /**
     * A session as a value.
     *
     * @param withSeen whether with the ids of its last messages, where they are not kept otherwise
     */
    public SessionRecord record(Session session, boolean withSeen, long nowNanos) {
        return SessionRecords.of(session, withSeen, clock.nanos(nowNanos));
    }

    /**
     * Takes over a session from a predecessor or a store. It is away, with what it had left. Later
     * generations are larger than its own.
     *
     * @return false when its client id has a session already, or the table is full: nothing was
     *     changed
     */
    public boolean restore(SessionRecord record, long nowNanos) {
        if (find(record.clientId(), nowNanos) != null || sessions.size() >= maxSessions) {
            return false;
        }
        long now = clock.nanos(nowNanos);
        Session session = SessionRecords.session(record, now);
        if (record.token() != null || record.previousToken() != null) {
            tokens.restore(
                    session,
                    new SessionTokens(
                            record.token(),
                            record.previousToken(),
                            tokenTtl.get().toNanos(),
                            now));
        }
        lastGeneration = Math.max(lastGeneration, record.generation());
        sessions.put(record.clientId(), session);
        reachable.hasSession(session);
        away.add(session);
        return true;
    }

    /** Every session, in order of creation. Do not call the table from inside. */
    public void forEach(Consumer<? super Session> visitor) {
        sessions.values().forEach(visitor);
    }

    public int size() {
        return sessions.size();
    }

    /** Sessions without a connection. */
    public int awayCount() {
        return away.size();
    }

    /** Session tokens known: at most two for each session. */
    int tokenCount() {
        return tokens.tokens();
    }

    private boolean makeRoom() {
        if (sessions.size() < maxSessions) {
            return true;
        }
        Session longest = away.longestAway();
        if (longest == null) {
            return false;
        }
        remove(longest, End.EVICTED);
        return true;
    }

    private ConnectResult create(
            long accepted,
            String clientId,
            Claim claim,
            String dialect,
            Duration ttl,
            long nowNanos,
            OptionalLong replaced,
            boolean stillPresent) {
        Session session = new Session(
                clientId,
                freshNumber(),
                claim.principal(),
                dialect,
                claim.speaksResume(),
                ttl.toNanos(),
                ++lastGeneration);
        session.accepted(accepted);
        sessions.put(clientId, session);
        reachable.hasSession(session);
        String token = claim.speaksResume() ? issue(session, nowNanos) : null;
        return new ConnectResult.New(session, session.generation(), replaced, token, stillPresent);
    }

    private ConnectResult goOn(
            long accepted, Session session, Claim claim, long nowNanos, OptionalLong replaced) {
        boolean stillPresent = session.connected() || session.presencePending();
        comeBack(session);
        tokens.unwatch(session);
        tokens.use(session, claim.sessionToken(), clock.nanos(nowNanos));
        session.connect(++lastGeneration, claim.speaksResume());
        reachable.hasSession(session);
        session.accepted(accepted);
        String token = claim.speaksResume() ? issue(session, nowNanos) : null;
        return new ConnectResult.Restored(
                session, session.generation(), replaced, token, stillPresent);
    }

    /**
     * A store knows a session by its client id and this. Drawn, not counted: what was counted in a
     * process before this one, or is in another server on the same store, is not known here. That
     * two sessions of one client id draw the same has a chance of 1 to 9 * 10^15.
     */
    private long freshNumber() {
        return random.nextLong(SessionRecordCodec.MAX_NUMBER + 1);
    }

    private String issue(Session session, long nowNanos) {
        return tokens.issue(session, tokenTtl.get().toNanos(), clock.nanos(nowNanos));
    }

    private @Nullable Session owned(String clientId, long generation) {
        Session session = sessions.get(clientId);
        return session != null && session.generation() == generation ? session : null;
    }

    private void comeBack(Session session) {
        if (!session.connected()) {
            away.remove(session);
        }
    }

    private void remove(Session session, End end) {
        comeBack(session);
        tokens.remove(session);
        sessions.remove(session.clientId());
        if (end == End.REPLACED) {
            // Its last connection may still be writing elsewhere: from now on it is an old owner.
            session.fence(++lastGeneration);
        } else {
            // The one that replaces another says itself whether the client is reachable.
            reachable.hasNone(session.clientId());
        }
        if (session.presencePending()) {
            session.presenceOver();
            listener.presenceOver(session);
        }
        listener.ended(session, end);
    }
}
