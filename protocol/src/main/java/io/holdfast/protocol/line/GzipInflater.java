package io.holdfast.protocol.line;

import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses whole payloads, each one gzip member (RFC 1952): header, deflate data, checksum and
 * length, and nothing behind them. RFC 1952 §2.2 would allow several members one after the other;
 * a message has no use for a second one.
 *
 * <p>One for each event loop, shared by all its connections; not thread-safe. It holds some 40 KB
 * of native memory until {@link #close} and at most {@value #RETAINED_BYTES} bytes of heap between
 * payloads.
 */
public final class GzipInflater implements AutoCloseable {

    /** The result of a payload that is not one whole, valid gzip member. */
    public static final int CORRUPT = -1;

    /** The result of a payload whose text is longer than allowed. */
    public static final int TOO_BIG = -2;

    /** Typical messages fit, and allocate nothing; a longer buffer goes after its message. */
    static final int RETAINED_BYTES = 64 * 1024;

    /** Enough for most messages at the first try. */
    private static final int FIRST_BYTES = 16 * 1024;

    /** Header and trailer with room for a file name or a comment, which nobody needs here. */
    private static final int WRAPPING_BYTES = 1_024;

    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private byte[] output = {};

    /**
     * Bytes that a message of {@code maxBytes} may take compressed: deflate adds 5 bytes to each
     * stored block, which zlib makes at least 16 KiB long.
     */
    static long maxWireBytes(int maxBytes) {
        return (long) maxBytes + (maxBytes >>> 8) + WRAPPING_BYTES;
    }

    /**
     * Decompresses one payload into {@link #output()}. Work and memory stop at {@code maxBytes},
     * whatever the payload would unfold to.
     *
     * @return the length of the result, {@link #CORRUPT} or {@link #TOO_BIG}
     */
    public int inflate(byte[] bytes, int from, int to, int maxBytes) {
        int data = GzipFormat.headerEnd(bytes, from, to);
        if (data < 0) {
            return CORRUPT;
        }
        inflater.setInput(bytes, data, to - data);
        try {
            int length = inflateData(maxBytes);
            if (length < 0) {
                return length;
            }
            int trailer = to - inflater.getRemaining();
            return trailerFits(bytes, trailer, to, length) ? length : CORRUPT;
        } catch (DataFormatException e) {
            return CORRUPT;
        } finally {
            inflater.reset(); // at the end, so that it does not hold on to the caller's array
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
        inflater.end();
    }

    private int inflateData(int maxBytes) throws DataFormatException {
        int length = 0;
        while (true) {
            length += inflater.inflate(output, length, output.length - length);
            if (length > maxBytes) {
                return TOO_BIG;
            }
            if (inflater.finished()) {
                return length;
            }
            if (length == output.length) {
                // Before asking for input: a full buffer may hide output that is still to come.
                grow(maxBytes);
            } else if (inflater.needsInput() || inflater.needsDictionary()) {
                return CORRUPT;
            }
        }
    }

    private boolean trailerFits(byte[] bytes, int from, int to, int length) {
        if (to - from != GzipFormat.TRAILER_BYTES) {
            return false;
        }
        crc.reset();
        crc.update(output, 0, length);
        return GzipFormat.readInt(bytes, from) == (int) crc.getValue()
                && GzipFormat.readInt(bytes, from + Integer.BYTES) == length;
    }

    private void grow(int maxBytes) {
        int wanted = Math.max(FIRST_BYTES, output.length * 2);
        // One byte beyond the limit shows that it is passed; not worth a step of its own.
        output = Arrays.copyOf(output, wanted < maxBytes ? wanted : maxBytes + 1);
    }
}
