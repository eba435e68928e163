package io.holdfast.protocol.line;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a message that has not arrived whole. The buffer grows with what has arrived, not
 * with what was announced, is never more than twice as long, and goes with its message.
 */
final class PartialMessage {
    private static final byte[] NONE = {};
    /** First buffer; from then on it doubles. */
    private static final int FIRST_BUFFER_BYTES = 1_024;

    private byte @Nullable [] buffer;
    private int length;

    /**
     * Appends a piece.
     *
     * @param most length that the message can have; the caller has checked that the piece fits
     */
    void append(byte[] bytes, int from, int to, int most) {
        if (from == to) {
            return;
        }
        int needed = length + (to - from);
        byte[] now = buffer;
        if (now == null || now.length < needed) {
            int capacity = (int) Math.min(most, Math.max(FIRST_BUFFER_BYTES, 2L * needed));
            now = now == null ? new byte[capacity] : Arrays.copyOf(now, capacity);
            buffer = now;
        }
        System.arraycopy(bytes, from, now, length, to - from);
        length = needed;
    }

    /** Bytes so far. */
    int length() {
        return length;
    }

    /** The array whose first {@link #length()} bytes are the message so far. */
    byte[] bytes() {
        return buffer == null ? NONE : buffer;
    }

    void clear() {
        buffer = null;
        length = 0;
    }

    int capacity() {
        return buffer == null ? 0 : buffer.length;
    }
}
