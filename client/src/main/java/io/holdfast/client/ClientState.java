package io.holdfast.client;

/** How it stands with a client's connection (spec: client, "States"). */
public enum ClientState {
    /** A connection is being opened, or waits for the server's first word. */
    CONNECTING,
    /** The server has said its first word. */
    CONNECTED,
    /** There is none; the next try has its time. */
    DISCONNECTED,
    /** For good. */
    CLOSED
}
