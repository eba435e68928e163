package io.holdfast.protocol.drain;

import io.holdfast.protocol.CloseCode;

/** What a {@link Drain} asks its driver to do, in this order. */
public sealed interface DrainOutput {

    /** Step 1: health answers {@code shutting_down} from now on, before anything else. */
    record HealthShuttingDown(String drainId) implements DrainOutput {}

    /** Step 2: newcomers are told, and closed in the way of their dialect. */
    record RefuseNewcomers() implements DrainOutput {}

    /** This connection came too late to belong to the drain: treat it as a newcomer. */
    record Refuse(long id) implements DrainOutput {}

    /**
     * Step 3: tell this client, and report {@code Told} or {@code Undelivered}.
     *
     * @param reconnectAfterSeconds its own advice, counted from the close of its connection
     * @param timeoutSeconds how long it may surely stay; the dialect may end up waiting longer
     */
    record Tell(long id, int reconnectAfterSeconds, long timeoutSeconds) implements DrainOutput {}

    /** Step 6: close this connection. */
    record Close(long id, CloseCode code, String reason) implements DrainOutput {}

    /** Step 6: it ignored the close. The drain counts it as gone from here on. */
    record Cut(long id) implements DrainOutput {}

    /**
     * The progress line.
     *
     * @param gone without being forced
     * @param secondsLeft at most, as far as is known
     */
    record Progress(int remaining, int gone, int forced, long secondsLeft) implements DrainOutput {}

    /** One line for the operator. */
    record Warn(String text) implements DrainOutput {}

    /** Step 7: write everything and report {@code StoreDone} before the deadline. */
    record WriteStore(long deadlineNanos) implements DrainOutput {}

    /** Cancelled: back to RUNNING. Whoever was told may leave, nobody more is told. */
    record Resume(Verdict verdict) implements DrainOutput {}

    /** A second start: this is the drain under way. */
    record AlreadyDraining(String drainId) implements DrainOutput {}

    /** Nothing to cancel, or too late, or not cancellable. */
    record CancelRefused(String why) implements DrainOutput {}

    /**
     * Step 8: the verdict is the last log line, then the process ends. Nothing follows.
     *
     * @param exitStatus 0 ran to its end; 3 cut short by a second signal with clients connected;
     *     1 the store was not written
     */
    record Finished(Verdict verdict, int exitStatus) implements DrainOutput {}

    /** The third signal: halt the process. Nothing follows. */
    record HaltNow() implements DrainOutput {}
}
