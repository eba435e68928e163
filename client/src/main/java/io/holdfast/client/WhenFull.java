package io.holdfast.client;

/** What happens to messages that the application does not take in time. */
public enum WhenFull {
    /**
     * The oldest are dropped, and an {@link Event.Overflow} says how many. The default without
     * resume.
     */
    DROP_OLDEST,
    /**
     * No more is read from the server until half of the queue is free. The server sees a slow
     * reader and closes (4101) when it lasts; with resume nothing is lost by that. The client goes
     * on sending its pings. The default with resume, once somebody listens or receives; before that
     * the oldest are dropped, so that a client which only sends does not come to a stop.
     */
    PAUSE
}
