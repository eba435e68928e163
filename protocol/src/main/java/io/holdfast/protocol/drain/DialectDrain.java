package io.holdfast.protocol.drain;

import io.holdfast.protocol.Limits;

import java.time.Duration;

/**
 * How the clients of one dialect are run down.
 *
 * @param name as in the configuration
 * @param timeout how long its clients may take, counted from when the last of them was told;
 *     {@code shutdown_timeout}, 0 to {@link #MAX_TIMEOUT}
 * @param reconnectBaseSeconds the least {@code reconnect_after} a client is told
 * @param closeGrace for a client after its close frame (after half-close, for TCP)
 */
public record DialectDrain(
        String name, Duration timeout, int reconnectBaseSeconds, Duration closeGrace) {
    /** A week: longer is a slip of the keyboard. */
    public static final Duration MAX_TIMEOUT = Duration.ofDays(7);
    /** A day: the same. */
    public static final int MAX_RECONNECT_BASE_SECONDS = 86_400;

    public static final DialectDrain ROOMS =
            new DialectDrain("rooms", Duration.ofMinutes(30), 5, Limits.CLOSE_GRACE);
    public static final DialectDrain DEEPSTREAM =
            new DialectDrain("deepstream", Duration.ofSeconds(10), 10, Limits.CLOSE_GRACE);
    public static final DialectDrain BOT =
            new DialectDrain("bot", Duration.ofSeconds(30), 60, Limits.TCP_CLOSE_GRACE);

    public DialectDrain {
        if (timeout.isNegative() || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException("The shutdown_timeout of " + name + " is " + timeout
                    + "; expected 0 to " + MAX_TIMEOUT + ".");
        }
        if (reconnectBaseSeconds < 0 || reconnectBaseSeconds > MAX_RECONNECT_BASE_SECONDS) {
            throw new IllegalArgumentException(
                    "The reconnect_after of " + name + " starts at " + reconnectBaseSeconds
                            + " s; expected 0 to " + MAX_RECONNECT_BASE_SECONDS + ".");
        }
        if (closeGrace.isNegative()) {
            throw new IllegalArgumentException(
                    "The close grace of " + name + " is " + closeGrace + "; expected 0 or more.");
        }
    }

    public DialectDrain withTimeout(Duration newTimeout) {
        return new DialectDrain(name, newTimeout, reconnectBaseSeconds, closeGrace);
    }
}
