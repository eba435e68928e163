package io.holdfast.server.connection;

/** How a connection ended, as the verdict of a drain counts it. */
public enum Departure {
    /** The peer closed, or was closed for a reason of its own. */
    LEFT,
    /** It answered our goodbye as its dialect asks, and was closed for that. */
    ACKNOWLEDGED,
    /** Its transport failed. */
    BROKEN
}
