package io.holdfast.conformance.world;

/** What befalls the world. */
enum Fault {
    RESET,
    HALF_OPEN,
    REDIAL,
    /** A client is gone while many messages are acked. */
    AWAY,
    /** A client reads nothing while many messages are acked, its connection stays. */
    PAUSE
}
