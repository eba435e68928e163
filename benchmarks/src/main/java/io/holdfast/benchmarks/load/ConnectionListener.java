package io.holdfast.benchmarks.load;

/** What a load wants to know of its connections. Called on the generator's only thread. */
interface ConnectionListener {
    /** The upgrade was answered with 101. */
    void opened(Connection connection);

    /**
     * A complete data message.
     *
     * @param nowNanos when the bytes that completed it were read
     */
    void message(Connection connection, int payloadLength, long nowNanos);

    /**
     * The server closed or the connection broke; called once.
     *
     * @param code of the server's close frame, 1005 if it had none, 1006 if there was no close
     *    frame
     */
    void closed(Connection connection, int code);
}
