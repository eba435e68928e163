package io.holdfast.protocol.quality;

import java.time.Duration;

/**
 * The times of a {@link BotHeartbeat}, in nanoseconds; one instance is shared by all connections.
 *
 * @param intervalNanos between two pings of a connection that is not poor; at least 1
 * @param timeoutNanos for a pong, before a connection that is not poor is a zombie; over the
 *     interval
 * @param firstPingLeastNanos from the opening to the first ping, at least; not negative
 * @param firstPingMostNanos the same, at most
 */
public record HeartbeatSettings(
        long intervalNanos, long timeoutNanos, long firstPingLeastNanos, long firstPingMostNanos) {

    /**
     * Spec: dialect-bot. The first ping comes after 1 to 59 s: after a restart everybody connects
     * at once, and would else be pinged at once for ever after.
     */
    public static final HeartbeatSettings DEFAULT =
            of(Duration.ofSeconds(30), Duration.ofSeconds(90));

    public HeartbeatSettings {
        if (intervalNanos < 1
                || firstPingLeastNanos < 0
                || firstPingMostNanos < firstPingLeastNanos) {
            throw new IllegalArgumentException("A ping interval of "
                    + Duration.ofNanos(intervalNanos) + " with a first ping after "
                    + Duration.ofNanos(firstPingLeastNanos) + " to "
                    + Duration.ofNanos(firstPingMostNanos)
                    + "; expected a positive interval and a range: check ping_interval.");
        }
        if (timeoutNanos <= intervalNanos) {
            throw new IllegalArgumentException("The pong timeout of "
                    + Duration.ofNanos(timeoutNanos) + " is not over the ping interval of "
                    + Duration.ofNanos(intervalNanos) + ": raise the timeout.");
        }
    }

    /** With the first ping after a thirtieth of the interval to 59 thirtieths: 1 to 59 of 30 s. */
    public static HeartbeatSettings of(Duration interval, Duration timeout) {
        long thirtieth = interval.toNanos() / 30;
        return new HeartbeatSettings(
                interval.toNanos(), timeout.toNanos(), thirtieth, 59 * thirtieth);
    }
}
