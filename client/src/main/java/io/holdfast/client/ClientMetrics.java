package io.holdfast.client;

import java.time.Duration;

/**
 * How a client is doing, at one moment.
 *
 * @param state {@code connecting}, {@code connected}, {@code disconnected} or {@code closed}
 * @param uptime of the present connection; zero without one
 * @param reconnectsPerMinute connections made again in the last minute
 * @param attempts failed since the last stable connection
 * @param lastCloseCode of the last connection; 1006 when it ended without one, 0 before the first
 * @param roundTrip of the last ping; zero before the first
 * @param messagesReceived since the start, and so on
 * @param unacked messages that wait to be sent or acked
 * @param queued events that wait for the application
 * @param queuedBytes of their texts
 * @param dropped messages that the application was too slow for
 * @param gaps announced
 */
public record ClientMetrics(
        String state,
        Duration uptime,
        int reconnectsPerMinute,
        int attempts,
        int lastCloseCode,
        Duration roundTrip,
        long messagesReceived,
        long messagesSent,
        long bytesReceived,
        long bytesSent,
        int unacked,
        int queued,
        long queuedBytes,
        long dropped,
        long gaps) {}
