package io.holdfast.protocol.reconnect;

import io.holdfast.protocol.breaker.BreakerSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a client comes back. Begin with a {@link Preset}.
 *
 * @param maxAttempts in a row that may fail before the client gives up; at least 1
 * @param tryAgainLater before the first retry after 1013 ({@code server_shutdown_retry_delay})
 * @param breaker null where the application did not ask for one
 * @param freshTokens whether each connect has a token of its own: 4501 says to get one, and come
 *     back
 */
public record ReconnectPolicy(
        Backoff backoff,
        int maxAttempts,
        Duration tryAgainLater,
        @Nullable BreakerSettings breaker,
        boolean freshTokens) {

    /** {@link #maxAttempts} of a client that never gives up. */
    public static final int UNLIMITED = Integer.MAX_VALUE;
    /** Spec: client, "1013: attempt 0 waits 10 s". */
    public static final Duration TRY_AGAIN_LATER = Duration.ofSeconds(10);

    public ReconnectPolicy {
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("A client with " + maxAttempts
                    + " attempts to reconnect, expected at least 1: close it where it shall not.");
        }
        if (tryAgainLater.isNegative() || tryAgainLater.compareTo(Backoff.LONGEST_CAP) > 0) {
            throw new IllegalArgumentException("A client that waits " + tryAgainLater
                    + " after 1013, expected 0 to " + Backoff.LONGEST_CAP + ".");
        }
    }

    public ReconnectPolicy withBackoff(Backoff delays) {
        return new ReconnectPolicy(delays, maxAttempts, tryAgainLater, breaker, freshTokens);
    }

    public ReconnectPolicy withJitter(Jitter jitter) {
        return withBackoff(new Backoff(backoff.first(), backoff.cap(), jitter));
    }

    public ReconnectPolicy withMaxAttempts(int attempts) {
        return new ReconnectPolicy(backoff, attempts, tryAgainLater, breaker, freshTokens);
    }

    public ReconnectPolicy withTryAgainLater(Duration wait) {
        return new ReconnectPolicy(backoff, maxAttempts, wait, breaker, freshTokens);
    }

    public ReconnectPolicy withBreaker(BreakerSettings settings) {
        return new ReconnectPolicy(backoff, maxAttempts, tryAgainLater, settings, freshTokens);
    }

    /** For a client that gets a token for each connect. */
    public ReconnectPolicy withFreshTokens() {
        return new ReconnectPolicy(backoff, maxAttempts, tryAgainLater, breaker, true);
    }
}
