package io.holdfast.server.connection;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.session.Claim;
import io.holdfast.protocol.session.ConnectResult;
import io.holdfast.protocol.session.FreshTokens;
import io.holdfast.protocol.session.FreshTokens.Fresh;
import io.holdfast.protocol.session.Session;
import io.holdfast.protocol.session.SessionRecord;
import io.holdfast.protocol.session.SessionTable;
import io.holdfast.protocol.session.SessionTokens;
import io.holdfast.protocol.stream.Position;
import io.holdfast.server.metrics.DialectName;
import io.holdfast.store.Outcome;
import io.holdfast.store.Store;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who is connected under which client id, and whose session still waits for them. One space of ids
 * over all dialects, so that {@code direct} means one client.
 *
 * <p>Thread-safe: what changes takes one lock for a few table operations; finding takes none.
 */
@SuppressWarnings("ReferenceEquality") // A session is itself and no other.
public final class Clients {
    /** What a newcomer gets. */
    public sealed interface Seat {
        /**
         * The id is its own now.
         *
         * @param generation proves it when leaving
         * @param restored whether its session went on
         * @param stillPresent whether the others think that it has been there all the time: nobody
         *     came or went
         * @param token its session token, if it speaks resume
         * @param memberships the streams it belongs to, with its last known positions
         */
        record Taken(
                Session session,
                long generation,
                boolean restored,
                boolean stillPresent,
                @Nullable String token,
                Map<String, Position> memberships)
                implements Seat {

            /** Without the token, which is as good as the session. */
            @Override
            public String toString() {
                return "Taken[session=" + session.clientId() + ", generation=" + generation
                        + ", restored=" + restored + "]";
            }
        }

        /** It must go. */
        record Refused(CloseCode code, String reason) implements Seat {}
    }

    /** Hears of sessions; called under the lock, so it must only pass it on. */
    public interface Watch {
        /** A client that was away has not come back in time: the others are to be told. */
        void gone(String clientId);

        void ended(Session session);
    }

    private record Live(Connection connection, DialectName dialect, long generation) {}

    private final SessionTable sessions;
    private final Store store;
    private final Map<String, Live> live = new ConcurrentHashMap<>();

    /** Under the lock. */
    private final FreshTokens<Connection> freshTokens;

    /** By whom connections that have not ended yet were replaced, by their generation. */
    private final Map<Long, DialectName> replacedBy = new HashMap<>();

    private final Map<DialectName, Integer> countByDialect = new ConcurrentHashMap<>();

    /**
     * @param authenticationOn asked for each newcomer, since a reload may switch it
     * @param tokenTtl life of a session token, asked for each
     */
    public Clients(
            BooleanSupplier authenticationOn,
            int maxSessions,
            Supplier<Duration> tokenTtl,
            Store store,
            Watch watch) {
        this.store = store;
        this.sessions = new SessionTable(
                authenticationOn, maxSessions, tokenTtl, new SecureRandom(), listener(watch));
        this.freshTokens = new FreshTokens<>(sessions, this::find);
    }

    private SessionTable.Listener listener(Watch watch) {
        return new SessionTable.Listener() {
            @Override
            public void ended(Session session, SessionTable.End end) {
                if (session.resumable()) {
                    watch.ended(session);
                }
                if (outlivesConnection(session)) {
                    store.removeSession(session.clientId(), session.number());
                }
            }

            @Override
            public void presenceOver(Session session) {
                watch.gone(session.clientId());
            }
        };
    }

