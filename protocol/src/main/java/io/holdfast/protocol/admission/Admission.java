package io.holdfast.protocol.admission;

/** What {@link ConnectionAdmission} says about a connection. */
public sealed interface Admission {

    /** It may stay, until its slot is released. */
    record Admitted(Slot slot) implements Admission {}

    /**
     * It is over a limit, and may stay only if it presents a valid session token before the
     * deadline.
     *
     * @param why what it is told otherwise
     */
    record Provisional(Slot slot, Refusal why, long deadlineNanos) implements Admission {}

    /**
     * To be told so and closed. Its slot, if it had one, is released.
     *
     * @param retryAfterSeconds whole, rounded up, at least 1: {@code retry_after}
     */
    record Refused(Refusal why, long retryAfterSeconds) implements Admission {}
}
