package io.holdfast.server.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Appends JSON to a byte array that is used again and again: one per event loop, so that encoding a
 * message allocates nothing. Text is raw UTF-8: only what RFC 8259 section 7 demands is escaped.
 *
 * <p>It writes what it is told and keeps no account of brackets. Not thread-safe.
 */
public final class JsonText {
    /** Bytes kept between messages; a larger one's buffer is given back. */
    private static final int KEPT_BYTES = 64 * 1024;

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes = new byte[1024];
    private int length;

    /** Starts a new text. */
    public JsonText clear() {
        length = 0;
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[1024];
        }
        return this;
    }

    /** Valid up to {@link #length()} and until the next append. */
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    public byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    /** Appends bytes as they are: punctuation, names, or JSON from elsewhere. */
    public JsonText raw(byte[] source) {
        return raw(source, 0, source.length);
    }

    public JsonText raw(byte[] source, int from, int to) {
        room(to - from);
        System.arraycopy(source, from, bytes, length, to - from);
        length += to - from;
        return this;
    }

    /** Appends ASCII as it is. */
    public JsonText raw(String ascii) {
        int count = ascii.length();
        room(count);
        for (int i = 0; i < count; i++) {
            bytes[length + i] = (byte) ascii.charAt(i);
        }
        length += count;
        return this;
    }

    public JsonText number(long value) {
        return raw(Long.toString(value));
    }

    /** Appends a string with its quotes. */
    public JsonText string(String text) {
        room(text.length() * 6 + 2);
        bytes[length++] = '"';
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                appendUtf8(text, i);
                break;
            }
            escaped((byte) c);
        }
        bytes[length++] = '"';
        return this;
    }

    /** Appends valid UTF-8 as a string with its quotes. */
    public JsonText string(byte[] utf8, int from, int to) {
        room((to - from) * 6 + 2);
        bytes[length++] = '"';
        for (int i = from; i < to; i++) {
            escaped(utf8[i]);
        }
        bytes[length++] = '"';
        return this;
    }

    private void appendUtf8(String text, int from) {
        byte[] rest = text.substring(from).getBytes(StandardCharsets.UTF_8);
        room(rest.length * 6 + 1);
        for (byte b : rest) {
            escaped(b);
        }
    }

    private void escaped(byte b) {
        switch (b) {
            case '"', '\\' -> {
                bytes[length++] = '\\';
                bytes[length++] = b;
            }
            case '\n' -> escape('n');
            case '\r' -> escape('r');
            case '\t' -> escape('t');
            default -> {
                if (b >= 0 && b < 0x20) {
                    escape('u');
                    bytes[length++] = '0';
                    bytes[length++] = '0';
                    bytes[length++] = HEX[b >> 4];
                    bytes[length++] = HEX[b & 15];
                } else {
                    bytes[length++] = b;
                }
            }
        }
    }

    private void escape(char letter) {
        bytes[length++] = '\\';
        bytes[length++] = (byte) letter;
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
