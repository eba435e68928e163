package io.holdfast.client;

import io.holdfast.client.json.Utf8;

import org.jspecify.annotations.Nullable;

/**
 * Bounds of the events that wait for an application.
 *
 * @param events that may wait; 1 or more
 * @param bytes of their texts; 1 or more. One event alone may have more
 * @param largestMessage bytes of one message
 */
record QueueLimits(int events, long bytes, int largestMessage) {
    /** Events. */
    static final int EVENTS = 1_000;
    /** Bytes: sixteen messages of the server's largest. */
    static final long BYTES = 16L << 20;
    /**
     * Events: more than come of one slice of 4 KiB, as frames of 2 bytes, which is what a paused
     * connection may still give; and so several in a row, which each give a slice, have room too.
     */
    private static final int PAUSED_EVENTS = 32_768;
    /** Bytes, likewise: such a slice, compressed as well as deflate can (1,032 to 1). */
    private static final long PAUSED_BYTES = 5L << 20;

    QueueLimits {
        if (events < 1 || bytes < 1) {
            throw new IllegalArgumentException("A queue of " + events + " events and " + bytes
                    + " bytes; expected at least 1 of each.");
        }
    }

    /** What is kept where reading pauses, and goes on for a moment. */
    int mostEvents() {
        return 2 * events + PAUSED_EVENTS;
    }

    /** Likewise. */
    long mostBytes() {
        return 2 * bytes + PAUSED_BYTES + largestMessage;
    }

    /** What an event counts for: its text, in UTF-8. */
    static long bytes(@Nullable Event event) {
        return switch (event) {
            case Event.Message message -> Utf8.length(message.data());
            case Event.Notice notice -> Utf8.length(notice.json());
            case Event.Command command -> Utf8.length(command.args());
            case null, default -> 0;
        };
    }
}
