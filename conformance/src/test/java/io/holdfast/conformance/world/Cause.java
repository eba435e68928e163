package io.holdfast.conformance.world;

/** Why a client had to connect again. */
public enum Cause {
    /** The client reset the connection. */
    RESET,
    /** The client reads and writes no more, and dials while the server sees the old connection. */
    HALF_OPEN,
    /** The client dials while the old connection works, and reads that to its end. */
    REDIAL,
    /** The client reset the connection and stayed away for a while. */
    AWAY,
    /** The server was shutting down. */
    DRAINED,
    /** The server was killed. */
    KILLED,
    /** The server found the client too slow (4101). */
    TOO_SLOW
}
