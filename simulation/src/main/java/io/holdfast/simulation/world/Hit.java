package io.holdfast.simulation.world;

/**
 * Moments that a fault is aimed at. Each run counts those that it reached, so that a fault which
 * does not strike any more is seen.
 */
public enum Hit {
    /** The power went with a stream's or a snapshot's bytes unsynced. */
    POWER_LOSS_WITH_UNSYNCED_BYTES,
    POWER_LOSS_WITH_UNSYNCED_NAMES,
    KILL_AT_START,
    POWER_LOSS_AT_START,
    KILL_AT_HELLO,
    KILL_AT_SEAT,
    KILL_AT_SUBSCRIPTION,
    KILL_AT_COMMIT_OF_RESUME,
    KILL_AT_COMMITTED_RESUME,
    KILL_AT_WELCOME,
    KILL_AT_RELEASE,
    KILL_WHEN_THE_STORE_HAS_ANSWERED,
    KILL_BEFORE_THE_ACKS,
    KILL_BETWEEN_ACKS,
    HELLO_WITHOUT_POSITIONS,
    POSITIONS_LOST_WITH_A_GAP_TOLD,
    LEFT_WITH_EVERYTHING_READ,
    OMITTED_AFTER_A_LEAVE,
    /** A second resume of a session came while the first was under way. */
    RESUMES_RACE,
    CLOCK_WENT_AHEAD,
    CLOCK_WENT_BACK,
    SERVER_CLOCK_JUMPED,
    SLEEP_NOTICED,
    ACK_AHEAD,
    STRAY_ACK
}
