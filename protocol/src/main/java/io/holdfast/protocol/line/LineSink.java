package io.holdfast.protocol.line;

/**
 * Receives what a {@link LineProtocolDecoder} found, in the order of the wire, on the decoder's
 * thread.
 */
public interface LineSink {

    /**
     * A whole message, perhaps empty; the range is valid UTF-8 and does not hold the line's end.
     *
     * <p>The range belongs to the decoder and is valid only during the call: copy what must stay.
     * The callee may call {@link LineProtocolDecoder#stop()}, not
     * {@link LineProtocolDecoder#decode}.
     */
    void text(byte[] bytes, int from, int to);

    /**
     * The peer broke the protocol or a limit: the last call.
     *
     * @param reason for the error message and the log; ASCII, holds no input
     */
    void violation(LineFault fault, String reason);
}
