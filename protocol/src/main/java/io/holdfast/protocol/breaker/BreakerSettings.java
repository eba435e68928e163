package io.holdfast.protocol.breaker;

import java.time.Duration;

/**
 * When a circuit opens, and for how long; one instance may be shared by many breakers.
 *
 * @param failures in a row that open the circuit; at least 1
 * @param openNanos that it stays open, and that a trial call may take; at least 1
 */
public record BreakerSettings(int failures, long openNanos) {

    /** Spec: dialect-bot. A single failure may be the network's, five in a row are the peer's. */
    public static final BreakerSettings DEFAULT =
            new BreakerSettings(5, Duration.ofSeconds(60).toNanos());

    public BreakerSettings {
        if (failures < 1 || openNanos < 1) {
            throw new IllegalArgumentException("A circuit breaker that opens after " + failures
                    + " failures for " + openNanos
                    + " ns; expected at least 1 of each: leave out a breaker that is not wanted.");
        }
    }
}
