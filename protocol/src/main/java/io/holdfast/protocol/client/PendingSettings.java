package io.holdfast.protocol.client;

import io.holdfast.protocol.Limits;

import java.time.Duration;

/**
 * Bounds of what a client keeps of its own messages; all positive.
 *
 * @param maxUnacked messages sent and not acked
 * @param maxWaiting messages not sent yet
 * @param maxBytes of both together
 * @param keep how long a message is kept from when it was handed over
 */
public record PendingSettings(
        int maxUnacked,
        int maxWaiting,
        long maxBytes,
        Duration keep,
        WhileDisconnected whileDisconnected) {

    /** Half a minute of 34 messages a second; the bytes of 16 largest messages. */
    public static final PendingSettings DEFAULT = new PendingSettings(
            Limits.MAX_UNACKED_MESSAGES,
            2 * Limits.MAX_UNACKED_MESSAGES,
            16L * Limits.MAX_MESSAGE_BYTES,
            Duration.ofSeconds(30),
            WhileDisconnected.WAIT);

    public PendingSettings {
        if (maxUnacked < 1 || maxUnacked > Limits.MAX_UNACKED_MESSAGES) {
            throw new IllegalArgumentException(maxUnacked + " unacked messages, expected 1 to "
                    + Limits.MAX_UNACKED_MESSAGES + ": the server refuses more.");
        }
        if (maxWaiting < 1 || maxBytes < 1 || keep.isNegative() || keep.isZero()) {
            throw new IllegalArgumentException("A client that keeps " + maxWaiting
                    + " messages and " + maxBytes + " bytes for " + keep
                    + ", expected more than 0 of each.");
        }
    }
}
