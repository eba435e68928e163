package io.holdfast.protocol.websocket;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decompresses whole messages (RFC 7692 §7.2.2), each from a fresh window: this side always
 * negotiates that the peer's compression context ends with each message.
 *
 * <p>One for each event loop, shared by all its connections; not thread-safe. It holds some 40 KB
 * of native memory until {@link #close} and at most {@value #RETAINED_BYTES} bytes of heap between
 * messages.
 */
public final class MessageInflater implements AutoCloseable {

    /** The result of a message that is not whole, valid deflate data. */
    public static final int CORRUPT = -1;

    /** The result of a message longer than allowed. */
    public static final int TOO_BIG = -2;

    /**
     * Typical messages fit, so that they allocate nothing; a longer buffer goes after its message.
     */
    static final int RETAINED_BYTES = 64 * 1024;

    /** Enough for most messages at the first try. */
    private static final int FIRST_BYTES = 4 * 1024;

    /**
     * Each final block restarts the decompressor for as little as two bytes of input, so their
     * number is limited. Senders that end a message with a final block (RFC 7692 §7.2.3.4) need
     * one.
     */
    private static final int MAX_FINAL_BLOCKS = 1_024;

    /**
     * 00 00 FF FF is what the sender took off the end (RFC 7692 §7.2.2). The empty final block
     * after it is ours: data that was whole ends exactly there, data that was cut short does not.
     */
    private static final byte[] END_OF_MESSAGE = {0, 0, -1, -1, 1, 0, 0, -1, -1};

    private final Inflater inflater = new Inflater(true);
    private byte[] output = {};

    /**
     * Decompresses one message into {@link #output()}.
     *
     * @param maxBytes the longest result wanted; the buffer stays below it plus one byte
     * @return the length of the result, {@link #CORRUPT} or {@link #TOO_BIG}
     */
    public int inflate(byte[] bytes, int from, int to, int maxBytes) {
        if (from == to) {
            return 0; // an empty message of senders that drop even its empty block
        }
        inflater.setInput(bytes, from, to - from);
        boolean endFed = false;
        int finalBlocks = 0;
        int length = 0;
        try {
            while (true) {
                length += inflater.inflate(output, length, output.length - length);
                if (length > maxBytes) {
                    return TOO_BIG;
                }
                if (inflater.finished()) {
                    int left = inflater.getRemaining();
                    if (left == 0) {
                        return length; // after our own final block, or after one that ends the
                        // message
                    }
                    if (endFed || ++finalBlocks > MAX_FINAL_BLOCKS) {
                        return CORRUPT;
                    }
                    inflater.reset();
                    inflater.setInput(bytes, to - left, left);
                } else if (length == output.length) {
                    // Before asking for input: a full buffer may hide output that is still to come.
                    grow(maxBytes);
                } else if (inflater.needsDictionary()) {
                    return CORRUPT;
                } else if (inflater.needsInput()) {
                    if (endFed) {
                        return CORRUPT;
                    }
                    inflater.setInput(END_OF_MESSAGE);
                    endFed = true;
                }
            }
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

    private void grow(int maxBytes) {
        int wanted = Math.max(FIRST_BYTES, output.length * 2);
        // One byte beyond the limit shows that it is passed; not worth a step of its own.
        output = Arrays.copyOf(output, wanted < maxBytes ? wanted : maxBytes + 1);
    }
}
