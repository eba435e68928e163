package io.holdfast.protocol.client;

/** What becomes of messages while there is no connection: "the application's choice". */
public enum WhileDisconnected {
    WAIT,
    FAIL
}
