package io.holdfast.store.disk;

import java.time.Duration;

/**
 * How a disk store commits and what it keeps.
 *
 * @param commitInterval how long work may wait for more, so that they share one sync; 0 commits
 *     whenever the disk is free
 * @param fsync whether committed means synced; without it only a graceful stop keeps the streams
 * @param segmentBytes size of one file of the log, {@value #MIN_SEGMENT_BYTES} to {@value
 *     #MAX_SEGMENT_BYTES}; the last commit may go beyond
 * @param maxBytes size of the whole log, at least four segments; what is current (sessions, heads
 *     of streams) is kept even beyond it
 * @param historyTtl age at which messages are dropped, on the service clock
 * @param historyMessages of a stream that a start brings back
 * @param historyBytes of a stream that a start brings back
 */
public record DiskSettings(
        Duration commitInterval,
        boolean fsync,
        long segmentBytes,
        long maxBytes,
        Duration historyTtl,
        int historyMessages,
        long historyBytes) {

    /** Smaller ones would be mostly rolling. */
    public static final long MIN_SEGMENT_BYTES = 4 * 1024;

    /** A start holds one segment in memory at a time. */
    public static final long MAX_SEGMENT_BYTES = 256L * 1024 * 1024;

    public DiskSettings {
        if (segmentBytes < MIN_SEGMENT_BYTES || segmentBytes > MAX_SEGMENT_BYTES) {
            throw new IllegalArgumentException("segmentBytes is " + segmentBytes
                    + "; it must be from " + MIN_SEGMENT_BYTES + " to " + MAX_SEGMENT_BYTES + ".");
        }
        if (maxBytes < 4 * segmentBytes) {
            throw new IllegalArgumentException("maxBytes is " + maxBytes
                    + "; it must be at least four segments of " + segmentBytes + " bytes.");
        }
        if (commitInterval.isNegative() || commitInterval.compareTo(Duration.ofSeconds(10)) > 0) {
            throw new IllegalArgumentException(
                    "commitInterval is " + commitInterval + "; it must be from 0 to 10 s.");
        }
        if (historyTtl.isNegative() || historyMessages < 0 || historyBytes < 0) {
            throw new IllegalArgumentException("The limits of history must not be negative.");
        }
    }

    /** 32 MiB segments, 1 GiB in all, synced whenever the disk is free; history as in the spec. */
    public static final DiskSettings DEFAULT = new DiskSettings(
            Duration.ZERO,
            true,
            32L * 1024 * 1024,
            1024L * 1024 * 1024,
            Duration.ofMinutes(10),
            1_000,
            8L * 1024 * 1024);
}
