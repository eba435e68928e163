package io.holdfast.protocol.stream;

/**
 * How much of a stream is kept; 0 of anything keeps nothing.
 *
 * @param messages at most, exactly
 * @param bytes at most, by whole chunks
 * @param ageNanos at which a chunk goes
 */
public record HistoryLimits(int messages, long bytes, long ageNanos) {

    public HistoryLimits {
        if (messages < 0 || bytes < 0 || ageNanos < 0) {
            throw new IllegalArgumentException("A history of " + messages + " messages, " + bytes
                    + " bytes and " + ageNanos
                    + " ns; expected 0 or more of each: 0 keeps nothing.");
        }
    }
}
