package io.holdfast.protocol.drain;

/** Why a {@link Drain} wants its timer. */
public enum DrainDeadline {
    NONE,
    /** The end of {@code drain_delay}. */
    DELAY,
    /** The next clients are to be told. */
    TELLING,
    /** A dialect with a shorter timeout begins to be told. */
    DIALECT_START,
    /** A dialect's timeout, or the termination grace. */
    TIMEOUT,
    /** Those who ignored the close are cut. */
    CUT,
    PROGRESS,
    STORE
}
