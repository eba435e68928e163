package io.holdfast.benchmarks.load;

import java.nio.charset.StandardCharsets;

/** Client-side WebSocket frames, encoded once before a run. */
final class Frames {
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    /**
     * One fixed key for all frames. RFC 6455 section 5.3 wants a fresh one for each, against
     * proxies that could be fooled; there is none on the loopback. It is not zero because some
     * servers skip the unmasking then.
     */
    private static final byte[] MASK = {0x5a, (byte) 0xc3, 0x17, 0x6e};

    private static final int MAX_SHORT_PAYLOAD = 125;
    private static final int MAX_MEDIUM_PAYLOAD = 0xffff;

    private Frames() {}

    static byte[] text(String payload) {
        return masked(TEXT, payload.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] close(int code) {
        return masked(CLOSE, new byte[] {(byte) (code >>> 8), (byte) code});
    }

    /** A whole masked frame (RFC 6455 section 5.2). */
    static byte[] masked(int opcode, byte[] payload) {
        int headerLength = headerLength(payload.length);
        byte[] frame = new byte[headerLength + payload.length];
        frame[0] = (byte) (0x80 | opcode);
        if (payload.length <= MAX_SHORT_PAYLOAD) {
            frame[1] = (byte) (0x80 | payload.length);
        } else if (payload.length <= MAX_MEDIUM_PAYLOAD) {
            frame[1] = (byte) (0x80 | 126);
            frame[2] = (byte) (payload.length >>> 8);
            frame[3] = (byte) payload.length;
        } else {
            throw new IllegalArgumentException("A benchmark payload is " + payload.length
                    + " bytes long, at most 65535 are supported: use a shorter one.");
        }
        System.arraycopy(MASK, 0, frame, headerLength - MASK.length, MASK.length);
        for (int at = 0; at < payload.length; at++) {
            frame[headerLength + at] = (byte) (payload[at] ^ MASK[at & 3]);
        }
        return frame;
    }

    /**
     * Overwrites decimal digits inside a frame, so that it need not be encoded again for a
     * new id.
     */
    static void patchDigits(
            byte[] frame,
            int headerLength,
            int payloadOffset,
            int digits,
            int value,
            boolean masked) {
        int rest = value;
        for (int at = payloadOffset + digits - 1; at >= payloadOffset; at--) {
            frame[headerLength + at] = (byte) (('0' + rest % 10) ^ (masked ? MASK[at & 3] : 0));
            rest /= 10;
        }
    }

    static int headerLength(int payloadLength) {
        return (payloadLength <= MAX_SHORT_PAYLOAD ? 2 : 4) + MASK.length;
    }
}
