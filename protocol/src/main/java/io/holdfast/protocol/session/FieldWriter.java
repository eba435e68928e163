package io.holdfast.protocol.session;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UTFDataFormatException;
import java.util.function.Consumer;

/** Writes a version byte and then fields: tag, length, value. */
final class FieldWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    private final DataOutputStream out = new DataOutputStream(bytes);

    FieldWriter(byte version) {
        bytes.write(version);
    }

    void string(int tag, String name, String content) {
        field(tag, name, value -> value.string(content));
    }

    void number(int tag, String name, long content, long min, long max) {
        field(tag, name, value -> value.number(content, min, max));
    }

    void field(int tag, String name, Consumer<Value> content) {
        Value value = new Value(name);
        content.accept(value);
        try {
            out.writeByte(tag);
            out.writeInt(value.bytes.size());
            value.bytes.writeTo(out);
        } catch (IOException impossible) {
            throw new IllegalStateException("Writing to memory failed.", impossible);
        }
    }

    void atMost(String what, int count, int max) {
        if (count > max) {
            throw new IllegalArgumentException("A session record with " + count + " " + what
                    + "; expected at most " + max + ": keep less in the session.");
        }
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    /** One field's value. */
    static final class Value {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
        private final DataOutputStream out = new DataOutputStream(bytes);
        private final String name;

        private Value(String name) {
            this.name = name;
        }

        /**
         * In {@link java.io.DataInput}'s modified UTF-8: a JSON string may have lone surrogates,
         * which UTF-8 cannot say, and an id must come back as it was.
         */
        void string(String content) {
            try {
                out.writeUTF(content);
            } catch (UTFDataFormatException tooLong) {
                throw new IllegalArgumentException(
                        "The " + name + " of a session record has " + content.length()
                                + " characters; expected at most 65535 bytes of UTF-8.",
                        tooLong);
            } catch (IOException impossible) {
                throw new IllegalStateException("Writing to memory failed.", impossible);
            }
        }

        void number(long content, long min, long max) {
            if (content < min || content > max) {
                throw new IllegalArgumentException("The " + name + " of a session record is "
                        + content + "; expected " + min + " to " + max + ".");
            }
            try {
                out.writeLong(content);
            } catch (IOException impossible) {
                throw new IllegalStateException("Writing to memory failed.", impossible);
            }
        }

        void bytes(byte[] content) {
            bytes.writeBytes(content);
        }
    }
}
