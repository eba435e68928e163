package io.holdfast.store.log;

/**
 * What a log keeps.
 *
 * @param fsync whether each commit is synced; without it only a stop keeps the streams
 * @param segmentBytes a segment that has reached them is followed by another
 * @param maxBytes of all segments; more only for what is current
 * @param historyTtlMillis age at which messages are dropped, on the service clock
 * @param historyMessages of one stream that a start brings back
 * @param historyBytes of one stream that a start brings back
 */
public record LogSettings(
        boolean fsync,
        long segmentBytes,
        long maxBytes,
        long historyTtlMillis,
        int historyMessages,
        long historyBytes) {}
