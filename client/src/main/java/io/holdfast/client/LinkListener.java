package io.holdfast.client;

import io.holdfast.protocol.reconnect.Ending;

/** The owner of a {@link Link}; called on the driver's thread. */
interface LinkListener {
    /** @param resume whether the server agreed to resume in the handshake */
    void opened(boolean resume);

    /** @param bytes valid UTF-8; the range is valid during the call only */
    void text(byte[] bytes, int from, int to);

    /** So many bytes came, whatever they are. */
    void received(int bytes);

    void sent(int bytes);

    /** The transport's own pong. */
    void pong();

    /**
     * The end, however it came; the last call.
     *
     * @param detail one sentence for people
     */
    void ended(Ending ending, String detail);
}
