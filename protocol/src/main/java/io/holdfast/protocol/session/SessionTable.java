package io.holdfast.protocol.session;

import io.holdfast.protocol.Limits;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All sessions of one server by client id, bounded. A session without a connection lives on for
 * its time to live; when the table is full the one that has been away longest makes room.
 *
 * <p>Clocks: {@link #pause} stops every session's clock (a drain starts), {@link #resume} lets
 * them go on. Nothing expires in between, and nothing has lost time afterwards.
 *
 * <p>One thread owns the table.
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

    /** Hears of the end of every session, after it has left the table. */
    @FunctionalInterface
    public interface Listener {
        void ended(Session session, End end);
    }

    private static final Comparator<Session> BY_EXPIRY = Comparator.comparingLong(
                    Session::expiresAtSessionNanos)
            .thenComparingLong(Session::generation);

    private final BooleanSupplier authenticationOn;
    private final int maxSessions;
    private final Listener listener;
    private final Map<String, Session> sessions = new LinkedHashMap<>();
    /** Sessions without a connection, the one that left first at the front: order of eviction. */
    private final Map<String, Session> away = new LinkedHashMap<>();
    /** The same sessions by the moment they end: times to live differ. */
    private final TreeSet<Session> byExpiry = new TreeSet<>(BY_EXPIRY);

    private long lastGeneration;
    private boolean paused;
    private long pausedAtNanos;
    private long pausedTotalNanos;

    /**
     * @param authenticationOn asked for each newcomer, since a reload may switch it
     * @param maxSessions at least 1
     */
    public SessionTable(BooleanSupplier authenticationOn, int maxSessions, Listener listener) {
        if (maxSessions < 1) {
            throw new IllegalArgumentException(
                    "A session table for " + maxSessions + " sessions; expected at least 1.");
        }
        this.authenticationOn = authenticationOn;
        this.maxSessions = maxSessions;
        this.listener = listener;
    }

    /** The session of a client id, if it is known and has not ended. */
    public @Nullable Session find(String clientId, long nowNanos) {
        expire(nowNanos);
        return sessions.get(clientId);
    }

    /** A connection asks for a client id. A session of another dialect is never restored. */
    public ConnectResult connect(
            String clientId, Claim claim, String dialect, Duration ttl, long nowNanos) {
        Session existing = find(clientId, nowNanos);
        Takeover.Outcome outcome = Takeover.decide(
                authenticationOn.getAsBoolean(), existing == null ? null : existing.owner(), claim);
        if (existing == null) {
            return makeRoom()
                    ? create(clientId, claim, dialect, ttl, OptionalLong.empty())
                    : new ConnectResult.Full(maxSessions);
        }
        if (outcome == Takeover.Outcome.REFUSE) {
            return new ConnectResult.Refused();
        }
        OptionalLong replaced = existing.connected()
                ? OptionalLong.of(existing.generation())
                : OptionalLong.empty();
        if (outcome == Takeover.Outcome.RESUME && existing.dialect().equals(dialect)) {
            comeBack(existing);
            existing.connect(++lastGeneration);
            return new ConnectResult.Restored(existing, existing.generation(), replaced);
        }
        remove(existing, End.REPLACED);
        return create(clientId, claim, dialect, ttl, replaced);
    }

    /**
     * The connection of that generation has gone; the session waits for the next one.
     *
     * @return false when another connection has taken the session since: nothing was changed
     */
    public boolean disconnect(String clientId, long generation, long nowNanos) {
        Session session = owned(clientId, generation);
        if (session == null || !session.connected()) {
            return false;
        }
        session.disconnect(sessionNanos(nowNanos));
        away.put(clientId, session);
        byExpiry.add(session);
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

    /** Ends a session for good (the client is finished); false when the caller is fenced. */
    public boolean end(String clientId, long generation) {
        Session session = owned(clientId, generation);
        if (session == null) {
            return false;
        }
        remove(session, End.FINISHED);
        return true;
    }

    /** Ends the sessions whose time is up, in the order in which it was. */
    public void expire(long nowNanos) {
        long nowSessionNanos = sessionNanos(nowNanos);
        while (!byExpiry.isEmpty() && byExpiry.first().expiresAtSessionNanos() <= nowSessionNanos) {
            remove(byExpiry.first(), End.EXPIRED);
        }
    }

    /** The next moment at which a session ends; empty while paused, or with nobody away. */
    public OptionalLong nextExpiryNanos() {
        return paused || byExpiry.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(byExpiry.first().expiresAtSessionNanos() + pausedTotalNanos);
    }

    /** What is left to a session that is away, for handing it to a successor; 0 if connected. */
    public long remainingNanos(Session session, long nowNanos) {
        return session.connected()
                ? 0
                : Math.max(0, session.expiresAtSessionNanos() - sessionNanos(nowNanos));
    }

    /** Stops all clocks; without effect when they stand. */
    public void pause(long nowNanos) {
        if (!paused) {
            paused = true;
            pausedAtNanos = nowNanos;
        }
    }

    /** Lets all clocks go on; without effect when they run. */
    public void resume(long nowNanos) {
        if (paused) {
            paused = false;
            pausedTotalNanos += nowNanos - pausedAtNanos;
        }
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

    private boolean makeRoom() {
        if (sessions.size() < maxSessions) {
            return true;
        }
        if (away.isEmpty()) {
            return false;
        }
        remove(away.values().iterator().next(), End.EVICTED);
        return true;
    }

    private ConnectResult create(
            String clientId, Claim claim, String dialect, Duration ttl, OptionalLong replaced) {
        Session session =
                new Session(clientId, claim.principal(), dialect, ttl.toNanos(), ++lastGeneration);
        sessions.put(clientId, session);
        return new ConnectResult.New(session, session.generation(), replaced);
    }

    private @Nullable Session owned(String clientId, long generation) {
        Session session = sessions.get(clientId);
        return session != null && session.generation() == generation ? session : null;
    }

    private void comeBack(Session session) {
        if (!session.connected()) {
            away.remove(session.clientId());
            byExpiry.remove(session);
        }
    }

    private void remove(Session session, End end) {
        comeBack(session);
        sessions.remove(session.clientId());
        listener.ended(session, end);
    }

    /** The session clock: the caller's, less the time for which it was stopped. */
    private long sessionNanos(long nowNanos) {
        return (paused ? pausedAtNanos : nowNanos) - pausedTotalNanos;
    }
}
