package io.holdfast.protocol.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What became of something that a client sent. */
public sealed interface SendOutcome {

    /**
     * In the stream exactly once.
     *
     * @param stream null where the server names none
     * @param seq its place there, or {@link #NO_SEQ}
     */
    record Acked(String status, @Nullable String stream, long seq) implements SendOutcome {}

    /** Given to the transport; no ack was asked for. */
    record Written() implements SendOutcome {}

    /** The server did not take it; it is not in the stream. */
    record Refused(String code, @Nullable Duration retryAfter) implements SendOutcome {}

    /** It was sent, and nobody can say whether it was taken: in the stream once, or not at all. */
    record OutcomeUnknown() implements SendOutcome {}

    /** It waited for a connection until its time was up, or the client was closed. */
    record NotSent() implements SendOutcome {}

    /** There is no connection, and the application does not want to wait for one. */
    record NotConnected() implements SendOutcome {}

    /** As much waits as may wait. */
    record QueueFull() implements SendOutcome {}

    long NO_SEQ = -1;

    /** The word in metrics and the test vectors. */
    default String label() {
        return switch (this) {
            case Acked ignored -> "acked";
            case Written ignored -> "written";
            case Refused ignored -> "refused";
            case OutcomeUnknown ignored -> "outcome_unknown";
            case NotSent ignored -> "not_sent";
            case NotConnected ignored -> "not_connected";
            case QueueFull ignored -> "queue_full";
        };
    }
}
