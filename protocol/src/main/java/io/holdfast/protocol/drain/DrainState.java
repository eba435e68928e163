package io.holdfast.protocol.drain;

/** The state of a {@link Drain}; each carries what is only true there. */
public sealed interface DrainState {

    /** Nothing has been started, or it was cancelled. */
    record Idle() implements DrainState {}

    /** Step 1: health has changed, everybody is still served ({@code drain_delay}). */
    record Delaying(DrainCourse course, long untilNanos) implements DrainState {}

    /** Steps 2 to 5: clients are told and leave. */
    record Leaving(DrainCourse course) implements DrainState {}

    /** Step 6 has begun for at least one dialect: those who are left are closed. */
    record Closing(DrainCourse course) implements DrainState {}

    /** Step 7: nobody is connected. */
    record Storing(DrainCourse course, long deadlineNanos) implements DrainState {}

    /** Step 8. */
    record Finished(Verdict verdict, int exitStatus) implements DrainState {}

    record Halted() implements DrainState {}
}
