package io.holdfast.server.room;

import io.holdfast.protocol.websocket.MessageDeflater;
import io.holdfast.protocol.websocket.Opcode;
import io.holdfast.transport.WebSocketWire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The text frames of some messages, one behind the other in contiguous memory: what every subscriber
 * that takes this variant is sent. Written once on the stream's home loop, then only read. Whoever
 * keeps it calls {@link #retain}, and {@link #release} in the end.
 */
final class Frames {
    private static final byte BRACE = '{';

    private final ByteBuf bytes;
    private final int[] ends;

    private Frames(ByteBuf bytes, int[] ends) {
        this.bytes = bytes;
        this.ends = ends;
    }

    /** As clients that resume are sent them. */
    static Frames sequenced(
            Draft draft, ByteBufAllocator allocator, @Nullable Deflating deflating) {
        return of(draft, allocator, deflating, false);
    }

    /** As plain clients are sent them. */
    static Frames plain(Draft draft, ByteBufAllocator allocator, @Nullable Deflating deflating) {
        return of(draft, allocator, deflating, draft.isNumbered());
    }

    /**
     * How to compress.
     *
     * @param deflater the loop's, which is made when first asked for
     * @param deflateFrom bytes of payload under which deflating costs more than it saves
     */
    record Deflating(Supplier<MessageDeflater> deflater, int deflateFrom) {}

    private static Frames of(
            Draft draft,
            ByteBufAllocator allocator,
            @Nullable Deflating deflating,
            boolean withoutNumbers) {
        int count = draft.count();
        int[] ends = new int[count];
        ByteBuf out = allocator.directBuffer(draft.length() + count * WebSocketWire.MAX_HEADER);
        for (int i = 0; i < count; i++) {
            int from = withoutNumbers ? draft.rest(i) : draft.start(i);
            if (deflating == null
                    || !deflate(
                            out, draft.bytes(), withoutNumbers, from, draft.end(i), deflating)) {
                int length = draft.end(i) - from + (withoutNumbers ? 1 : 0);
                WebSocketWire.writeHeader(out, Opcode.TEXT, false, length);
                if (withoutNumbers) {
                    out.writeByte(BRACE);
                }
                out.writeBytes(draft.bytes(), from, draft.end(i) - from);
            }
            ends[i] = out.writerIndex();
        }
        return new Frames(out, ends);
    }

    /** False when that would not be worth it: nothing was written then. */
    private static boolean deflate(
            ByteBuf out, byte[] bytes, boolean withBrace, int from, int to, Deflating deflating) {
        if (to - from < deflating.deflateFrom()) {
            return false;
        }
        byte[] source = bytes;
        int start = from;
        int end = to;
        if (withBrace) {
            source = new byte[to - from + 1];
            source[0] = BRACE;
            System.arraycopy(bytes, from, source, 1, to - from);
            start = 0;
            end = source.length;
        }
        MessageDeflater deflater = deflating.deflater().get();
        int length = deflater.deflate(source, start, end);
        boolean smaller = length < end - start;
        if (smaller) {
            WebSocketWire.writeHeader(out, Opcode.TEXT, true, length);
            out.writeBytes(deflater.output(), 0, length);
        }
        deflater.release();
        return smaller;
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

    private int start(int index) {
        return index == 0 ? 0 : ends[index - 1];
    }

    /** The message without its frame. Not for deflated ones. */
    byte[] payload(int index) {
        int at = start(index);
        int length = bytes.getByte(at + 1) & 0x7F;
        int header = length < 126 ? 2 : length == 126 ? 4 : 10;
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
