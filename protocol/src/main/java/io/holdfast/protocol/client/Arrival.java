package io.holdfast.protocol.client;

/** What a message's place in its stream says about it. */
public enum Arrival {
    /** The next one, or a later one; what lies between has been reported as a gap. */
    NEW,
    /** Had before: not for the application. */
    REPEAT,
    /** Of a stream that this client has no position in: for the application, untracked. */
    UNTRACKED
}
