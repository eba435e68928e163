package io.holdfast.server.room;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Some messages in one encoding, one behind the other in contiguous memory: what every subscriber
 * that takes this variant is sent. Written once on the stream's home loop, then only read. Whoever
 * keeps it calls {@link #retain}, and {@link #release} in the end.
 */
final class Frames {
    private final ByteBuf bytes;
    private final int[] ends;

    private Frames(ByteBuf bytes, int[] ends) {
        this.bytes = bytes;
        this.ends = ends;
    }

    /**
     * Lays out a draft.
     *
     * @param numbered as clients that resume are sent it, or without numbers
     * @param loop index of the loop that calls
     */
    static Frames of(
            Draft draft,
            boolean numbered,
            Encoding encoding,
            ByteBufAllocator allocator,
            int loop) {
        int count = draft.count();
        int[] ends = new int[count];
        ByteBuf out = allocator.directBuffer(capacity(draft, encoding));
        for (int i = 0; i < count; i++) {
            int body = draft.body(i);
            int head = numbered ? draft.start(i) + 1 : body;
            encoding.write(out, draft.bytes(), head, body, draft.end(i), loop);
            ends[i] = out.writerIndex();
        }
        return new Frames(out, ends);
    }

    private static int capacity(Draft draft, Encoding encoding) {
        int capacity = 0;
        for (int i = 0; i < draft.count(); i++) {
            capacity += encoding.maxLength(draft.end(i) - draft.start(i));
        }
        return capacity;
    }

    int count() {
        return ends.length;
    }

    int length() {
        return ends[ends.length - 1];
    }

    /** All messages; the caller has a reference to give away. */
    ByteBuf all() {
        return bytes.retainedDuplicate();
    }

    /** The messages from {@code first} up to {@code last}, without it, which must be more than none. */
    ByteBuf slice(int first, int last) {
        int start = start(first);
        return bytes.retainedSlice(start, ends[last - 1] - start);
    }

    /**
     * The same messages in another encoding; a slice where that one takes text as it is. Only for
     * numbered {@link WebSocketText}. The caller has a reference to give away.
     *
     * @param loop index of the loop that calls
     */
    ByteBuf slice(int first, int last, Encoding encoding, int loop) {
        if (encoding.takesText()) {
            return slice(first, last);
        }
        int length = 0;
        for (int i = first; i < last; i++) {
            length += encoding.maxLength(ends[i] - start(i));
        }
        ByteBuf out = bytes.alloc().directBuffer(length);
        for (int i = first; i < last; i++) {
            byte[] text = payload(i);
            encoding.write(out, text, 1, Draft.bodyOf(text, 0), text.length, loop);
        }
        return out;
    }

    private int start(int index) {
        return index == 0 ? 0 : ends[index - 1];
    }

    /** The message without its frame. Only for {@link WebSocketText}. */
    byte[] payload(int index) {
        int at = start(index);
        int header = WebSocketText.headerLength(bytes, at);
        byte[] payload = new byte[ends[index] - at - header];
        bytes.getBytes(at + header, payload);
        return payload;
    }

    Frames retain() {
        bytes.retain();
        return this;
    }

    void release() {
        bytes.release();
    }
}
