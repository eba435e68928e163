package io.holdfast.protocol.connection;

import io.holdfast.protocol.Limits;

import java.time.Duration;

/**
 * The times of a connection, in nanoseconds; one instance is shared by all connections of a
 * dialect. All are positive.
 *
 * @param firstMessageNanos from opening to the first message, where one is awaited
 * @param pingIntervalNanos between two pings
 * @param silenceNanos without any traffic before the connection is a zombie; over the interval
 * @param closeGraceNanos for the peer after our close frame
 */
public record ConnectionSettings(
        long firstMessageNanos, long pingIntervalNanos, long silenceNanos, long closeGraceNanos) {

    public static final ConnectionSettings DEFAULT =
            of(Limits.AUTH_TIMEOUT, Limits.PING_INTERVAL, Limits.PING_TIMEOUT, Limits.CLOSE_GRACE);

    public ConnectionSettings {
        if (firstMessageNanos <= 0 || pingIntervalNanos <= 0 || closeGraceNanos <= 0) {
            throw new IllegalArgumentException("A connection's time was zero or negative;"
                    + " expected positive times: check auth_timeout and the ping settings.");
        }
        if (silenceNanos <= pingIntervalNanos) {
            throw new IllegalArgumentException("The ping timeout of "
                    + Duration.ofNanos(silenceNanos)
                    + " is not over the ping interval of " + Duration.ofNanos(pingIntervalNanos)
                    + ": no peer could answer in time; raise the timeout.");
        }
    }

    /**
     * For a connection whose dialect watches it by itself: nothing is pinged, and silence is no
     * reason to close.
     */
    public static ConnectionSettings withoutHeartbeat(Duration firstMessage, Duration closeGrace) {
        return new ConnectionSettings(
                firstMessage.toNanos(), Long.MAX_VALUE - 1, Long.MAX_VALUE, closeGrace.toNanos());
    }

    boolean hasHeartbeat() {
        return silenceNanos != Long.MAX_VALUE;
    }

    public static ConnectionSettings of(
            Duration firstMessage, Duration pingInterval, Duration silence, Duration closeGrace) {
        return new ConnectionSettings(
                firstMessage.toNanos(),
                pingInterval.toNanos(),
                silence.toNanos(),
                closeGrace.toNanos());
    }
}
