package io.holdfast.server.room;

import io.holdfast.protocol.websocket.MessageDeflater;
import io.holdfast.protocol.websocket.Opcode;
import io.holdfast.transport.WebSocketWire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one room and one turn, framed one behind the other in contiguous memory. Every
 * subscriber on every loop is sent the same bytes; a publisher is sent those around its own.
 *
 * <p>Built on the room's home loop, sealed, then only read. It holds its bytes until each loop that
 * delivers it has called {@link #release}.
 */
@SuppressWarnings("ReferenceEquality") // A connection is itself and no other.
public final class Slab {
    /** Bytes; a typical chat message with its envelope, so that quiet rooms waste little. */
    private static final int FIRST_BYTES = 512;

    private final ByteBuf plain;
    private final @Nullable ByteBuf deflated;
    private final @Nullable MessageDeflater deflater;
    private final int deflateFrom;
    private @Nullable Publisher[] senders = new Publisher[4];
    private int[] plainEnds = new int[4];
    private int[] deflatedEnds = new int[4];
    private int count;
    private boolean anySender;

    /**
     * @param deflater compresses for the subscribers that take it; null when the room has none
     * @param deflateFrom bytes of payload under which deflating costs more than it saves
     */
    Slab(ByteBufAllocator allocator, @Nullable MessageDeflater deflater, int deflateFrom) {
        this.deflateFrom = deflateFrom;
        this.plain = allocator.directBuffer(FIRST_BYTES);
        this.deflater = deflater;
        this.deflated = deflater == null ? null : allocator.directBuffer(FIRST_BYTES);
    }

    /**
     * Adds one text message.
     *
     * @param sender who is not sent it, or null when everyone is
     */
    void add(byte[] payload, int from, int to, @Nullable Publisher sender) {
        if (count == plainEnds.length) {
            senders = Arrays.copyOf(senders, count * 2);
            plainEnds = Arrays.copyOf(plainEnds, count * 2);
            deflatedEnds = Arrays.copyOf(deflatedEnds, count * 2);
        }
        frame(plain, payload, from, to, false);
        if (deflated != null && deflater != null) {
            addDeflated(deflated, deflater, payload, from, to);
            deflatedEnds[count] = deflated.writerIndex();
        }
        plainEnds[count] = plain.writerIndex();
        senders[count] = sender;
        anySender |= sender != null;
        count++;
    }

    private void addDeflated(
            ByteBuf out, MessageDeflater deflater, byte[] payload, int from, int to) {
        if (to - from >= deflateFrom) {
            int length = deflater.deflate(payload, from, to);
            if (length < to - from) {
                frame(out, deflater.output(), 0, length, true);
                deflater.release();
                return;
            }
            deflater.release();
        }
        frame(out, payload, from, to, false);
    }

    private static void frame(ByteBuf out, byte[] payload, int from, int to, boolean compressed) {
        WebSocketWire.writeHeader(out, Opcode.TEXT, compressed, to - from);
        out.writeBytes(payload, from, to - from);
    }

    int count() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    int bytes() {
        return plain.readableBytes();
    }

    /** One reference more, for a loop that will deliver this. */
    Slab retain() {
        plain.retain();
        if (deflated != null) {
            deflated.retain();
        }
        return this;
    }

    void release() {
        plain.release();
        if (deflated != null) {
            deflated.release();
        }
    }

    /** Notes on this loop's publishers that they must not get everything. */
    void markSenders(int loopIndex) {
        if (!anySender) {
            return;
        }
        for (int i = 0; i < count; i++) {
            if (senders[i] instanceof Subscriber sender && sender.loopIndex() == loopIndex) {
                sender.publishedIn(this);
            }
        }
    }

    /** Takes the notes back, so that no connection holds on to a slab. */
    void unmarkSenders(int loopIndex) {
        if (!anySender) {
            return;
        }
        for (int i = 0; i < count; i++) {
            if (senders[i] instanceof Subscriber sender
                    && sender.loopIndex() == loopIndex
                    && sender.publishedIn() == this) {
                sender.publishedIn(null);
            }
        }
    }

    /** Gives a subscriber its share: everything, or everything but its own. */
    void deliverTo(Subscriber subscriber) {
        ByteBuf variant = deflated != null && subscriber.deflates() ? deflated : plain;
        if (subscriber.publishedIn() != this) {
            subscriber.deliver(variant.retainedDuplicate(), count);
            return;
        }
        int[] ends = variant == plain ? plainEnds : deflatedEnds;
        int first = 0;
        for (int i = 0; i <= count; i++) {
            if (i == count || senders[i] == subscriber) {
                int start = first == 0 ? 0 : ends[first - 1];
                int end = i == 0 ? 0 : ends[i - 1];
                if (end > start) {
                    subscriber.deliver(variant.retainedSlice(start, end - start), i - first);
                }
                first = i + 1;
            }
        }
    }
}
