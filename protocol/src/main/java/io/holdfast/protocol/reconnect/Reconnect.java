package io.holdfast.protocol.reconnect;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.breaker.CircuitBreaker;
import io.holdfast.protocol.reconnect.Decision.Retry;
import io.holdfast.protocol.reconnect.Decision.Stop;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides after each ending of a connection, or of an attempt at one, whether the client comes
 * back, when, and where to (spec: client, "Reconnecting").
 *
 * <p>Two counts go on until a connection was stable: all retries, which make the delay grow, and
 * those that count as attempts, which run out. A server that says "wait" raises the delay, but is
 * not a failure.
 *
 * <p>Rule of use: {@link #connecting} when an attempt begins, {@link #ended} when it or its
 * connection has ended. One thread.
 */
public final class Reconnect {
    /** A connection this long was a success: "so a server that accepts and drops" is not one. */
    public static final Duration STABLE_AFTER = Duration.ofSeconds(10);
    /** How long an attempt was up that never got its welcome. */
    public static final long NEVER_UP = -1;
    /** The most that advice is taken for: a mistaken number must not strand a client. */
    public static final Duration LONGEST_ADVICE = Duration.ofHours(1);
    /** The least that advice is taken for when the connection was not stable: no tight loop. */
    public static final Duration SHORTEST_UNSTABLE_ADVICE = Duration.ofSeconds(1);
    /** Added to the wait after 1013 with each retry (spec: client). */
    public static final Duration TRY_AGAIN_LATER_STEP = Duration.ofSeconds(5);
    /** Failures in a row at an address that a server named; then the one configured is tried. */
    public static final int TARGET_ATTEMPTS = 3;

    private static final int FIRST_PERMANENT_CODE = 4500;
    private static final int LAST_PERMANENT_CODE = 4999;

    private final ReconnectPolicy policy;
    private final RandomGenerator random;
    private final @Nullable CircuitBreaker breaker;
    private long ticket = CircuitBreaker.REFUSED;
    private int retries;
    private int attempts;
    private @Nullable Target target;
    private int failuresAtTarget;

    public Reconnect(ReconnectPolicy policy, RandomGenerator random) {
        this(policy, random, (from, to, reason) -> {});
    }

    /** @param circuit hears when the breaker opens and closes, where there is one */
    public Reconnect(
            ReconnectPolicy policy, RandomGenerator random, CircuitBreaker.Listener circuit) {
        this.policy = policy;
        this.random = random;
        this.breaker =
                policy.breaker() == null ? null : new CircuitBreaker(policy.breaker(), circuit);
    }

    /** Attempts that have counted since the connection was last stable. */
    public int attempts() {
        return attempts;
    }

    /** An attempt begins, at the moment that {@link Retry} named or a later one. */
    public void connecting(long nowNanos) {
        if (breaker != null) {
            ticket = breaker.tryCall(nowNanos);
        }
    }

    /** The client is at another address, and left this one by itself: the old one has served. */
    public void moved(Target to, long upNanos, long nowNanos) {
        boolean stable = upNanos >= STABLE_AFTER.toNanos();
        settleCall(stable, false, nowNanos);
        if (stable) {
            retries = 0;
            attempts = 0;
        } else {
            retries = Math.min(retries, Integer.MAX_VALUE - 1) + 1;
        }
        chooseTarget(to, stable);
        connecting(nowNanos);
    }

    /**
     * How long a connection serves at the least before it moves on: servers that send clients to
     * and fro must see no tight loop.
     *
     * @param upNanos since its welcome, when the server sends it elsewhere
     */
    public long leastStayNanos(long upNanos) {
        if (upNanos >= STABLE_AFTER.toNanos()) {
            return 0;
        }
        long stayNanos = policy.backoff().delayNanos(retries, random);
        return Math.max(SHORTEST_UNSTABLE_ADVICE.toNanos(), stayNanos);
    }

    /** Whether the client would not come back after this. */
    public boolean isFinal(Ending ending) {
        return stopCause(ending) != null;
    }

    /**
     * A connection has ended, or an attempt at one.
     *
     * @param advice that the server gave on this connection
     * @param upNanos since the welcome, or {@link #NEVER_UP}
     */
    public Decision ended(Ending ending, ServerAdvice advice, long upNanos, long nowNanos) {
        StopCause stop = stopCause(ending);
        if (stop != null) {
            return new Stop(stop);
        }
        boolean stable = upNanos >= STABLE_AFTER.toNanos();
        if (stable && !isSlowConsumer(ending)) {
            retries = 0;
            attempts = 0;
        }
        Target named = namedTarget(ending, advice);
        boolean counts = named == null && advice.after() == null && isFailure(ending);
        settleCall(stable, counts, nowNanos);
        if (counts && attempts == policy.maxAttempts()) {
            return new Stop(StopCause.ATTEMPTS_EXHAUSTED);
        }
        if (advice.home() && named == null) {
            target = null;
        }
        chooseTarget(named, stable);
        attempts += counts ? 1 : 0;
        long delayNanos = delayNanos(ending, advice, named != null, stable);
        retries = Math.min(retries, Integer.MAX_VALUE - 1) + 1;
        long allowedNanos = breaker == null ? 0 : breaker.nanosUntilCall(nowNanos);
        boolean told = advice.after() != null || isToldToWait(ending);
        return new Retry(Math.max(delayNanos, allowedNanos), target, counts, attempts, told);
    }

    /**
     * The wait that is left when there is word that the network is back: some random part of the
     * first delay, since a whole office hears it at once.
     */
    public long hurriedNanos(long nowNanos) {
        Jitter jitter = policy.backoff().jitter() == Jitter.NONE ? Jitter.NONE : Jitter.FULL;
        long firstNanos = policy.backoff().first().toNanos();
        long allowedNanos = breaker == null ? 0 : breaker.nanosUntilCall(nowNanos);
        return Math.max(jitter.spread(firstNanos, firstNanos, random), allowedNanos);
    }

    /** "1000, 1003, 1007, 1008, 1009 and 4500-4999: do not retry"; "HTTP 401 and 403 stop". */
    private @Nullable StopCause stopCause(Ending ending) {
        return switch (ending) {
            case Ending.Closed closed ->
                closed.code() == CloseCode.TOKEN_EXPIRED.code() && policy.freshTokens()
                        ? null // lifecycle.md: "get a token, then reconnect"
                        : stopCause(closed.code());
            case Ending.Handshake handshake ->
                handshake.status() == 401 || handshake.status() == 403
                        ? StopCause.UNAUTHORISED
                        : null;
            case Ending.Unauthorised ignored -> StopCause.UNAUTHORISED;
            default -> null;
        };
    }

    private static @Nullable StopCause stopCause(int code) {
        return switch (code) {
            case 1000 -> StopCause.FINISHED;
            case 1003, 1007, 1009 -> StopCause.NOT_UNCHANGED;
            case 1008 -> StopCause.UNAUTHORISED;
            case 4500 -> StopCause.REPLACED;
            case 4501 -> StopCause.TOKEN_EXPIRED;
            case 4502 -> StopCause.CLOSED_BY_OPERATOR;
            default ->
                code >= FIRST_PERMANENT_CODE && code <= LAST_PERMANENT_CODE
                        ? StopCause.TOLD_TO_STAY_AWAY
                        : null;
        };
    }

    /** "1001, 1012, 1013 and server_not_ready raise the delay but do not count". */
    private static boolean isFailure(Ending ending) {
        return switch (ending) {
            case Ending.Closed closed ->
                closed.code() != CloseCode.GOING_AWAY.code()
                        && closed.code() != CloseCode.SERVICE_RESTART.code()
                        && closed.code() != CloseCode.TRY_AGAIN_LATER.code();
            case Ending.Handshake handshake -> retryAfter(handshake) == null;
            case Ending.ServerNotReady ignored -> false;
            case Ending.Left ignored -> false;
            default -> true;
        };
    }

    /** Whether the wait after it comes from the server rather than from the backoff. */
    private static boolean isToldToWait(Ending ending) {
        return switch (ending) {
            case Ending.Closed closed ->
                closed.code() == CloseCode.GOING_AWAY.code()
                        || closed.code() == CloseCode.TRY_AGAIN_LATER.code();
            case Ending.Handshake handshake -> retryAfter(handshake) != null;
            case Ending.Left ignored -> true;
            default -> false;
        };
    }

    /** "4101 does not reset a client's backoff": it would stall again at the same pace. */
    private static boolean isSlowConsumer(Ending ending) {
        return ending instanceof Ending.Closed closed
                && closed.code() == CloseCode.SLOW_CONSUMER.code();
    }

    /** "429 and 503 heed Retry-After"; others have none that counts. */
    private static @Nullable Duration retryAfter(Ending.Handshake handshake) {
        boolean heeded = handshake.status() == 429 || handshake.status() == 503;
        return heeded ? handshake.retryAfter() : null;
    }

    private static @Nullable Target namedTarget(Ending ending, ServerAdvice advice) {
        if (ending instanceof Ending.Closed closed && closed.code() == CloseCode.MIGRATED.code()) {
            Target named = Target.parse(closed.reason());
            return named == null ? advice.where() : named;
        }
        return advice.where();
    }

    /**
     * An address where no connection lasts is left again, whether it refuses, drops or says "wait":
     * the old one sends newcomers on anyway.
     */
    private void chooseTarget(@Nullable Target named, boolean stable) {
        if (named != null) {
            target = named;
            failuresAtTarget = 0;
        } else if (stable) {
            failuresAtTarget = 0;
        } else if (++failuresAtTarget >= TARGET_ATTEMPTS) {
            target = null;
        }
    }

    private void settleCall(boolean stable, boolean counts, long nowNanos) {
        if (breaker == null) {
            return;
        }
        if (stable) {
            breaker.succeeded(ticket);
        } else if (counts) {
            breaker.failed(ticket, nowNanos);
        } else {
            breaker.cancelled(ticket, nowNanos);
        }
        ticket = CircuitBreaker.REFUSED;
    }

    private long delayNanos(Ending ending, ServerAdvice advice, boolean sent, boolean stable) {
        Jitter jitter = policy.backoff().jitter();
        if (advice.after() != null) {
            return heeded(advice.after(), stable); // this client's own slot: no jitter
        }
        if (sent) {
            return stable ? 0 : policy.backoff().delayNanos(retries, random);
        }
        if (ending instanceof Ending.Handshake handshake && retryAfter(handshake) != null) {
            return jitter.spreadUpwards(heeded(handshake.retryAfter(), false), random);
        }
        int code = switch (ending) {
            case Ending.Closed closed -> closed.code();
            case Ending.Left ignored -> CloseCode.GOING_AWAY.code();
            default -> 0;
        };
        return switch (code) {
            case 1001 -> jitter.spreadUpwards(goingAwayNanos(), random);
            case 1012 -> spreadAlways().delayNanos(retries, random);
            case 1013 -> jitter.spreadUpwards(tryAgainLaterNanos(), random);
            default -> policy.backoff().delayNanos(retries, random);
        };
    }

    private static long heeded(@Nullable Duration after, boolean stable) {
        Duration least = stable || after == null ? Duration.ZERO : SHORTEST_UNSTABLE_ADVICE;
        Duration told = after == null ? Duration.ZERO : after;
        Duration most = told.compareTo(LONGEST_ADVICE) > 0 ? LONGEST_ADVICE : told;
        return (most.compareTo(least) < 0 ? least : most).toNanos();
    }

    private long goingAwayNanos() {
        long waitNanos = Duration.ofSeconds(CloseCode.GOING_AWAY.waitSeconds()).toNanos();
        return Math.max(waitNanos, policy.backoff().plainNanos(retries));
    }

    private long tryAgainLaterNanos() {
        long firstNanos = policy.tryAgainLater().toNanos();
        long capNanos = policy.backoff().cap().toNanos();
        long ladderNanos = firstNanos + retries * TRY_AGAIN_LATER_STEP.toNanos();
        return Math.max(firstNanos, Math.min(ladderNanos, capNanos));
    }

    /** A restart was heard by everybody at once: "backoff with jitter". */
    private Backoff spreadAlways() {
        Backoff backoff = policy.backoff();
        return backoff.jitter() == Jitter.NONE
                ? new Backoff(backoff.first(), backoff.cap(), Jitter.FULL)
                : backoff;
    }
}
