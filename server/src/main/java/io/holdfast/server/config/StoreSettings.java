package io.holdfast.server.config;

import java.time.Duration;

/** [store]; the history is per stream. */
public record StoreSettings(
        int maxSessions, int historySize, Duration historyTtl, int historyBytes) {

    static StoreSettings from(Values values) {
        return new StoreSettings(
                values.get(StoreKeys.MAX_SESSIONS),
                values.get(StoreKeys.HISTORY_SIZE),
                values.get(StoreKeys.HISTORY_TTL),
                values.get(StoreKeys.HISTORY_BYTES));
    }
}
