package io.holdfast.server.config;

import java.time.Duration;

/** [deepstream]. */
public record DeepstreamSettings(
        Duration shutdownTimeout,
        Duration authTimeout,
        Duration pingInterval,
        Duration silenceLimit,
        Duration sessionTtl) {

    static DeepstreamSettings from(Values values) {
        return new DeepstreamSettings(
                values.get(DeepstreamKeys.SHUTDOWN_TIMEOUT),
                values.get(DeepstreamKeys.AUTH_TIMEOUT),
                values.get(DeepstreamKeys.PING_INTERVAL),
                values.get(DeepstreamKeys.SILENCE_LIMIT),
                values.get(DeepstreamKeys.SESSION_TTL));
    }
}
