package io.holdfast.protocol.session;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads what {@link FieldWriter} wrote, or says in one sentence why it cannot. Nothing is allocated
 * before it is known that the bytes for it are there.
 */
final class FieldReader {
    private static final int LENGTH_BYTES = 4;
    private static final int STRING_LENGTH_BYTES = 2;

    private final byte[] bytes;
    /** The current field's value; before the first and behind the last an empty one. */
    private final ByteBuffer value;

    private int tag;

    FieldReader(byte[] bytes, byte version) throws MalformedSessionRecordException {
        if (bytes.length == 0) {
            throw new MalformedSessionRecordException(
                    "A session record of 0 bytes; expected a version and fields: it was cut off.");
        }
        if (bytes[0] != version) {
            throw new MalformedSessionRecordException("A session record of format version "
                    + (bytes[0] & 0xFF) + "; this server reads version " + version
                    + ": start the version that wrote it, or remove the record.");
        }
        this.bytes = bytes;
        this.value = ByteBuffer.wrap(bytes);
        value.position(1).limit(1);
    }

    /** Goes to the next field, whatever is left of this one; false at the end. */
    boolean next() throws MalformedSessionRecordException {
        int end = value.limit();
        value.limit(bytes.length).position(end);
        if (!value.hasRemaining()) {
            return false;
        }
        tag = value.get() & 0xFF;
        need(LENGTH_BYTES);
        int length = value.getInt();
        if (length < 0) {
            throw refused("has a length of " + length + " bytes, expected none below 0");
        }
        need(length);
        value.limit(value.position() + length);
        return true;
    }

    int tag() {
        return tag;
    }

    int remaining() {
        return value.remaining();
    }

    long number(long min, long max) throws MalformedSessionRecordException {
        need(Long.BYTES);
        long number = value.getLong();
        if (number < min || number > max) {
            throw refused("says " + number + ", expected " + min + " to " + max);
        }
        return number;
    }

    byte[] bytes(int length) throws MalformedSessionRecordException {
        need(length);
        byte[] content = new byte[length];
        value.get(content);
        return content;
    }

    String string() throws MalformedSessionRecordException {
        need(STRING_LENGTH_BYTES);
        int start = value.position();
        int length = STRING_LENGTH_BYTES + (value.getShort() & 0xFFFF);
        value.position(start);
        need(length);
        value.position(start + length);
        try {
            return new DataInputStream(new ByteArrayInputStream(bytes, start, length)).readUTF();
        } catch (IOException notText) {
            throw new MalformedSessionRecordException(
                    "Field " + tag + " of a session record is not text; the record is damaged.",
                    notText);
        }
    }

    void atMost(int count, int max) throws MalformedSessionRecordException {
        if (count > max) {
            throw refused("has or is number " + count + ", expected at most " + max);
        }
    }

    MalformedSessionRecordException refused(String why) {
        return new MalformedSessionRecordException(
                "Field " + tag + " of a session record " + why + ": the record is damaged.");
    }

    private void need(int length) throws MalformedSessionRecordException {
        if (value.remaining() < length) {
            throw refused("needs " + length + " bytes where " + value.remaining() + " are left");
        }
    }
}
