package io.holdfast.protocol.client;

/** What an application sees of a client's state (spec: client, "States"). */
public enum Phase {
    CONNECTING,
    CONNECTED,
    DISCONNECTED,
    CLOSED
}
