package io.holdfast.protocol.session;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fresh session tokens on their way to clients that stay connected (spec: delivery, "Session
 * tokens"). "Token changes commit before their reply": a client that holds a token which nobody
 * knows after a kill has lost its session. So each one is made here, committed by the caller, and
 * told when it is; one whose commit has failed is tried again.
 *
 * <p>Rule of use: whoever is given a {@link Fresh} commits its session, then reports {@link
 * #committed} or {@link #failed}. All calls are made under the lock of the {@link SessionTable}.
 * At most one token is kept for each session, the newest that has not been told.
 *
 * @param <C> a connection
 */
public final class FreshTokens<C> {
    /**
     * A token for one connection, which is to be told once its session is committed.
     *
     * @param generation of the session when it was made
     * @param number rises with each that is made
     */
    public record Fresh<C>(
            C connection, Session session, long generation, long number, String token) {

        /** Without the token, which is as good as the session. */
        @Override
        public String toString() {
            return "Fresh[session=" + session.clientId() + ", generation=" + generation + "]";
        }
    }

    /** Who has a client id now. */
    @FunctionalInterface
    public interface Connections<C> {
        @Nullable
        C of(String clientId);
    }

    private static final class Untold<C> {
        final Fresh<C> fresh;
        boolean failed;

        Untold(Fresh<C> fresh) {
            this.fresh = fresh;
        }
    }

    private final SessionTable sessions;
    private final Connections<C> connections;
    private final Map<Session, Untold<C>> untold = new LinkedHashMap<>();
    private long made;

    public FreshTokens(SessionTable sessions, Connections<C> connections) {
        this.sessions = sessions;
        this.connections = connections;
    }

    /**
     * Whose sessions are to be committed now: those whose last commit has failed, and those whose
     * token has grown old. Not to be called while the store cannot commit: they stay due.
     */
    public List<Fresh<C>> due(long nowNanos) {
        List<Fresh<C>> due = new ArrayList<>();
        for (Iterator<Untold<C>> each = untold.values().iterator(); each.hasNext(); ) {
            Untold<C> one = each.next();
            if (!isForItsOwner(one.fresh)) {
                // Whoever came back got another one with the answer to its hello.
                each.remove();
            } else if (one.failed) {
                one.failed = false;
                due.add(one.fresh);
            }
        }
        for (Session session : sessions.tokensDue(nowNanos)) {
            Fresh<C> fresh = asked(session, null, nowNanos);
            if (fresh != null) {
                due.add(fresh);
            }
        }
        return due;
    }

    private static boolean isForItsOwner(Fresh<?> fresh) {
        Session session = fresh.session();
        return session.connected() && session.generation() == fresh.generation();
    }

    /**
     * For a client that asks.
     *
     * @param shown a good token that it asked with, or null
     * @return null when the session has ended, is away, or has no token
     */
    public @Nullable Fresh<C> asked(Session session, @Nullable String shown, long nowNanos) {
        C connection = connections.of(session.clientId());
        long generation = session.generation();
        String token = connection == null
                ? null
                : sessions.freshToken(session.clientId(), generation, shown, nowNanos);
        if (connection == null || token == null) {
            return null;
        }
        Fresh<C> fresh = new Fresh<>(connection, session, generation, ++made, token);
        untold.put(session, new Untold<>(fresh));
        return fresh;
    }

    /**
     * The session was committed with the token.
     *
     * @return whether the client is to be told; not after it has been told a newer one, since the
     *     table may forget the older
     */
    public boolean committed(Fresh<C> fresh) {
        Untold<C> newest = untold.get(fresh.session());
        if (newest == null || newest.fresh.number() < fresh.number()) {
            return false;
        }
        if (newest.fresh.number() == fresh.number()) {
            untold.remove(fresh.session());
        }
        return true;
    }

    /** It was not: the token is not told, and {@link #due} again unless a newer one has been made. */
    public void failed(Fresh<C> fresh) {
        Untold<C> newest = untold.get(fresh.session());
        if (newest != null && newest.fresh.number() == fresh.number()) {
            newest.failed = true;
        }
    }

    /** Tokens that have been made and not told. */
    public int untold() {
        return untold.size();
    }
}
