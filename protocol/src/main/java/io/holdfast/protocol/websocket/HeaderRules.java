package io.holdfast.protocol.websocket;

import static io.holdfast.protocol.websocket.FrameWriter.FIN;
import static io.holdfast.protocol.websocket.FrameWriter.LENGTH_IN_2_BYTES;
import static io.holdfast.protocol.websocket.FrameWriter.MASKED;
import static io.holdfast.protocol.websocket.FrameWriter.MAX_CONTROL_PAYLOAD;
import static io.holdfast.protocol.websocket.FrameWriter.MAX_LENGTH_IN_2_BYTES;
import static io.holdfast.protocol.websocket.FrameWriter.RSV1;

import org.jspecify.annotations.Nullable;

/**
 * The rules of RFC 6455 §5 that a header can break, whatever its payload. Each function judges one
 * part and gives null, or what is wrong and what to send instead: a reason to close with 1002.
 */
final class HeaderRules {

    static final int OPCODE_BITS = 0x0F;
    static final int LENGTH_BITS = 0x7F;
    private static final int RSV2_AND_RSV3 = 0x30;

    private HeaderRules() {}

    /**
     * Judges the byte with FIN, RSV1-3 and the opcode.
     *
     * @param deflate whether permessage-deflate was negotiated
     * @param inMessage whether a fragmented message waits for its continuation
     */
    static @Nullable String faultInFirst(byte first, boolean deflate, boolean inMessage) {
        int opcode = first & OPCODE_BITS;
        if (Opcode.isReserved(opcode)) {
            return "Reserved opcode; send opcode 0, 1, 2, 8, 9 or 10";
        }
        // §5.2: a nonzero bit that no negotiated extension defines MUST fail the connection.
        if ((first & RSV2_AND_RSV3) != 0) {
            return "RSV2 or RSV3 set; no extension uses them, send 0";
        }
        boolean starts = opcode == Opcode.TEXT || opcode == Opcode.BINARY;
        if ((first & RSV1) != 0 && !(deflate && starts)) {
            return deflate
                    ? "RSV1 set on a frame that starts no message; send 0"
                    : "RSV1 set without permessage-deflate; send 0";
        }
        if (Opcode.isControl(opcode)) {
            return (first & FIN) == 0 ? "Fragmented control frame; send it in one frame" : null;
        }
        if (starts && inMessage) {
            return "New message inside a fragmented one; end that one first";
        }
        return !starts && !inMessage ? "Continuation frame without a message to continue" : null;
    }

    /** Judges the byte with the mask bit and the 7-bit length. */
    static @Nullable String faultInSecond(byte first, byte second, boolean masked) {
        if (((second & MASKED) != 0) != masked) {
            // §5.1: a server closes upon an unmasked frame, a client upon a masked one.
            return masked
                    ? "Unmasked frame; clients mask every frame"
                    : "Masked frame; servers never mask a frame";
        }
        boolean longControl = Opcode.isControl(first & OPCODE_BITS)
                && (second & LENGTH_BITS) > MAX_CONTROL_PAYLOAD;
        return longControl ? "Control frame of more than 125 bytes; send at most 125" : null;
    }

    /** Judges a length of 2 or 8 bytes; 8 bytes with the highest bit set make a negative one. */
    static @Nullable String faultInLength(byte second, long length) {
        if (length < 0) {
            return "Highest bit of a 64-bit length set; send 0";
        }
        // §5.2: the minimal number of bytes MUST be used to encode the length.
        int least = (second & LENGTH_BITS) == LENGTH_IN_2_BYTES
                ? LENGTH_IN_2_BYTES
                : MAX_LENGTH_IN_2_BYTES + 1;
        return length < least ? "Length not in its shortest form; use fewer bytes for it" : null;
    }
}
