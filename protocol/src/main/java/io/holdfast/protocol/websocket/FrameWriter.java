package io.holdfast.protocol.websocket;

import java.nio.charset.StandardCharsets;

/**
 * Lays out frames in the caller's arrays (RFC 6455 §5.2), always with the shortest length encoding.
 *
 * <p>A server writes a header and then its payload. A client writes a masked header, its payload,
 * and masks the payload in place.
 */
public final class FrameWriter {

    /** The longest header: 2 bytes, an 8-byte length, a 4-byte mask. */
    public static final int MAX_HEADER_BYTES = 14;

    /** A close reason shares the 125 bytes of a control frame with the code. */
    public static final int MAX_CLOSE_REASON_BYTES = 123;

    static final int FIN = 0x80;
    static final int RSV1 = 0x40;
    static final int MASKED = 0x80;
    static final int MASK_BYTES = 4;
    static final int MAX_CONTROL_PAYLOAD = 125;
    static final int LENGTH_IN_2_BYTES = 126;
    static final int LENGTH_IN_8_BYTES = 127;
    static final int MAX_LENGTH_IN_2_BYTES = 0xFFFF;

    private static final byte[] NO_BYTES = {};

    private FrameWriter() {}

    /** Bytes of an unmasked header. */
    public static int headerLength(int payloadLength) {
        if (payloadLength <= MAX_CONTROL_PAYLOAD) {
            return 2;
        }
        return payloadLength <= MAX_LENGTH_IN_2_BYTES ? 4 : 10;
    }

    /** Bytes of a masked header, the key included. */
    public static int maskedHeaderLength(int payloadLength) {
        return headerLength(payloadLength) + MASK_BYTES;
    }

    /**
     * Writes an unmasked header, as servers send.
     *
     * @return the index after the header, where the payload belongs
     */
    public static int writeHeader(
            byte[] out, int at, int opcode, boolean fin, boolean rsv1, int payloadLength) {
        return writeStart(out, at, opcode, fin, rsv1, payloadLength, 0);
    }

    /**
     * Writes a masked header, as clients send; the payload is still to be masked by {@link #mask}.
     *
     * @param key unpredictable for each frame (RFC 6455 §5.3); its highest byte is the first on the
     *     wire
     * @return the index after the header, where the payload belongs
     */
    public static int writeMaskedHeader(
            byte[] out, int at, int opcode, boolean fin, boolean rsv1, int payloadLength, int key) {
        int keyAt = writeStart(out, at, opcode, fin, rsv1, payloadLength, MASKED);
        return writeBigEndian(out, keyAt, key, MASK_BYTES);
    }

    /** Masks a whole payload in place. */
    public static void mask(byte[] bytes, int from, int to, int key) {
        Masking.apply(bytes, from, to, key);
    }

    /**
     * The payload of a close frame.
     *
     * @param code one that may be sent, or 1005 for a close frame without a code (and without a
     *     reason)
     * @param reason cut to {@value #MAX_CLOSE_REASON_BYTES} bytes, never inside a character
     */
    public static byte[] close(int code, String reason) {
        if (code == CloseStatus.NONE_RECEIVED) {
            return NO_BYTES;
        }
        if (!CloseStatus.mayBeSent(code)) {
            throw new IllegalArgumentException(
                    "Close code " + code + " must not be sent, expected 1000-1003,"
                            + " 1007-1014 or 3000-4999; send 1005 for a close frame without a code");
        }
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, MAX_CLOSE_REASON_BYTES);
        while (length < text.length && length > 0 && (text[length] & 0xC0) == 0x80) {
            length--;
        }
        byte[] payload = new byte[2 + length];
        writeBigEndian(payload, 0, code, 2);
        System.arraycopy(text, 0, payload, 2, length);
        return payload;
    }

    private static int writeStart(
            byte[] out,
            int at,
            int opcode,
            boolean fin,
            boolean rsv1,
            int payloadLength,
            int maskBit) {
        out[at] = (byte) ((fin ? FIN : 0) | (rsv1 ? RSV1 : 0) | opcode);
        if (payloadLength <= MAX_CONTROL_PAYLOAD) {
            out[at + 1] = (byte) (maskBit | payloadLength);
            return at + 2;
        }
        if (payloadLength <= MAX_LENGTH_IN_2_BYTES) {
            out[at + 1] = (byte) (maskBit | LENGTH_IN_2_BYTES);
            return writeBigEndian(out, at + 2, payloadLength, 2);
        }
        out[at + 1] = (byte) (maskBit | LENGTH_IN_8_BYTES);
        return writeBigEndian(out, at + 2, payloadLength, 8);
    }

    private static int writeBigEndian(byte[] out, int at, long value, int count) {
        for (int i = 0; i < count; i++) {
            out[at + i] = (byte) (value >>> (8 * (count - 1 - i)));
        }
        return at + count;
    }
}
