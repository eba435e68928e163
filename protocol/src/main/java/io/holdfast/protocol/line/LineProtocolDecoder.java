package io.holdfast.protocol.line;

/**
 * Finds whole messages in a connection's bytes.
 *
 * <p>Give it the bytes in the order of their arrival, however they were cut: that changes nothing.
 * The first violation ends it: it swallows what comes later. Confined to one thread. If the sink
 * throws, the decoder stands behind the message that was given to it, and the rest of that input
 * is lost.
 */
public sealed interface LineProtocolDecoder permits LineDecoder, LengthPrefixedDecoder {

    /**
     * Consumes the range, unless the sink stops the decoder.
     *
     * @return {@code to}, or when stopped the index of the first byte that is not consumed: the
     *     one behind the message in whose call it was stopped; from then on {@code from}
     */
    int decode(byte[] bytes, int from, int to, LineSink sink);

    /**
     * Ends the decoder behind the message that it is just giving to the sink; what follows is for
     * another decoder. Called in the middle of a message, that message is dropped.
     */
    void stop();

    /** Whether nothing of the input so far is still to be delivered. */
    boolean idle();

    /** Heap held for a partial message, bytes; 0 when idle. */
    int bufferedBytes();
}
