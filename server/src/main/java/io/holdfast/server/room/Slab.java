package io.holdfast.server.room;

import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The committed messages of one stream and one turn, laid out in each variant that somebody takes.
 * Every subscriber on every loop is sent the same bytes; a plain client that published among them is
 * sent those around its own.
 *
 * <p>Made on the stream's home loop, then only read. It holds its bytes until each loop that delivers
 * it has called {@link #release}.
 */
@SuppressWarnings(
        "ReferenceEquality") // A connection is itself and no other, and so is an encoding.
public final class Slab {
    private final long firstSeq;
    private final int count;
    private final int length;
    private final @Nullable Publisher[] senders;
    private final boolean anySender;
    /** Whether clients that resume are sent it with numbers. */
    private final boolean numbered;

    private final List<Variant> variants = new ArrayList<>(2);

    private record Variant(Encoding encoding, boolean numbered, Frames frames) {}

    private Slab(Draft draft) {
        firstSeq = draft.firstSeq;
        count = draft.count();
        length = draft.length();
        senders = draft.senders();
        numbered = draft.isNumbered();
        boolean any = false;
        for (int i = 0; i < count; i++) {
            any |= senders[i] != null;
        }
        anySender = any;
    }

    /**
     * Lays out a draft for its audience.
     *
     * @param keep whether clients that resume are to find it, though none of them is there now
     * @param loop index of the loop that calls
     */
    static Slab of(
            Draft draft, Audience audience, boolean keep, ByteBufAllocator allocator, int loop) {
        Slab slab = new Slab(draft);
        audience.forEach((encoding, sequenced) ->
                slab.layOut(draft, encoding, sequenced && slab.numbered, allocator, loop));
        if (keep && slab.numbered) {
            slab.layOut(draft, WebSocketText.ENCODING, true, allocator, loop);
        }
        return slab;
    }

    private void layOut(
            Draft draft,
            Encoding encoding,
            boolean withNumbers,
            ByteBufAllocator allocator,
            int loop) {
        if (find(encoding, withNumbers) == null) {
            Frames frames = Frames.of(draft, withNumbers, encoding, allocator, loop);
            variants.add(new Variant(encoding, withNumbers, frames));
        }
    }

    private @Nullable Frames find(Encoding encoding, boolean withNumbers) {
        for (int i = 0; i < variants.size(); i++) {
            Variant variant = variants.get(i);
            if (variant.encoding == encoding && variant.numbered == withNumbers) {
                return variant.frames;
            }
        }
        return null;
    }

    /** What a client that resumes is sent again, or null when none may. */
    @Nullable
    Frames kept() {
        return find(WebSocketText.ENCODING, true);
    }

    long firstSeq() {
        return firstSeq;
    }

    int count() {
        return count;
    }

    /** 0 when its messages are ephemeral. */
    long lastSeq() {
        return firstSeq == 0 ? 0 : firstSeq + count - 1;
    }

    /** Bytes of the messages in one variant, about. */
    int length() {
        return length;
    }

    /** One reference more, for a loop that will deliver this. */
    Slab retain() {
        for (Variant variant : variants) {
            variant.frames.retain();
        }
        return this;
    }

    void release() {
        for (Variant variant : variants) {
            variant.frames.release();
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

    /** Gives a subscriber its share while senders are marked. */
    void deliverTo(Subscriber subscriber) {
        deliver(subscriber, subscriber.publishedIn() == this);
    }

    /** Gives a subscriber its share at any other time. */
    void deliverLate(Subscriber subscriber) {
        boolean among = false;
        for (int i = 0; anySender && i < count; i++) {
            among |= senders[i] == subscriber;
        }
        deliver(subscriber, among);
    }

    /**
     * Everything, or everything but its own: a client that resumes is sent what it published too, with
     * its number (spec: dialect-rooms); but that it has come itself it is never told.
     */
    private void deliver(Subscriber subscriber, boolean published) {
        boolean withNumbers = numbered && subscriber.sequenced();
        Frames frames = find(subscriber.encoding(), withNumbers);
        if (frames == null) {
            // A connection that has been replaced, and so is no longer counted.
            return;
        }
        if (!published || withNumbers) {
            subscriber.deliver(frames.all(), count);
            return;
        }
        int first = 0;
        for (int i = 0; i <= count; i++) {
            if (i == count || senders[i] == subscriber) {
                if (i > first) {
                    subscriber.deliver(frames.slice(first, i), i - first);
                }
                first = i + 1;
            }
        }
    }
}
