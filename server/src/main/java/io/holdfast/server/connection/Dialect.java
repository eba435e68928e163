package io.holdfast.server.connection;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.Limits;
import io.holdfast.server.metrics.DialectName;

import java.time.Duration;

/**
 * A mapping between wire messages and the core's events, and the only thing to add for another one.
 * One instance serves all event loops.
 */
public interface Dialect {
    /** As in metrics, logs and configuration. */
    DialectName name();

    /** What a newcomer gets while the server is leaving. */
    Refusal refusal(long reconnectAfterSeconds);

    /**
     * Why somebody cannot stay.
     *
     * @param message JSON to send before the close
     */
    record Refusal(CloseCode code, String reason, String message) {}

    /** How long clients have to leave once told that the server is leaving. */
    Duration shutdownTimeout();

    /** Seconds after which the first told client may come back. */
    int reconnectSeconds();

    /** How long a client that asked for resume keeps its session while it is away. */
    Duration sessionTtl();

    /** For the peer after our goodbye, before its transport is cut. */
    default Duration closeGrace() {
        return Limits.CLOSE_GRACE;
    }

    /** The event loops run: timers may be started. */
    default void start() {}
}
