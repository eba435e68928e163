package io.holdfast.server.config;

import java.nio.file.Path;

/**
 * [store].
 *
 * @param directory perhaps relative to the working directory; perhaps not there yet
 * @param directoryIsDefault nobody chose it, so it may be a place where nothing can be written
 * @param snapshot whether the memory engine writes one at a graceful stop
 * @param uncommittedBytes accepted and not yet committed, above which publishing is refused
 */
public record StoreSettings(
        int maxSessions,
        StoreEngine engine,
        Path directory,
        boolean directoryIsDefault,
        boolean snapshot,
        int uncommittedBytes,
        HistorySettings history,
        DiskStoreSettings disk) {

    static StoreSettings from(Values values) {
        Setting<Path> directory = values.setting(StoreKeys.DIRECTORY);
        return new StoreSettings(
                values.get(StoreKeys.MAX_SESSIONS),
                values.get(StoreKeys.ENGINE),
                directory.value(),
                directory.isDefault(),
                values.get(StoreKeys.SNAPSHOT),
                values.get(StoreKeys.UNCOMMITTED_LIMIT),
                HistorySettings.from(values),
                DiskStoreSettings.from(values));
    }
}
