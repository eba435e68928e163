package io.holdfast.protocol.session;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The session tokens of a table: whose a token is, and which connected clients are due for a fresh
 * one. All changes to the tokens of the table's sessions go through here. Times are those of the
 * session clock.
 */
final class TokenIndex {
    private final RandomGenerator random;
    private final Map<TokenHash, Session> owners = new HashMap<>();
    private final TreeSet<Session> byRefresh = new TreeSet<>(
            Comparator.comparingLong(TokenIndex::refreshDueNanos).thenComparing(Session::clientId));

    TokenIndex(RandomGenerator random) {
        this.random = random;
    }

    /** The session for which a token is good now, or null. */
    @Nullable
    Session ownerOf(String token, long nowNanos) {
        TokenHash hash = TokenHash.of(token);
        Session owner = hash == null ? null : owners.get(hash);
        return owner != null && owner.tokenMatches(token, nowNanos) ? owner : null;
    }

    /** A client resumes its session with a token that was found to match. */
    void use(Session session, @Nullable String token, long nowNanos) {
        SessionTokens tokens = session.tokens();
        if (tokens != null) {
            remove(session);
            tokens.use(token, nowNanos);
            add(session, tokens);
        }
    }

    /** For a connected client, which is watched from now on until it is {@link #unwatch away}. */
    String issue(Session session, long ttlNanos, long nowNanos) {
        remove(session);
        SessionTokens tokens = session.tokensForIssue();
        String token = tokens.issue(random, ttlNanos, nowNanos);
        add(session, tokens);
        byRefresh.add(session);
        return token;
    }

    void restore(Session session, SessionTokens tokens) {
        session.restoreTokens(tokens);
        add(session, tokens);
    }

    /** It has gone away, and can be told of no fresh token. */
    void unwatch(Session session) {
        if (session.tokens() != null) {
            byRefresh.remove(session);
        }
    }

    /** Forgets a session; its tokens are nobody's. */
    void remove(Session session) {
        SessionTokens tokens = session.tokens();
        if (tokens != null) {
            byRefresh.remove(session);
            remove(tokens.newestHash(), session);
            remove(tokens.previousHash(), session);
        }
    }

    /** Connected, and at 80 % of their token's life. */
    List<Session> due(long nowNanos) {
        List<Session> due = new ArrayList<>();
        for (Session session : byRefresh) {
            if (refreshDueNanos(session) > nowNanos) {
                break;
            }
            due.add(session);
        }
        return due;
    }

    int tokens() {
        return owners.size();
    }

    private void add(Session session, SessionTokens tokens) {
        add(tokens.newestHash(), session);
        add(tokens.previousHash(), session);
    }

    private void add(@Nullable TokenHash hash, Session session) {
        if (hash != null) {
            owners.put(hash, session);
        }
    }

    private void remove(@Nullable TokenHash hash, Session session) {
        if (hash != null) {
            owners.remove(hash, session);
        }
    }

    private static long refreshDueNanos(Session session) {
        SessionTokens tokens = session.tokens();
        return tokens == null ? Long.MAX_VALUE : tokens.refreshDueNanos();
    }
}
