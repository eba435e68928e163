package io.holdfast.protocol.quality;

/**
 * A connection's quality at one moment, for the admin API, the console and metrics; immutable, so
 * that it may leave its event loop. Times of samples are in microseconds and 0 without a sample.
 *
 * @param samples RTT samples that the next four are made of; at most 100
 * @param averageRttMicros arithmetic mean
 * @param p50RttMicros median, by nearest rank
 * @param p95RttMicros by nearest rank
 * @param jitterMicros mean difference between a sample and the one before
 * @param lostPongs fraction of the last 64 pings that were not answered before the next, 0 to 1
 * @param pings sent since the beginning
 * @param lastActivityNanos when bytes last went either way, on the clock that was given
 */
public record QualitySnapshot(
        Grade grade,
        int samples,
        long averageRttMicros,
        long p50RttMicros,
        long p95RttMicros,
        long jitterMicros,
        double lostPongs,
        long pings,
        long bytesReceived,
        long bytesSent,
        long messagesReceived,
        long messagesSent,
        long lastActivityNanos) {}
