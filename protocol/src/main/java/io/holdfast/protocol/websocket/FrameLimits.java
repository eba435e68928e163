package io.holdfast.protocol.websocket;

/**
 * What one message may cost its receiver. One instance is shared by all connections.
 *
 * @param maxMessageBytes payload of one message, all fragments together, after decompression;
 *     1 to {@link #GREATEST_MESSAGE_BYTES}
 * @param maxFragments frames that one message may come in, empty ones counted; at least 1
 */
public record FrameLimits(int maxMessageBytes, int maxFragments) {

    /** 1 MiB, as python websockets and NATS. */
    public static final int DEFAULT_MAX_MESSAGE_BYTES = 1 << 20;

    /**
     * A fragment costs a header to parse whatever it carries, so an endless run of empty ones is an
     * attack that no byte limit sees. 1,024 leaves room for 1 MiB in pieces of 1 KiB.
     */
    public static final int DEFAULT_MAX_FRAGMENTS = 1_024;

    /** 1 GiB: leaves sums of two lengths inside an int. */
    public static final int GREATEST_MESSAGE_BYTES = 1 << 30;

    public static final FrameLimits DEFAULT =
            new FrameLimits(DEFAULT_MAX_MESSAGE_BYTES, DEFAULT_MAX_FRAGMENTS);

    public FrameLimits {
        if (maxMessageBytes < 1 || maxMessageBytes > GREATEST_MESSAGE_BYTES) {
            throw new IllegalArgumentException(
                    "maxMessageBytes is " + maxMessageBytes + ", expected 1 to "
                            + GREATEST_MESSAGE_BYTES + "; choose a limit in that range");
        }
        if (maxFragments < 1) {
            throw new IllegalArgumentException("maxFragments is " + maxFragments
                    + ", expected at least 1; use 1 to forbid fragmented messages");
        }
    }

    /**
     * Bytes that a message may take on the wire. Deflate makes incompressible bytes a little longer
     * (zlib: 5 bytes for each stored block of 16 KiB), and a message of exactly the greatest size
     * must pass compressed too.
     */
    int maxWireBytes(boolean compressed) {
        return compressed ? maxMessageBytes + (maxMessageBytes >>> 8) + 64 : maxMessageBytes;
    }
}
