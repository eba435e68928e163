package io.holdfast.protocol.session;

import java.util.Base64;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The tokens with which one session can be resumed (spec: delivery, "Session tokens"): the newest,
 * and the one before it until the newest is first used. Only their SHA-256 is kept.
 *
 * <p>Two places suffice. A token is replaced in one of two situations: the client has just shown
 * the older one (the answer with the newest was lost, or two resumes race), then the older one
 * stays and the newest gives way; or the connection that got the newest still lives, then that one
 * becomes the previous. So what a client holds is always good: the last one that reached it, or the
 * one before.
 *
 * <p>Times are those of the session clock, in nanoseconds. Owned by the session's table.
 */
public final class SessionTokens {
    private static final int TOKEN_BYTES = 32;
    /** A fresh token is due when this part of the life is left: at 80 % of it. */
    private static final int LEFT_WHEN_DUE = 5;

    private record Kept(TokenHash hash, long expiresAtNanos) {
        boolean matches(TokenHash shown, long nowNanos) {
            return hash.equals(shown) && nowNanos < expiresAtNanos;
        }
    }

    private @Nullable Kept newest;
    private @Nullable Kept previous;
    /** The client has shown the previous one, and no token was issued since. */
    private boolean previousShown;

    private long refreshDueNanos = Long.MAX_VALUE;

    public SessionTokens() {}

    /** What a record has kept; {@code ttlNanos} says when the newest is due for a fresh one. */
    SessionTokens(
            SessionRecord.@Nullable Token newest,
            SessionRecord.@Nullable Token previous,
            long ttlNanos,
            long nowNanos) {
        this.newest = kept(newest, nowNanos);
        this.previous = kept(previous, nowNanos);
        if (this.newest != null) {
            refreshDueNanos = this.newest.expiresAtNanos() - ttlNanos / LEFT_WHEN_DUE;
        }
    }

    /** Whether a token is good now; changes nothing. */
    public boolean matches(@Nullable String token, long nowNanos) {
        TokenHash shown = TokenHash.of(token);
        return shown != null
                && (matches(newest, shown, nowNanos) || matches(previous, shown, nowNanos));
    }

    /** What a token is worth. */
    public enum Worth {
        GOOD,
        /** It was good once, and is the newest or the one before it. */
        EXPIRED,
        UNKNOWN
    }

    /** What a token is worth now; changes nothing. */
    public Worth worth(@Nullable String token, long nowNanos) {
        if (matches(token, nowNanos)) {
            return Worth.GOOD;
        }
        TokenHash shown = TokenHash.of(token);
        boolean known = shown != null && (is(newest, shown) || is(previous, shown));
        return known ? Worth.EXPIRED : Worth.UNKNOWN;
    }

    private static boolean is(@Nullable Kept kept, TokenHash shown) {
        return kept != null && kept.hash().equals(shown);
    }

    /**
     * A client resumes with a token.
     *
     * @return whether it was good: once the newest has been used, the one before it is not
     */
    public boolean use(@Nullable String token, long nowNanos) {
        TokenHash shown = TokenHash.of(token);
        if (shown == null) {
            return false;
        }
        if (matches(newest, shown, nowNanos)) {
            previous = null;
            previousShown = false;
            return true;
        }
        if (matches(previous, shown, nowNanos)) {
            previousShown = true;
            return true;
        }
        return false;
    }

    /**
     * Makes a new token. The one before it stays good until this one is first used.
     *
     * @return the token: 43 characters, to be sent to the client and not kept
     */
    public String issue(RandomGenerator random, long ttlNanos, long nowNanos) {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        TokenHash hash = TokenHash.of(token);
        if (hash == null) {
            throw new IllegalStateException("A session token of " + token.length()
                    + " characters; expected " + TokenHash.TOKEN_CHARS + ".");
        }
        if (!previousShown) {
            previous = newest;
        }
        previousShown = false;
        newest = new Kept(hash, nowNanos + ttlNanos);
        refreshDueNanos = newest.expiresAtNanos() - ttlNanos / LEFT_WHEN_DUE;
        return token;
    }

    /** When 80 % of the newest token's life is over; {@code Long.MAX_VALUE} without a token. */
    public long refreshDueNanos() {
        return refreshDueNanos;
    }

    @Nullable
    TokenHash newestHash() {
        return newest == null ? null : newest.hash();
    }

    @Nullable
    TokenHash previousHash() {
        return previous == null ? null : previous.hash();
    }

    SessionRecord.@Nullable Token newest(long nowNanos) {
        return recorded(newest, nowNanos);
    }

    SessionRecord.@Nullable Token previous(long nowNanos) {
        return recorded(previous, nowNanos);
    }

    private static boolean matches(@Nullable Kept kept, TokenHash shown, long nowNanos) {
        return kept != null && kept.matches(shown, nowNanos);
    }

    private static @Nullable Kept kept(SessionRecord.@Nullable Token token, long nowNanos) {
        return token == null
                ? null
                : new Kept(
                        new TokenHash(token.sha256()),
                        nowNanos + SessionClock.nanosOf(token.leftMillis()));
    }

    private static SessionRecord.@Nullable Token recorded(@Nullable Kept kept, long nowNanos) {
        return kept == null
                ? null
                : new SessionRecord.Token(
                        kept.hash().sha256(),
                        SessionClock.millisLeft(kept.expiresAtNanos(), nowNanos));
    }
}
