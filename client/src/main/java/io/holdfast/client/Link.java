package io.holdfast.client;

/** One connection, or a try at one: before it is open it can only be cut. One thread. */
interface Link {
    /**
     * Unwritten bytes beyond which a ping is not answered: only the latest has to be (RFC 6455
     * section 5.5.3), and this peer does not read.
     */
    long PONG_ROOM_BYTES = 64 * 1024;

    void send(byte[] utf8);

    /** A ping of the transport's own, where it has one. */
    void ping();

    /** Sends what is queued and says goodbye; the listener hears of the end. */
    void goodbye(int code, String reason);

    /** Says that the server broke the protocol, and lets go; the listener hears of the end. */
    void refuse(int code, String reason);

    /** Lets go now; the listener hears nothing more. */
    void cut();

    void reading(boolean on);

    /** From here on frames are spoken in both directions; called while a text is handed out. */
    void speakFrames(boolean gzip);

    /** Bytes that the peer has not taken yet. */
    long unwrittenBytes();
}
