package io.holdfast.server.config;

import java.time.Duration;

/**
 * What only the disk engine uses.
 *
 * @param commitInterval how long a commit waits for more to commit; zero is as soon as the disk is
 *     free
 * @param fsync false leaves it to the operating system when bytes reach the disk
 * @param sizeBytes of all segments together; the oldest go first
 * @param segmentBytes at which the next file is begun
 */
public record DiskStoreSettings(
        Duration commitInterval, boolean fsync, long sizeBytes, int segmentBytes) {

    static DiskStoreSettings from(Values values) {
        return new DiskStoreSettings(
                values.get(StoreKeys.COMMIT_INTERVAL),
                values.get(StoreKeys.FSYNC),
                values.get(StoreKeys.DISK_SIZE),
                values.get(StoreKeys.SEGMENT_SIZE));
    }
}
