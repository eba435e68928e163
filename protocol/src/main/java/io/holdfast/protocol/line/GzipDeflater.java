package io.holdfast.protocol.line;

import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Compresses whole payloads, each into one gzip member (RFC 1952), and gives up as soon as the
 * result would not be worth it.
 *
 * <p>One for each event loop; not thread-safe. It holds some 260 KB of native memory until
 * {@link #close} and at most {@value #RETAINED_BYTES} bytes of heap between payloads.
 */
public final class GzipDeflater implements AutoCloseable {

    /** The result of a payload that does not get short enough. */
    public static final int NOT_WORTH_IT = -1;

    static final int RETAINED_BYTES = 64 * 1024;

    private static final int FIRST_BYTES = 4 * 1024;

    private final Deflater deflater;
    private final CRC32 crc = new CRC32();
    private byte[] output = {};

    /**
     * Allocates the native memory.
     *
     * @param level 1 (fastest) to 9 (smallest), as {@link Deflater}
     */
    public GzipDeflater(int level) {
        deflater = new Deflater(level, true);
    }

    /**
     * Compresses one payload into {@link #output()}. Work and memory stop at {@code maxBytes}.
     *
     * @param maxBytes the longest result wanted, header and trailer included
     * @return the length of the result or {@link #NOT_WORTH_IT}
     */
    public int deflate(byte[] bytes, int from, int to, int maxBytes) {
        if (maxBytes <= GzipFormat.HEADER_BYTES + GzipFormat.TRAILER_BYTES) {
            return NOT_WORTH_IT;
        }
        // One byte over: with its last byte of room taken zlib does not yet know that it is done.
        int dataEnd = maxBytes - GzipFormat.TRAILER_BYTES + 1;
        deflater.setInput(bytes, from, to - from);
        deflater.finish();
        try {
            int length = GzipFormat.HEADER_BYTES;
            while (!deflater.finished() && length < dataEnd) {
                ensureRoom(length, maxBytes + 1);
                int room = Math.min(output.length - GzipFormat.TRAILER_BYTES, dataEnd) - length;
                length += deflater.deflate(output, length, room);
            }
            if (length == dataEnd) {
                return NOT_WORTH_IT;
            }
            GzipFormat.writeHeader(output, 0);
            crc.reset();
            crc.update(bytes, from, to - from);
            GzipFormat.writeInt(output, length, (int) crc.getValue());
            GzipFormat.writeInt(output, length + Integer.BYTES, to - from);
            return length + GzipFormat.TRAILER_BYTES;
        } finally {
            deflater.reset(); // at the end, so that it does not hold on to the caller's array
        }
    }

    /** Where the last result begins, at index 0; valid until the next call. */
    public byte[] output() {
        return output;
    }

    /** Gives a large buffer back; to be called when the result has been used. */
    public void release() {
        if (output.length > RETAINED_BYTES) {
            output = new byte[0];
        }
    }

    /** Frees the native memory; the object is of no use afterwards. */
    @Override
    public void close() {
        deflater.end();
    }

    /** Makes room for at least one more byte of data, and the trailer behind it. */
    private void ensureRoom(int used, int most) {
        if (output.length - GzipFormat.TRAILER_BYTES <= used) {
            int wanted = Math.max(FIRST_BYTES, output.length * 2);
            output = Arrays.copyOf(output, Math.max(output.length + 1, Math.min(wanted, most)));
        }
    }
}
