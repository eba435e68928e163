package io.holdfast.protocol.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes of frames as a client would send them, right and wrong ones. */
final class Frames {

    static final int KEY = 0x37FA213D;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] bytes(int... values) {
        byte[] result = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = (byte) values[i];
        }
        return result;
    }

    /** A payload as {@link MessageDeflater} makes it. */
    static byte[] deflated(byte[] message) {
        try (MessageDeflater deflater = new MessageDeflater(6)) {
            int length = deflater.deflate(message, 0, message.length);
            return Arrays.copyOf(deflater.output(), length);
        }
    }

    Frames text(String text) {
        return frame(Opcode.TEXT, true, utf8(text));
    }

    Frames close(int code, byte[] reason) {
        byte[] payload = Arrays.copyOf(bytes(code >> 8, code), 2 + reason.length);
        System.arraycopy(reason, 0, payload, 2, reason.length);
        return frame(Opcode.CLOSE, true, payload);
    }

    Frames frame(int opcode, boolean fin, byte[] payload) {
        return frame(opcode, fin, false, payload);
    }

    Frames frame(int opcode, boolean fin, boolean rsv1, byte[] payload) {
        byte[] frame = new byte[FrameWriter.maskedHeaderLength(payload.length) + payload.length];
        int at = FrameWriter.writeMaskedHeader(frame, 0, opcode, fin, rsv1, payload.length, KEY);
        System.arraycopy(payload, 0, frame, at, payload.length);
        FrameWriter.mask(frame, at, frame.length, KEY);
        out.writeBytes(frame);
        return this;
    }

    /** Bytes as they are. */
    Frames raw(int... values) {
        out.writeBytes(bytes(values));
        return this;
    }

    byte[] done() {
        return out.toByteArray();
    }
}
