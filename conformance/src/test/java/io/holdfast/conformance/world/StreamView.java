package io.holdfast.conformance.world;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * What one client was given of one stream under one epoch, and what it was told that it will not
 * get.
 *
 * <p>Each method returns what is wrong, or null. The caller sees to exclusion.
 */
final class StreamView {
    final String client;
    final String stream;
    final String epoch;

    /** The head when it began: what came before is not owed. */
    private final int begun;

    private final BitSet seen = new BitSet();
    private final BitSet announced = new BitSet();
    /** Passed by while the client was in no session: owed by nobody. */
    private final BitSet missedOutside = new BitSet();

    private long position;
    private long toldHead;

    StreamView(String client, String stream, Place place) {
        this.client = client;
        this.stream = stream;
        this.epoch = place.epoch();
        this.begun = Math.toIntExact(place.seq());
        this.position = place.seq();
        this.toldHead = place.seq();
    }

    long position() {
        return position;
    }

    /** The newest message of which the server has spoken. */
    long toldHead() {
        return toldHead;
    }

    long announced() {
        return announced.cardinality();
    }

    boolean isAnnounced(long seq) {
        return announced.get(Math.toIntExact(seq));
    }

    @Nullable
    String message(long seq) {
        var index = Math.toIntExact(seq);
        if (seen.get(index)) {
            return "%s has message %d twice".formatted(this, seq);
        }
        var wrong = seq == position + 1
                ? null
                : "%s has message %d behind %d, nothing announced".formatted(this, seq, position);
        seen.set(index);
        position = seq;
        return wrong;
    }

    @Nullable
    String gap(long from, long to) {
        var wrong = from == position + 1 && to >= from
                ? null
                : "%s has a gap of %d to %d behind %d".formatted(this, from, to, position);
        announced.set(Math.toIntExact(from), Math.toIntExact(to) + 1);
        position = Math.max(position, to);
        return wrong;
    }

    /** The answer to a hello, its gap taken: what it says adds up to the head. */
    @Nullable
    String resumed(long head, long recovered) {
        toldHead = Math.max(toldHead, head);
        return position + recovered == head
                ? null
                : "%s is at %d, %d recovered, but the head is %d"
                        .formatted(this, position, recovered, head);
    }

    /** Joined anew in another session. */
    @Nullable
    String rejoined(long head) {
        if (head < position) {
            return "%s is at %d, but the head is %d".formatted(this, position, head);
        }
        missedOutside.set(Math.toIntExact(position) + 1, Math.toIntExact(head) + 1);
        position = head;
        toldHead = Math.max(toldHead, head);
        return null;
    }

    /** Whether each message up to the head was given or announced, and none both. */
    @Nullable
    String complete(long head) {
        if (seen.intersects(announced)) {
            return this + " has messages that were announced as lost";
        }
        var accounted = (BitSet) seen.clone();
        accounted.or(announced);
        accounted.or(missedOutside);
        var missing = accounted.nextClearBit(begun + 1);
        return missing > head
                ? null
                : "%s lacks message %d of %d, nothing announced".formatted(this, missing, head);
    }

    @Override
    public String toString() {
        return client + " in " + stream + "/" + epoch;
    }
}
