package io.holdfast.simulation.server;

import io.holdfast.protocol.drain.DrainSettings;
import io.holdfast.protocol.quality.HeartbeatSettings;
import io.holdfast.protocol.stream.HistoryLimits;
import io.holdfast.store.log.LogSettings;

import java.time.Duration;

/**
 * What one version of a server is configured with.
 *
 * @param version a newer one says more on the wire
 * @param durable whether its store is on the disk
 * @param commitNanos that the store gathers work for, at the most
 * @param uncommittedBytes above which publishers are refused
 */
public record ServerSettings(
        int version,
        int loops,
        boolean durable,
        HistoryLimits history,
        LogSettings log,
        long commitNanos,
        long uncommittedBytes,
        long outboxBytes,
        Duration writeTimeout,
        Duration sessionTtl,
        Duration tokenTtl,
        int maxSessions,
        int maxConnections,
        int maxMessagesPerMinute,
        HeartbeatSettings heartbeat,
        DrainSettings drain) {

    /** The same with room for everybody, and drained otherwise. */
    public ServerSettings calm(DrainSettings otherDrain) {
        return new ServerSettings(
                version,
                loops,
                durable,
                history,
                log,
                commitNanos,
                uncommittedBytes,
                outboxBytes,
                writeTimeout,
                sessionTtl,
                tokenTtl,
                1_000,
                1_000,
                0,
                heartbeat,
                otherDrain);
    }
}
