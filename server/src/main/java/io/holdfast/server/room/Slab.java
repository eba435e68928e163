package io.holdfast.server.room;

import io.netty.buffer.ByteBufAllocator;

import org.jspecify.annotations.Nullable;

/**
 * The committed messages of one stream and one turn, framed in each variant that somebody takes.
 * Every subscriber on every loop is sent the same bytes; a plain client that published among them is
 * sent those around its own.
 *
 * <p>Made on the stream's home loop, then only read. It holds its bytes until each loop that delivers
 * it has called {@link #release}.
 */
@SuppressWarnings("ReferenceEquality") // A connection is itself and no other.
public final class Slab {
    private final long firstSeq;
    private final int count;
    private final int length;
    private final @Nullable Publisher[] senders;
    private final boolean anySender;
    private @Nullable Frames plain;
    private @Nullable Frames plainDeflated;
    private @Nullable Frames sequenced;
    private @Nullable Frames sequencedDeflated;

    private Slab(Draft draft) {
        firstSeq = draft.firstSeq;
        count = draft.count();
        length = draft.length();
        senders = draft.senders();
        boolean any = false;
        for (int i = 0; i < count; i++) {
            any |= senders[i] != null;
        }
        anySender = any;
    }

    /**
     * Frames a draft for its audience.
     *
     * @param keep whether clients that resume are to find it, though none of them is there now
     */
    static Slab of(
            Draft draft,
            Audience audience,
            boolean keep,
            ByteBufAllocator allocator,
            Frames.@Nullable Deflating deflating) {
        Slab slab = new Slab(draft);
        boolean numbered = draft.isNumbered();
        if (audience.hasPlain() || (!numbered && audience.hasSequenced())) {
            slab.plain = Frames.plain(draft, allocator, null);
        }
        boolean deflatesPlain =
                audience.hasPlainDeflating() || (!numbered && audience.hasSequencedDeflating());
        if (deflatesPlain && deflating != null) {
            slab.plainDeflated = Frames.plain(draft, allocator, deflating);
        }
        if (numbered && (keep || audience.hasSequenced())) {
            slab.sequenced = Frames.sequenced(draft, allocator, null);
        }
        if (numbered && audience.hasSequencedDeflating() && deflating != null) {
            slab.sequencedDeflated = Frames.sequenced(draft, allocator, deflating);
        }
        return slab;
    }

    /** What a client that resumes is sent again, or null when none may. */
    @Nullable
    Frames sequenced() {
        return sequenced;
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
        retain(plain);
        retain(plainDeflated);
        retain(sequenced);
        retain(sequencedDeflated);
        return this;
    }

    private static void retain(@Nullable Frames frames) {
        if (frames != null) {
            frames.retain();
        }
    }

    void release() {
        release(plain);
        release(plainDeflated);
        release(sequenced);
        release(sequencedDeflated);
    }

    private static void release(@Nullable Frames frames) {
        if (frames != null) {
            frames.release();
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
        boolean withNumbers = subscriber.sequenced() && firstSeq != 0 && sequenced != null;
        Frames frames = withNumbers
                ? variant(subscriber, sequenced, sequencedDeflated)
                : variant(subscriber, plain, plainDeflated);
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

    private static @Nullable Frames variant(
            Subscriber subscriber, @Nullable Frames text, @Nullable Frames deflated) {
        return deflated != null && subscriber.deflates() ? deflated : text;
    }
}
