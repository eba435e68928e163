package io.holdfast.protocol.stream;

import org.jspecify.annotations.Nullable;

/**
 * What a client cannot be given (spec: delivery, "The promise, exactly", 2).
 *
 * @param reason why numbers mean nothing, or null when {@code from} and {@code to} are the bounds
 * @param from seq of the first message missing; 0 with a reason
 * @param to seq of the last; 0 with a reason
 */
public record Gap(@Nullable String reason, long from, long to) {
    /** The client's position is under another numbering. */
    public static final String EPOCH = "epoch";
    /** The client's position is ahead of the stream. */
    public static final String AHEAD = "ahead";

    public Gap {
        if (reason == null ? from < 1 || to < from : from != 0 || to != 0) {
            throw new IllegalArgumentException("A gap from " + from + " to " + to + ", reason "
                    + reason + "; expected 1 <= from <= to, or a reason and 0 to 0.");
        }
    }

    /** The messages {@code from} to {@code to}, both included. */
    public static Gap between(long from, long to) {
        return new Gap(null, from, to);
    }

    /** A gap whose size cannot be said. */
    public static Gap because(String reason) {
        return new Gap(reason, 0, 0);
    }
}
