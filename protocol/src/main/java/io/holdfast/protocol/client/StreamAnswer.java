package io.holdfast.protocol.client;

import io.holdfast.protocol.stream.Gap;
import io.holdfast.protocol.stream.Position;

import org.jspecify.annotations.Nullable;

/**
 * One of {@code streams} in the answer to a client that returns (spec: delivery, "Resuming").
 *
 * @param head seq of the stream's last message
 * @param recovered messages that follow, up to the head
 */
public record StreamAnswer(
        String epoch, long head, long recovered, @Nullable Gap gap) {

    public StreamAnswer {
        if (!Position.isSeq(head) || recovered < 0 || recovered > head) {
            throw new IllegalArgumentException("A stream at " + head + " of which " + recovered
                    + " messages follow, expected 0 to head: take it for a fault of the server.");
        }
    }

    /** Where the client stands before the messages that follow. */
    Position start() {
        return new Position(epoch, head - recovered);
    }
}
