package io.holdfast.server.room;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Reads unmasked text frames, deflated or not, as a client would. */
final class Received {
    /** @param deflated whether it came as a frame with RSV1 */
    record Text(String text, boolean deflated) {}

    private Received() {}

    static List<Text> frames(ByteBuf framed) {
        List<Text> texts = new ArrayList<>();
        while (framed.isReadable()) {
            int first = framed.readUnsignedByte();
            int length = framed.readUnsignedByte();
            if (length == 126) {
                length = framed.readUnsignedShort();
            } else if (length == 127) {
                length = (int) framed.readLong();
            }
            byte[] payload = new byte[length];
            framed.readBytes(payload);
            boolean deflated = first == 0xC1;
            if (!deflated && first != 0x81) {
                throw new AssertionError("no final text frame begins with " + first);
            }
            texts.add(
                    new Text(new String(deflated ? inflated(payload) : payload, UTF_8), deflated));
        }
        return texts;
    }

    private static byte[] inflated(byte[] payload) {
        byte[] whole = new byte[payload.length + 4];
        System.arraycopy(payload, 0, whole, 0, payload.length);
        // RFC 7692 section 7.2.2: the four bytes that the sender left out.
        whole[payload.length + 2] = (byte) 0xFF;
        whole[payload.length + 3] = (byte) 0xFF;
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(whole);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] some = new byte[1024];
            int read;
            while ((read = inflater.inflate(some)) > 0) {
                out.write(some, 0, read);
            }
            return out.toByteArray();
        } catch (DataFormatException e) {
            throw new AssertionError(e);
        } finally {
            inflater.end();
        }
    }
}
