package io.holdfast.protocol.websocket;

/**
 * Receives what a {@link FrameDecoder} found, in the order of the wire, on the decoder's thread.
 *
 * <p>A byte range belongs to the decoder and is valid only during the call: copy what must stay.
 * The callee may overwrite the range. It may call {@link FrameDecoder#stop()}, not
 * {@link FrameDecoder#decode}.
 */
public interface FrameSink {

    /** A whole text message; the range is valid UTF-8. */
    void text(byte[] bytes, int from, int to);

    /** A whole binary message. */
    void binary(byte[] bytes, int from, int to);

    /** A ping, perhaps between the fragments of a message; at most 125 bytes. */
    void ping(byte[] bytes, int from, int to);

    /** A pong, asked for or not; at most 125 bytes. */
    void pong(byte[] bytes, int from, int to);

    /**
     * The peer's close frame: the last call.
     *
     * @param code a code that may stand in a close frame, or 1005 when the frame carried none
     */
    void close(int code, String reason);

    /**
     * The peer broke the protocol or a limit: the last call.
     *
     * @param closeCode what to answer: 1002, 1007 or 1009
     * @param reason for the close frame and the log; ASCII, at most 123 bytes, holds no input
     */
    void violation(int closeCode, String reason);
}
