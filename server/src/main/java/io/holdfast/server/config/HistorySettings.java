package io.holdfast.server.config;

import java.time.Duration;

/**
 * How much of each stream is kept for clients that resume.
 *
 * @param messages in one stream
 * @param ttl age above which a message is not kept
 * @param bytes in one stream
 * @param totalBytes in all streams together
 */
public record HistorySettings(int messages, Duration ttl, int bytes, long totalBytes) {

    static HistorySettings from(Values values) {
        return new HistorySettings(
                values.get(StoreKeys.HISTORY_SIZE),
                values.get(StoreKeys.HISTORY_TTL),
                values.get(StoreKeys.HISTORY_BYTES),
                values.get(StoreKeys.HISTORY_TOTAL));
    }
}
