package io.holdfast.protocol.client;

import io.holdfast.protocol.Limits;
import io.holdfast.protocol.reconnect.ReconnectPolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The times of a client; all positive.
 *
 * @param openTimeout from connect to the end of the transport's handshake
 * @param welcomeTimeout from there to the server's first word
 * @param pingInterval between two application pings
 * @param silence without any traffic before the connection is a zombie; over the interval
 * @param closeGrace for the server after our close
 * @param healthTimeout for an answer of health before a reconnect; null where it is not asked
 */
public record ClientSettings(
        ReconnectPolicy reconnect,
        Duration openTimeout,
        Duration welcomeTimeout,
        Duration pingInterval,
        Duration silence,
        Duration closeGrace,
        @Nullable Duration healthTimeout) {

    /** Spec: client, "Connect timeout 10 s". */
    public static final Duration OPEN_TIMEOUT = Duration.ofSeconds(10);
    /** What the server gives a client for its first message. */
    public static final Duration WELCOME_TIMEOUT = Limits.AUTH_TIMEOUT;
    /** Two pings lost, and half an interval for the answer. */
    public static final Duration SILENCE = Duration.ofSeconds(75);
    /** Spec: client, "ask health (5 s timeout)". */
    public static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(5);

    public ClientSettings {
        for (Duration time : new Duration[] {
            openTimeout,
            welcomeTimeout,
            pingInterval,
            closeGrace,
            healthTimeout == null ? HEALTH_TIMEOUT : healthTimeout
        }) {
            if (time.isNegative() || time.isZero()) {
                throw new IllegalArgumentException("A client's time was " + time
                        + ", expected more than 0: check its timeouts and its ping interval.");
            }
        }
        if (silence.compareTo(pingInterval) <= 0) {
            throw new IllegalArgumentException("A client that is silent for " + silence
                    + " counts as dead, but pings only every " + pingInterval
                    + ": no server could answer in time; raise the silence.");
        }
    }

    public static ClientSettings of(ReconnectPolicy reconnect) {
        return new ClientSettings(
                reconnect,
                OPEN_TIMEOUT,
                WELCOME_TIMEOUT,
                Limits.PING_INTERVAL,
                SILENCE,
                Limits.CLOSE_GRACE,
                null);
    }

    /** The same, for a client that has a health URL. */
    public ClientSettings withHealth() {
        return new ClientSettings(
                reconnect,
                openTimeout,
                welcomeTimeout,
                pingInterval,
                silence,
                closeGrace,
                HEALTH_TIMEOUT);
    }
}
