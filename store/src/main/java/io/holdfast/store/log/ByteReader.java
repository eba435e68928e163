package io.holdfast.store.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link ByteWriter} wrote; never beyond its end, nor allocates more than is there. */
public final class ByteReader {
    private final byte[] bytes;
    private final ByteBuffer view;
    private final int end;
    private int at;

    public ByteReader(byte[] bytes, int from, int length) {
        this.bytes = bytes;
        view = ByteBuffer.wrap(bytes);
        at = from;
        end = from + length;
    }

    public int left() {
        return end - at;
    }

    public int get() throws MalformedException {
        return bytes[take(1)];
    }

    public int getInt() throws MalformedException {
        return view.getInt(take(4));
    }

    public long getLong() throws MalformedException {
        return view.getLong(take(8));
    }

    public byte[] getBytes(int length) throws MalformedException {
        int from = take(length);
        return Arrays.copyOfRange(bytes, from, from + length);
    }

    public String getText() throws MalformedException {
        int length = getInt();
        return new String(bytes, take(length), length, StandardCharsets.UTF_8);
    }

    /** A number of things of at least {@code eachBytes}, which must all still be there. */
    public int getCount(int eachBytes) throws MalformedException {
        int count = getInt();
        if (count < 0 || (long) count * eachBytes > left()) {
            throw new MalformedException(
                    "A record counts " + count + " parts, but has only " + left() + " bytes left.");
        }
        return count;
    }

    private int take(int length) throws MalformedException {
        if (length < 0 || length > left()) {
            throw new MalformedException(
                    "A record asks for " + length + " bytes, but has only " + left() + " left.");
        }
        int from = at;
        at += length;
        return from;
    }
}
