package io.holdfast.server.connection;

import io.holdfast.protocol.limit.RateLimiter;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The rate limiters of clients: of those who are here and have sent something, and for a minute of
 * those who have gone, so that coming back does not clear the count. Thread-safe; a limiter itself
 * belongs to the client's connection.
 */
public final class RateLimits {
    /** Nanoseconds; the window of the limit: after it a limiter remembers nothing. */
    private static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(1);
    /** Clients that have gone and are remembered; above it the next to go are forgotten at once. */
    private static final int MAX_KEPT = 100_000;

    private record Gone(RateLimiter limiter, long sinceNanos) {}

    private final Map<String, Gone> gone = new ConcurrentHashMap<>();

    /** The limiter for a client that has begun to send: the one it left behind, or a new one. */
    public RateLimiter of(String clientId, int maxPerMinute) {
        Gone left = gone.remove(clientId);
        return left != null && left.limiter().maxPerMinute() == maxPerMinute
                ? left.limiter()
                : new RateLimiter(maxPerMinute);
    }

    /** The client's connection has ended. */
    public void left(String clientId, RateLimiter limiter) {
        if (gone.size() < MAX_KEPT) {
            gone.put(clientId, new Gone(limiter, System.nanoTime()));
        }
    }

    /** Forgets those who have been gone for long enough. */
    public void expire() {
        long now = System.nanoTime();
        gone.values().removeIf(left -> now - left.sinceNanos() >= KEPT_NANOS);
    }
}
