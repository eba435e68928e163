package io.holdfast.server.connection;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.session.Claim;
import io.holdfast.protocol.session.ConnectResult;
import io.holdfast.protocol.session.SessionTable;
import io.holdfast.server.auth.AuthResult;
import io.holdfast.server.metrics.DialectName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who is connected under which client id, and whose session still waits for them. One space of ids
 * over all dialects, so that {@code direct} means one client.
 *
 * <p>Thread-safe: coming and going take one lock for a few table operations; finding takes none.
 */
public final class Clients {
    /** What a newcomer gets. */
    public sealed interface Seat {
        /**
         * The id is its own now.
         *
         * @param generation proves it when leaving
         * @param restored whether its session went on
         * @param replacedAnother whether the client was connected already, in the same dialect:
         *     nobody came or went there
         */
        record Taken(long generation, boolean restored, boolean replacedAnother) implements Seat {}

        /** It must go. */
        record Refused(CloseCode code, String reason) implements Seat {}
    }

    private record Live(Connection connection, DialectName dialect, long generation) {}

    private final SessionTable sessions;
    private final Map<String, Live> live = new ConcurrentHashMap<>();
    private final Map<DialectName, Integer> countByDialect = new ConcurrentHashMap<>();

    /** @param authenticationOn asked for each newcomer, since a reload may switch it */
    public Clients(BooleanSupplier authenticationOn, int maxSessions) {
        this.sessions = new SessionTable(authenticationOn, maxSessions, (session, end) -> {});
    }

    /** A client of a dialect without resume: nothing is kept of it when it leaves. */
    public Seat arrive(
            String clientId, AuthResult.Accepted who, DialectName dialect, Connection connection) {
        Claim claim = new Claim(who.principal(), who.individual(), false, false, false);
        return arrive(clientId, claim, dialect, Duration.ZERO, connection);
    }

    /**
     * Takes the id for a connection, if it may; an older connection of the client is told that it was
     * replaced.
     */
    public Seat arrive(
            String clientId,
            Claim claim,
            DialectName dialect,
            Duration sessionTtl,
            Connection connection) {
        Live before;
        Seat seat;
        synchronized (sessions) {
            ConnectResult result = sessions.connect(
                    clientId, claim, dialect.label(), sessionTtl, System.nanoTime());
            seat = switch (result) {
                case ConnectResult.New fresh ->
                    new Seat.Taken(fresh.generation(), false, isHere(clientId, dialect));
                case ConnectResult.Restored restored ->
                    new Seat.Taken(restored.generation(), true, isHere(clientId, dialect));
                case ConnectResult.Refused refused ->
                    new Seat.Refused(
                            CloseCode.POLICY_VIOLATION, "Client ID is owned by somebody else");
                case ConnectResult.Full full ->
                    new Seat.Refused(CloseCode.TRY_AGAIN_LATER, "Too many sessions");
            };
            if (!(seat instanceof Seat.Taken taken)) {
                return seat;
            }
            before = live.put(clientId, new Live(connection, dialect, taken.generation()));
            if (before != null) {
                countByDialect.merge(before.dialect(), -1, Integer::sum);
            }
            countByDialect.merge(dialect, 1, Integer::sum);
        }
        if (before != null) {
            Connection older = before.connection();
            older.home().context().execute(older::replaced);
        }
        return seat;
    }

    private boolean isHere(String clientId, DialectName dialect) {
        Live known = live.get(clientId);
        return known != null && known.dialect() == dialect;
    }

    /**
     * The connection of that generation has gone.
     *
     * @param forGood whether the session ends with it
     * @return whether the client has left its dialect: false when a newer connection in the same
     *     dialect has the id
     */
    public boolean leave(String clientId, long generation, DialectName dialect, boolean forGood) {
        synchronized (sessions) {
            // Fenced by the generation: an older connection changes nothing of a newer one's
            // session.
            boolean current = forGood
                    ? sessions.end(clientId, generation)
                    : sessions.disconnect(clientId, generation, System.nanoTime());
            Live known = live.get(clientId);
            if (current && known != null && known.generation() == generation) {
                live.remove(clientId);
                countByDialect.merge(dialect, -1, Integer::sum);
                return true;
            }
            return known == null || known.dialect() != dialect;
        }
    }

    /** Keeps a dialect's record with the session, unless a newer connection has taken it. */
    public void remember(String clientId, long generation, byte[] state) {
        synchronized (sessions) {
            sessions.write(clientId, generation, state);
        }
    }

    /** The client's connection now, or null. */
    public @Nullable Connection find(String clientId) {
        Live found = live.get(clientId);
        return found == null ? null : found.connection();
    }

    /** Up to {@code limit} connected clients, of one dialect or (null) of all. */
    public List<Connection> list(@Nullable DialectName only, int limit) {
        List<Connection> some = new ArrayList<>();
        for (Live client : live.values()) {
            if (some.size() >= limit) {
                break;
            }
            if (only == null || only == client.dialect()) {
                some.add(client.connection());
            }
        }
        return some;
    }

    /** Clients that are connected now. */
    public int count() {
        return live.size();
    }

    /** Clients of one dialect that are connected now. */
    public int count(DialectName dialect) {
        return countByDialect.getOrDefault(dialect, 0);
    }

    /** Sessions, those whose client is away included. */
    public int sessions() {
        synchronized (sessions) {
            return sessions.size();
        }
    }

    /** Ends the sessions whose time is up. */
    public void expire() {
        synchronized (sessions) {
            sessions.expire(System.nanoTime());
        }
    }

    /** Stops the sessions' clocks: a drain must cost nobody a session. */
    public void stopClocks() {
        synchronized (sessions) {
            sessions.pause(System.nanoTime());
        }
    }

    /** Lets the sessions' clocks go on, after a drain that was cancelled. */
    public void startClocks() {
        synchronized (sessions) {
            sessions.resume(System.nanoTime());
        }
    }
}
