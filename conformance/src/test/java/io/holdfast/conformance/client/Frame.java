package io.holdfast.conformance.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One RFC 6455 frame, right or wrong (section 5.2).
 *
 * @param rsv the three reserved bits, the first as 4
 */
public record Frame(boolean fin, int rsv, int opcode, byte[] payload) {
    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    /** RSV1: the payload is compressed (RFC 7692). */
    public static final int COMPRESSED = 4;

    private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};

    public static Frame text(String text) {
        return new Frame(true, 0, TEXT, text.getBytes(UTF_8));
    }

    public static Frame ping(String text) {
        return new Frame(true, 0, PING, text.getBytes(UTF_8));
    }

    public static Frame close(int code) {
        return new Frame(
                true, 0, CLOSE, ByteBuffer.allocate(2).putShort((short) code).array());
    }

    public byte[] masked() {
        return bytes(true);
    }

    /** As no client may send it. */
    public byte[] unmasked() {
        return bytes(false);
    }

    public Closed closed() {
        if (payload.length < 2) {
            return new Closed(1005, "");
        }
        var code = ByteBuffer.wrap(payload).getShort() & 0xffff;
        return new Closed(code, new String(payload, 2, payload.length - 2, UTF_8));
    }

    private byte[] bytes(boolean mask) {
        var buffer = ByteBuffer.allocate(14 + payload.length);
        buffer.put((byte) ((fin ? 0x80 : 0) | rsv << 4 | opcode));
        var maskBit = mask ? 0x80 : 0;
        if (payload.length < 126) {
            buffer.put((byte) (maskBit | payload.length));
        } else if (payload.length < 65_536) {
            buffer.put((byte) (maskBit | 126)).putShort((short) payload.length);
        } else {
            buffer.put((byte) (maskBit | 127)).putLong(payload.length);
        }
        if (mask) {
            buffer.put(MASK);
        }
        for (var i = 0; i < payload.length; i++) {
            buffer.put(mask ? (byte) (payload[i] ^ MASK[i & 3]) : payload[i]);
        }
        var bytes = new byte[buffer.position()];
        buffer.flip().get(bytes);
        return bytes;
    }

    public static Frame read(DataInputStream in) throws IOException {
        var first = in.readUnsignedByte();
        var second = in.readUnsignedByte();
        if ((second & 0x80) != 0) {
            throw new AssertionError("the server masked a frame (RFC 6455, 5.1 forbids it)");
        }
        var length = (long) (second & 0x7f);
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        var payload = new byte[Math.toIntExact(length)];
        in.readFully(payload);
        return new Frame((first & 0x80) != 0, first >> 4 & 7, first & 15, payload);
    }
}