    private static boolean outlivesConnection(Session session) {
        return session.resumable() || session.dialect().equals(DialectName.DEEPSTREAM.label());
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
                    connection.id(),
                    clientId,
                    claim,
                    dialect.label(),
                    sessionTtl,
                    System.nanoTime());
            seat = switch (result) {
                case ConnectResult.New fresh ->
                    new Seat.Taken(
                            fresh.session(),
                            fresh.generation(),
                            false,
                            isHere(clientId, dialect),
                            fresh.token(),
                            Map.of());
                case ConnectResult.Restored restored ->
                    new Seat.Taken(
                            restored.session(),
                            restored.generation(),
                            true,
                            restored.stillPresent(),
                            restored.token(),
                            restored.session().memberships());
                case ConnectResult.Refused refused ->
                    new Seat.Refused(
                            CloseCode.POLICY_VIOLATION, "Client ID is owned by somebody else");
                case ConnectResult.Outdated outdated ->
                    new Seat.Refused(CloseCode.REPLACED, CloseCode.REPLACED.defaultReason());
                case ConnectResult.Full full ->
                    new Seat.Refused(CloseCode.TRY_AGAIN_LATER, "Too many sessions");
            };
            if (!(seat instanceof Seat.Taken taken)) {
                return seat;
            }
            before = live.put(clientId, new Live(connection, dialect, taken.generation()));
            if (before != null) {
                countByDialect.merge(before.dialect(), -1, Integer::sum);
                replacedBy.put(before.generation(), dialect);
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

    /** The client id of the session for which a token is good now, or null. */
    public @Nullable String ownerOf(String token) {
        synchronized (sessions) {
            return sessions.ownerOf(token, System.nanoTime());
        }
    }

    /** Whether it still has its place, as {@link #leave} finds it. */
    public enum Left {
        /** A newer connection in the same dialect has the id: nobody has left. */
        REPLACED,
        /** The client has left its dialect, and the others are to be told. */
        GONE,
        /** It may be back soon; until then the others are told nothing. */
        AWAY
    }

    /**
     * The connection of that generation has gone.
     *
     * @param presenceGrace for which the others are not told; zero tells them at once
     * @param forGood whether the session ends with it
     */
    public Left leave(
            String clientId,
            long generation,
            DialectName dialect,
            Duration presenceGrace,
            boolean forGood) {
        synchronized (sessions) {
            // Fenced by the generation: an older connection changes nothing of a newer one's
            // session.
            boolean current = forGood
                    ? sessions.end(clientId, generation)
                    : sessions.disconnect(clientId, generation, presenceGrace, System.nanoTime());
            Live known = live.get(clientId);
            if (current && known != null && known.generation() == generation) {
                live.remove(clientId);
                countByDialect.merge(dialect, -1, Integer::sum);
                return forGood || presenceGrace.isZero() ? Left.GONE : Left.AWAY;
            }
            return replacedBy.remove(generation) == dialect ? Left.REPLACED : Left.GONE;
        }
    }

    /** Keeps a dialect's record with the session, unless a newer connection has taken it. */
    public void remember(String clientId, long generation, byte[] state) {
        synchronized (sessions) {
            sessions.write(clientId, generation, state);
        }
    }

    /** The session belongs to a stream from that position on, unless the caller is fenced. */
    public void joined(String clientId, long generation, String stream, Position position) {
        synchronized (sessions) {
            sessions.joined(clientId, generation, stream, position);
        }
    }

    /** The session does not belong to a stream any more, unless the caller is fenced. */
    public void left(String clientId, long generation, String stream) {
        synchronized (sessions) {
            sessions.left(clientId, generation, stream);
        }
    }

    /** The client has what there is of a stream up to there, unless the caller is fenced. */
    public void handed(String clientId, long generation, String stream, Position upTo) {
        synchronized (sessions) {
            sessions.handed(clientId, generation, stream, upTo);
        }
    }

    /**
     * Commits the session as it is now. Nobody hears of it when another session has its client id:
     * the connection that asks is about to hear that it was replaced.
     */
    public void commit(Session session, Outcome outcome) {
        if (!store.durable() || !outlivesConnection(session)) {
            outcome.committed();
            return;
        }
        synchronized (sessions) {
            // Inside the lock, so that the store gets changes in the order in which they happened.
            long now = System.nanoTime();
            if (sessions.find(session.clientId(), now) == session) {
                store.putSession(sessions.record(session, false, now), outcome);
            }
        }
    }

    /** Gives fresh tokens to those whose own have grown old. */
    public void refreshTokens() {
        if (!store.available()) {
            // They stay due, and get theirs when it works again.
            return;
        }
        List<Fresh<Connection>> due;
        synchronized (sessions) {
            due = freshTokens.due(System.nanoTime());
        }
        due.forEach(one -> give(one, () -> {}));
    }

    /**
     * Gives a client that asks for it a fresh token.
     *
     * @param shown a good session token that it asked with, or null
     * @param done runs on its loop when it was told, or cannot be
     */
    public void refreshToken(Session session, @Nullable String shown, Runnable done) {
        Fresh<Connection> fresh;
        synchronized (sessions) {
            fresh = freshTokens.asked(session, shown, System.nanoTime());
        }
        if (fresh == null) {
            done.run();
        } else {
            give(fresh, done);
        }
    }

    private void give(Fresh<Connection> one, Runnable done) {
        Connection connection = one.connection();
        Runnable tell = () -> {
            boolean isToBeTold;
            synchronized (sessions) {
                isToBeTold = freshTokens.committed(one);
            }
            if (isToBeTold) {
                connection.freshToken(one.token());
            }
            done.run();
        };
        commit(one.session(), Commits.then(connection.home().context(), tell, why -> {
            synchronized (sessions) {
                freshTokens.failed(one);
            }
            done.run();
        }));
    }

    /** What a session token is worth now for that client. */
    public SessionTokens.Worth worth(String clientId, String token) {
        synchronized (sessions) {
            return sessions.worth(clientId, token, System.nanoTime());
        }
    }

    /** Whether the client has a personal stream, be it present or away. */
    public boolean isReachable(String clientId) {
        return sessions.reachable().contains(clientId);
    }

    /** Clients with a personal stream, present or away. */
    public int reachable() {
        return sessions.reachable().size();
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

    /** Does what is due: ends sessions, and lets the others know who has not come back. */
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

    /**
     * Takes over the sessions of an earlier process.
     *
     * @param heads the last seq of each stream that is still there
     * @param each is called for every one that was taken over
     */
    public void restore(
            List<SessionRecord> records, Map<String, Long> heads, BiConsumer<String, Long> each) {
        synchronized (sessions) {
            long now = System.nanoTime();
            for (SessionRecord record : records) {
                if (sessions.restore(record.withSeenIn(heads), now)) {
                    each.accept(record.clientId(), record.number());
                }
            }
        }
    }

    /** All sessions that can go on, as a successor needs them. */
    public List<SessionRecord> records() {
        synchronized (sessions) {
            long now = System.nanoTime();
            List<SessionRecord> records = new ArrayList<>();
            sessions.forEach(session -> records.add(sessions.record(session, true, now)));
            return records;
        }
    }
}
