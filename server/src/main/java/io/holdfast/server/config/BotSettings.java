package io.holdfast.server.config;

import java.time.Duration;

/**
 * [bot].
 *
 * @param port 0 takes a free one
 * @param connectionsPerMinutePerIp 0 is no limit
 * @param blockIp for an address that is refused again and again; an operator's block says its own
 * @param maxMessagesPerMinute 0 is no limit
 * @param authTimeout for the first event
 * @param readIdleTimeout for a message of which a part is there
 * @param reconnectAfter at least a second
 */
public record BotSettings(
        String host,
        int port,
        TlsSettings tls,
        int connectionsPerMinutePerIp,
        Duration blockIp,
        int maxMessagesPerMinute,
        Duration authTimeout,
        Duration pingInterval,
        Duration pongTimeout,
        Duration readIdleTimeout,
        Duration shutdownTimeout,
        Duration reconnectAfter,
        Duration sessionTtl) {

    static BotSettings from(Values values) {
        return new BotSettings(
                values.get(BotKeys.HOST),
                values.get(BotKeys.PORT),
                TlsSettings.from(values, BotKeys.TLS_CERTIFICATE, BotKeys.TLS_KEY),
                values.get(BotKeys.CONNECTIONS_PER_MINUTE_PER_IP),
                values.get(BotKeys.BLOCK_IP),
                values.get(BotKeys.MAX_MESSAGES_PER_MINUTE),
                values.get(BotKeys.AUTH_TIMEOUT),
                values.get(BotKeys.PING_INTERVAL),
                values.get(BotKeys.PONG_TIMEOUT),
                values.get(BotKeys.READ_IDLE_TIMEOUT),
                values.get(BotKeys.SHUTDOWN_TIMEOUT),
                values.get(BotKeys.RECONNECT_AFTER),
                values.get(BotKeys.SESSION_TTL));
    }
}
