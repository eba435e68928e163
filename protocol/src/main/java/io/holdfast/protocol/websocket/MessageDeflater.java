package io.holdfast.protocol.websocket;

import java.util.Arrays;
import java.util.zip.Deflater;

/**
 * Compresses whole messages (RFC 7692 §7.2.1), each with a fresh window, so that any peer can read
 * any of them on its own and one result may go to many connections.
 *
 * <p>One for each event loop; not thread-safe. It holds some 260 KB of native memory until
 * {@link #close} and at most {@value #RETAINED_BYTES} bytes of heap between messages.
 */
public final class MessageDeflater implements AutoCloseable {

    static final int RETAINED_BYTES = 64 * 1024;

    /** Below seven bytes of room zlib may write the end marker twice; see deflate() in zlib.h. */
    private static final int MIN_ROOM = 16;

    /** 00 00 FF FF at the end of a flush, which RFC 7692 §7.2.1 takes off. */
    private static final int END_MARKER_BYTES = 4;

    private final Deflater deflater;
    private byte[] output = {};

    /**
     * Allocates the native memory.
     *
     * @param level 1 (fastest) to 9 (smallest), as {@link Deflater}
     */
    public MessageDeflater(int level) {
        deflater = new Deflater(level, true);
    }

    /**
     * Compresses one message into {@link #output()}; it goes into a frame with RSV1 set.
     *
     * @return the length of the result; it may be longer than the message
     */
    public int deflate(byte[] bytes, int from, int to) {
        deflater.reset();
        deflater.setInput(bytes, from, to - from);
        int length = 0;
        int written;
        int room;
        do {
            ensureRoom(length, to - from);
            room = output.length - length;
            written = deflater.deflate(output, length, room, Deflater.SYNC_FLUSH);
            length += written;
        } while (written == room);
        return length - END_MARKER_BYTES;
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

    private void ensureRoom(int used, int messageBytes) {
        if (output.length - used < MIN_ROOM) {
            int half = Math.max(messageBytes / 2, 256);
            output = Arrays.copyOf(output, used + half + MIN_ROOM);
        }
    }
}
