package io.holdfast.server.config;

import java.time.Duration;

/**
 * [rooms].
 *
 * @param shutdownReason at most 123 bytes in UTF-8, as a close frame allows
 * @param broadcastInterval zero is off
 * @param maxMessagesPerMinute 0 is no limit
 * @param authTimeout for the hello of a client that asked to resume
 * @param presenceGrace zero tells the others at once
 */
public record RoomsSettings(
        Duration shutdownTimeout,
        String shutdownReason,
        String welcomeMessage,
        Duration broadcastInterval,
        int maxMessagesPerMinute,
        int maxRoomsPerClient,
        int presenceCoalesceAbove,
        int presenceListMax,
        Duration pingInterval,
        Duration silenceLimit,
        Duration authTimeout,
        Duration sessionTtl,
        Duration presenceGrace) {

    static RoomsSettings from(Values values) {
        return new RoomsSettings(
                values.get(RoomsKeys.SHUTDOWN_TIMEOUT),
                values.get(RoomsKeys.SHUTDOWN_REASON),
                values.get(RoomsKeys.WELCOME_MESSAGE),
                values.get(RoomsKeys.BROADCAST_INTERVAL),
                values.get(RoomsKeys.MAX_MESSAGES_PER_MINUTE),
                values.get(RoomsKeys.MAX_ROOMS_PER_CLIENT),
                values.get(RoomsKeys.PRESENCE_COALESCE_ABOVE),
                values.get(RoomsKeys.PRESENCE_LIST_MAX),
                values.get(RoomsKeys.PING_INTERVAL),
                values.get(RoomsKeys.SILENCE_LIMIT),
                values.get(RoomsKeys.AUTH_TIMEOUT),
                values.get(RoomsKeys.SESSION_TTL),
                values.get(RoomsKeys.PRESENCE_GRACE));
    }
}
