package io.holdfast.server.config;

import java.time.Duration;

/**
 * [limits]. Sizes are in bytes.
 *
 * @param jsonStringLength in characters (UTF-16 units)
 * @param maxConnectionsPerAddress 0 is no limit
 */
public record LimitsSettings(
        Duration handshakeTimeout,
        int maxHeaderBytes,
        int maxHeaders,
        int messageBytes,
        int maxFragments,
        int jsonDepth,
        int jsonStringLength,
        int maxConnections,
        int maxConnectionsPerAddress,
        int botMaxConnections,
        int maxRooms,
        int pingsPerSecond,
        int outboxBytes,
        Duration writeTimeout) {

    static LimitsSettings from(Values values) {
        return new LimitsSettings(
                values.get(LimitsKeys.HANDSHAKE_TIMEOUT),
                values.get(LimitsKeys.MAX_HEADER_BYTES),
                values.get(LimitsKeys.MAX_HEADERS),
                values.get(LimitsKeys.MESSAGE_SIZE),
                values.get(LimitsKeys.MAX_FRAGMENTS),
                values.get(LimitsKeys.JSON_DEPTH),
                values.get(LimitsKeys.JSON_STRING),
                values.get(LimitsKeys.MAX_CONNECTIONS),
                values.get(LimitsKeys.MAX_CONNECTIONS_PER_ADDRESS),
                values.get(LimitsKeys.BOT_MAX_CONNECTIONS),
                values.get(LimitsKeys.MAX_ROOMS),
                values.get(LimitsKeys.PINGS_PER_SECOND),
                values.get(LimitsKeys.OUTBOX_LIMIT),
                values.get(LimitsKeys.WRITE_TIMEOUT));
    }
}
