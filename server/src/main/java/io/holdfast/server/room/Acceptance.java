package io.holdfast.server.room;

/** How a message was accepted. */
public enum Acceptance {
    PUBLISHED,
    /** It has its place in the stream of a client that is away. */
    QUEUED,
    /** It had been accepted before, and was not published again. */
    REPEATED
}
