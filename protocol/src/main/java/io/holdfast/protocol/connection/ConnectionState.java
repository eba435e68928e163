package io.holdfast.protocol.connection;

/** The state of one connection. {@code Open} and {@code Closed} carry nothing and are shared. */
public sealed interface ConnectionState {

    /** Connected, but its first message ({@code auth}, {@code hello}, {@code app_ready}) is due. */
    record AwaitingFirstMessage(long deadlineNanos) implements ConnectionState {}

    record Open() implements ConnectionState {
        static final Open OPEN = new Open();
    }

    /**
     * A close frame has been sent. The peer has until the deadline to answer it and to let go.
     *
     * @param code as sent; may be a peer's own code, echoed
     */
    record Closing(int code, String reason, long deadlineNanos) implements ConnectionState {}

    record Closed() implements ConnectionState {
        static final Closed CLOSED = new Closed();
    }
}
