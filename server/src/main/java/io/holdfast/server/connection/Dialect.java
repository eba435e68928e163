package io.holdfast.server.connection;

import io.holdfast.protocol.CloseCode;
import io.holdfast.server.metrics.DialectName;
import io.holdfast.transport.RequestHead;

import java.time.Duration;

/**
 * A mapping between wire messages and the core's events, and the only thing to add for another one.
 * One instance serves all event loops.
 */
public interface Dialect {
    /** As in metrics, logs and configuration. */
    DialectName name();

    /** Whether a WebSocket at this path (percent-encoded, without query) speaks this dialect. */
    boolean serves(String path);

    /** A connection for a newcomer, which may be one that says why it cannot stay. */
    Connection accept(RequestHead request, String remote, LoopConnections loop);

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

    /** The event loops run: timers may be started. */
    default void start() {}
}
