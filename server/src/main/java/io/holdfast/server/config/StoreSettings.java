package io.holdfast.server.config;

/** [store]. */
public record StoreSettings(int maxSessions) {

    static StoreSettings from(Values values) {
        return new StoreSettings(values.get(StoreKeys.MAX_SESSIONS));
    }
}
