package io.holdfast.protocol.breaker;

/** The state of a {@link CircuitBreaker}, in the field's terms: a closed circuit carries calls. */
public sealed interface BreakerState {

    /**
     * Calls go through.
     *
     * @param failures in a row, up to now
     */
    record Closed(int failures) implements BreakerState {}

    /** No call goes through before that moment. */
    record Open(long untilNanos) implements BreakerState {}

    /**
     * One call is on its way and decides; all others are refused.
     *
     * @param lostAtNanos when the call counts as lost, and another one may try
     */
    record HalfOpen(long lostAtNanos) implements BreakerState {}

    /** The word in logs, metrics and the admin API. */
    default String label() {
        return switch (this) {
            case Closed ignored -> "closed";
            case Open ignored -> "open";
            case HalfOpen ignored -> "half_open";
        };
    }
}
