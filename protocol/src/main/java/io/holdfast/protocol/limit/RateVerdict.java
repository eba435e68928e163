package io.holdfast.protocol.limit;

/** What a {@link RateLimiter} says about one message. */
public sealed interface RateVerdict {

    record Allowed() implements RateVerdict {
        static final Allowed ALLOWED = new Allowed();
    }

    /**
     * Dropped, with the error {@code rate_limited}.
     *
     * @param retryAfterSeconds whole, rounded up, at least 1: {@code retry_after}
     */
    record Limited(long retryAfterSeconds) implements RateVerdict {}

    /** Went on for too long without heeding {@code retry_after}: close with 1008. */
    record Abusive() implements RateVerdict {
        static final Abusive ABUSIVE = new Abusive();
    }
}
