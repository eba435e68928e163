package io.holdfast.server.room;

import io.holdfast.protocol.stream.LastKnown;
import io.holdfast.protocol.stream.Position;
import io.holdfast.protocol.stream.Recovery;

import org.jspecify.annotations.Nullable;

/**
 * One connection's subscription to one stream, from the asking to the end: the ticket that travels
 * to the stream's home and back, and then the connection's cursor into the stream.
 *
 * <p>The final fields may be read from any thread; the rest belongs to the subscriber's event loop.
 */
public final class Subscription {
    private static final int NOWHERE = -1;

    private final Subscriber subscriber;
    private final String stream;
    private final @Nullable String id;
    private final boolean asked;
    private final @Nullable Position named;
    private final @Nullable Position known;

    /** Where it stands among the subscribers; negative before it has begun and after it has ended. */
    int index = NOWHERE;
    /** The number, in its loop's window, of the slab that it needs next. */
    long next;
    /** The last seq that it has been handed; kept up to date only while it lags. */
    long lastSeq;
    /** Whether it has been left out of live delivery, to be fed when its connection can take more. */
    boolean lagging;
    /** Where it stands among those who lag. */
    int lagIndex;
    /** What it gets before the slabs of the window, or null. */
    @Nullable
    Replay replay;

    int replayChunk;
    private boolean held;
    private boolean ended;

    private Subscription(
            Subscriber subscriber,
            String stream,
            @Nullable String id,
            boolean asked,
            @Nullable Position named,
            @Nullable Position known) {
        this.subscriber = subscriber;
        this.stream = stream;
        this.id = id;
        this.asked = asked;
        this.named = named;
        this.known = known;
    }

    /** From now on, for a client that has come. */
    public static Subscription initial(Subscriber subscriber, String stream) {
        return new Subscription(subscriber, stream, null, false, null, null);
    }

    /**
     * From now on, because the client asked for it.
     *
     * @param id of the request, or null
     */
    public static Subscription asked(Subscriber subscriber, String stream, @Nullable String id) {
        return new Subscription(subscriber, stream, id, true, null, null);
    }

    /**
     * Of a client that comes back.
     *
     * @param named where it says it was, or null when it did not say
     * @param known up to where the server knows that it was handed messages, or null
     */
    public static Subscription resumed(
            Subscriber subscriber,
            String stream,
            @Nullable Position named,
            @Nullable Position known) {
        return new Subscription(subscriber, stream, null, false, named, known);
    }

    public Subscriber subscriber() {
        return subscriber;
    }

    public String stream() {
        return stream;
    }

    /** Whether the client asked for it, and so is to hear that it has begun. */
    public boolean wasAsked() {
        return asked;
    }

    /** Of the request that asked for it, or null. */
    public @Nullable String id() {
        return id;
    }

    /** Of what is answered, all that stays true if the answer is lost. */
    public Position known(Joined answer) {
        long begins = answer.recovery().from() - 1;
        return LastKnown.afterHello(answer.epoch(), answer.head(), begins, named, known);
    }

    /** What a stream of that state gives to it. */
    Recovery recovery(String epoch, long head, long firstKept) {
        return Recovery.resumed(epoch, head, firstKept, named, known);
    }

    /** Lets nothing through until {@link #release}; what is published meanwhile is not lost. */
    public void hold() {
        held = true;
    }

    void release() {
        held = false;
    }

    /** Whether its beginning is known and not committed yet. */
    public boolean isHeld() {
        return held;
    }

    void end() {
        ended = true;
        index = NOWHERE;
        dropReplay();
    }

    void dropReplay() {
        if (replay != null) {
            replay.release();
            replay = null;
        }
    }

    boolean hasEnded() {
        return ended;
    }

    /** Whether its stream's home has answered and it has not ended. */
    public boolean hasBegun() {
        return index != NOWHERE;
    }

    /** Whether its connection has to feed it. */
    public boolean lags() {
        return lagging;
    }
}
