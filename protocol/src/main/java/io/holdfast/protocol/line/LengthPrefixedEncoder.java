package io.holdfast.protocol.line;

/**
 * Lays out payloads as length-prefixed frames, compressed where that pays. One for each event loop;
 * not thread-safe.
 */
public final class LengthPrefixedEncoder implements AutoCloseable {

    /** Payloads up to this many bytes are not worth the time that compressing them takes. */
    public static final int COMPRESSION_THRESHOLD_BYTES = 10_240;

    /** The fastest: the CPU is shared with everybody's delivery. */
    private static final int LEVEL = 1;

    private final GzipDeflater deflater = new GzipDeflater(LEVEL);

    /**
     * A payload as a frame of its own array: compressed if it is over
     * {@value #COMPRESSION_THRESHOLD_BYTES} bytes and gets shorter than 90 %.
     */
    public byte[] encode(byte[] payload, int from, int to) {
        int length = to - from;
        if (length <= COMPRESSION_THRESHOLD_BYTES) {
            return frame(payload, from, to, 0);
        }
        try {
            int compressed = deflater.deflate(payload, from, to, longestWorthSending(length));
            return compressed == GzipDeflater.NOT_WORTH_IT
                    ? frame(payload, from, to, 0)
                    : frame(deflater.output(), 0, compressed, LengthPrefixedDecoder.GZIP_FLAG);
        } finally {
            deflater.release();
        }
    }

    /** Frees the native memory; the object is of no use afterwards. */
    @Override
    public void close() {
        deflater.close();
    }

    /** The greatest whole number under 90 % of the original. */
    static int longestWorthSending(int length) {
        return (int) ((9L * length - 1) / 10);
    }

    private static byte[] frame(byte[] payload, int from, int to, int flags) {
        int length = to - from + 1;
        byte[] frame = new byte[LengthPrefixedDecoder.HEADER_BYTES + (to - from)];
        frame[0] = (byte) (length >>> 24);
        frame[1] = (byte) (length >>> 16);
        frame[2] = (byte) (length >>> 8);
        frame[3] = (byte) length;
        frame[4] = (byte) flags;
        System.arraycopy(payload, from, frame, LengthPrefixedDecoder.HEADER_BYTES, to - from);
        return frame;
    }
}
