package io.holdfast.server.dialect.bot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/**
 * Spells the canonical form of a message (that of {@code rooms}) anew for bots:
 *
 * <ul>
 *   <li>{@code {"type":"message",…}} becomes {@code {"event":"message",…}}, and so does {@code
 *       direct};
 *   <li>any other {@code {"type":"x",…}} becomes {@code {"event":"x","data":{…}}}.
 * </ul>
 *
 * What stands before the type ({@code stream}, {@code seq}, {@code id}) stays beside the event. A
 * line has no raw line ends inside: they stand between tokens only (RFC 8259 section 7 has them
 * escaped in strings), so spaces do as well. Stateless; it allocates nothing.
 */
final class BotForm {
    private static final byte[] TYPE = "\"type\":\"".getBytes(UTF_8);
    private static final byte[] EVENT = "\"event\":\"".getBytes(UTF_8);
    private static final byte[] MESSAGE = "message".getBytes(UTF_8);
    private static final byte[] DIRECT = "direct".getBytes(UTF_8);
    private static final byte[] DATA = ",\"data\":{".getBytes(UTF_8);

    /** Bytes by which a text grows at most: {@code event} for {@code type}, braces of its data. */
    private static final int MAX_GROWTH = 1 + DATA.length + 1;
    /** In case the first brace was not counted, as it stands in neither head nor body. */
    private static final int FIRST_BRACE = 1;

    private BotForm() {}

    /** Bytes that suffice for the new form of a text of so many. */
    static int maxLength(int textLength) {
        return textLength + FIRST_BRACE + MAX_GROWTH;
    }

    /**
     * Appends the new form, without a line end.
     *
     * @param head where members begin that go before the type, each with a comma behind it; may be
     *     {@code body}
     * @param body where {@code "type":"…"} begins
     * @param end behind the closing brace
     */
    static void write(ByteBuf out, byte[] bytes, int head, int body, int end) {
        int type = body + TYPE.length;
        int typeEnd = type;
        while (bytes[typeEnd] != '"') {
            typeEnd += bytes[typeEnd] == '\\' ? 2 : 1;
        }
        int rest = typeEnd + 1;
        out.writeByte('{');
        appendOnOneLine(out, bytes, head, body);
        out.writeBytes(EVENT);
        if (is(MESSAGE, bytes, type, typeEnd) || is(DIRECT, bytes, type, typeEnd)) {
            out.writeBytes(MESSAGE).writeByte('"');
            appendOnOneLine(out, bytes, rest, end);
        } else {
            out.writeBytes(bytes, type, rest - type).writeBytes(DATA);
            appendOnOneLine(out, bytes, bytes[rest] == ',' ? rest + 1 : rest, end);
            out.writeByte('}');
        }
    }

    /** The new form of a whole object that begins with its type; for what is sent rarely. */
    static byte[] of(byte[] canonicalObject) {
        byte[] room = new byte[maxLength(canonicalObject.length)];
        ByteBuf out = Unpooled.wrappedBuffer(room).clear();
        write(out, canonicalObject, 1, 1, canonicalObject.length);
        return Arrays.copyOf(room, out.writerIndex());
    }

    private static boolean is(byte[] name, byte[] bytes, int from, int to) {
        return Arrays.equals(name, 0, name.length, bytes, from, to);
    }

    private static void appendOnOneLine(ByteBuf out, byte[] bytes, int from, int to) {
        int start = from;
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (b == '\n' || b == '\r') {
                out.writeBytes(bytes, start, i - start).writeByte(' ');
                start = i + 1;
            }
        }
        out.writeBytes(bytes, start, to - start);
    }
}
