package io.holdfast.protocol.session;

import io.holdfast.protocol.stream.Position;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the server knows about a client across its connections. Changed by {@link SessionTable}
 * only.
 *
 * <p>Threads: any thread may ask who it is ({@link #clientId}, {@link #number}, {@link #principal},
 * {@link #dialect}, {@link #resumable}), for its {@link #generation} and for its {@link #dedup}
 * window; the rest belongs to whoever holds the table's lock. What only resuming clients need is
 * made when it is first needed: the other sessions pay for none of it.
 */
public final class Session {
    /** No moment: of the presence of a client that is connected, or known to be gone. */
    private static final long NONE = Long.MAX_VALUE;

    private static final byte[] NO_STATE = new byte[0];

    private final String clientId;
    private final long number;
    private final String principal;
    private final String dialect;
    private final long ttlNanos;
    private volatile long generation;
    private volatile boolean resumable;
    private volatile @Nullable DedupWindow dedup;
    private boolean connected = true;
    /** When its connection was accepted, by number; meaningful while connected. */
    private long accepted;

    private byte[] state = NO_STATE;
    private @Nullable SessionTokens tokens;
    /** In the order of joining. */
    private @Nullable Map<String, Position> memberships;
    /** On the session clock, which stops while the server drains; meaningful while away. */
    private long expiresAtSessionNanos;
    /** The same; until then the others are not told that it is away. */
    private long presenceUntilSessionNanos = NONE;

    Session(
            String clientId,
            long number,
            String principal,
            String dialect,
            boolean resumable,
            long ttlNanos,
            long generation) {
        this.clientId = clientId;
        this.number = number;
        this.principal = principal;
        this.dialect = dialect;
        this.resumable = resumable;
        this.ttlNanos = ttlNanos;
        this.generation = generation;
    }

    public String clientId() {
        return clientId;
    }

    /** Tells this session from all others that had or will have the client id; in no order. */
    public long number() {
        return number;
    }

    public String principal() {
        return principal;
    }

    public String dialect() {
        return dialect;
    }

    /** Whether its client speaks resume, and so has a personal stream. Never becomes false. */
    public boolean resumable() {
        return resumable;
    }

    /**
     * Rises with every connection that takes the session, or its client id with a new session; who
     * has an older one writes nothing.
     */
    public long generation() {
        return generation;
    }

    /** The ids of its last messages; one window over all of its connections. */
    public DedupWindow dedup() {
        DedupWindow known = dedup;
        if (known != null) {
            return known;
        }
        synchronized (this) {
            known = dedup;
            if (known == null) {
                known = new DedupWindow();
                dedup = known;
            }
            return known;
        }
    }

    public boolean connected() {
        return connected;
    }

    long accepted() {
        return accepted;
    }

    void accepted(long connection) {
        accepted = connection;
    }

    /** The dialect's own record (configuration, subscriptions); empty until it writes one. */
    public byte[] state() {
        return state.clone();
    }

    /**
     * The streams it belongs to, in the order of joining, each with the last position that is known
     * to have been handed to the client. A copy, good outside the lock too.
     */
    public Map<String, Position> memberships() {
        return memberships == null
                ? Map.of()
                : Collections.unmodifiableMap(new LinkedHashMap<>(memberships));
    }

    @Nullable
    DedupWindow dedupIfAny() {
        return dedup;
    }

    @Nullable
    SessionTokens tokens() {
        return tokens;
    }

    SessionTokens tokensForIssue() {
        if (tokens == null) {
            tokens = new SessionTokens();
        }
        return tokens;
    }

    void restoreTokens(SessionTokens restored) {
        tokens = restored;
    }

    boolean tokenMatches(@Nullable String token, long nowSessionNanos) {
        return tokens != null && tokens.matches(token, nowSessionNanos);
    }

    Takeover.Owner owner(Claim claim, long nowSessionNanos) {
        return new Takeover.Owner(
                principal, connected, tokenMatches(claim.sessionToken(), nowSessionNanos));
    }

    long ttlNanos() {
        return ttlNanos;
    }

    long expiresAtSessionNanos() {
        return expiresAtSessionNanos;
    }

    /** When it was left by its last connection. */
    long awaySinceSessionNanos() {
        return expiresAtSessionNanos - ttlNanos;
    }

    boolean presencePending() {
        return presenceUntilSessionNanos != NONE;
    }

    long presenceUntilSessionNanos() {
        return presenceUntilSessionNanos;
    }

    /** The next moment at which something happens to it while it is away. */
    long deadlineSessionNanos() {
        return Math.min(expiresAtSessionNanos, presenceUntilSessionNanos);
    }

    /** A client that learned to resume since its session began has a resumable one from now on. */
    void connect(long newGeneration, boolean speaksResume) {
        generation = newGeneration;
        connected = true;
        if (speaksResume) {
            resumable = true;
        }
        presenceOver();
    }

    /** Another session has its client id. */
    void fence(long newerGeneration) {
        generation = newerGeneration;
    }

    void disconnect(long expiresAt) {
        connected = false;
        expiresAtSessionNanos = expiresAt;
    }

    void presenceUntil(long sessionNanos) {
        presenceUntilSessionNanos = sessionNanos;
    }

    void presenceOver() {
        presenceUntilSessionNanos = NONE;
    }

    void write(byte[] newState) {
        state = newState.length == 0 ? NO_STATE : newState.clone();
    }

    void joined(String stream, Position position) {
        if (memberships == null) {
            memberships = new LinkedHashMap<>();
        }
        memberships.put(stream, position);
    }

    void left(String stream) {
        if (memberships != null) {
            memberships.remove(stream);
        }
    }

    /** Under one epoch positions only rise: what was handed over stays handed over. */
    void handed(String stream, Position upTo) {
        Position known = memberships == null ? null : memberships.get(stream);
        if (memberships != null
                && known != null
                && (known.seq() < upTo.seq() || !known.epoch().equals(upTo.epoch()))) {
            memberships.put(stream, upTo);
        }
    }

    boolean belongsTo(String stream) {
        return memberships != null && memberships.containsKey(stream);
    }

    int membershipCount() {
        return memberships == null ? 0 : memberships.size();
    }
}
