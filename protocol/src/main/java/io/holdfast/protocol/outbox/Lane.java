package io.holdfast.protocol.outbox;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Entries of one priority, first in first out: a ring that doubles. Its bytes are its owner's. */
final class Lane<E> {
    /** Entries of the first ring, which is kept when the lane has emptied. */
    private static final int FIRST_CAPACITY = 4;

    /** Of each entry: its bytes, and when it expires. */
    private static final int FACTS = 2;

    /** A ring; its length is a power of two. */
    private @Nullable Object[] ring = new Object[FIRST_CAPACITY];

    private long[] facts = new long[FACTS * FIRST_CAPACITY];
    private int oldest;
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    void add(E entry, int bytes, long expiresAtNanos) {
        if (size == ring.length) {
            grow();
        }
        int slot = (oldest + size) & (ring.length - 1);
        ring[slot] = entry;
        facts[FACTS * slot] = bytes;
        facts[FACTS * slot + 1] = expiresAtNanos;
        size++;
    }

    /** Bytes of the first entry; there must be one. */
    int firstBytes() {
        return (int) facts[FACTS * oldest];
    }

    /** When the first entry expires; there must be one. */
    long firstExpiresAtNanos() {
        return facts[FACTS * oldest + 1];
    }

    /** Takes the first entry out; there must be one. */
    E remove() {
        @SuppressWarnings("unchecked") // add() takes nothing but E
        E entry = (E) Objects.requireNonNull(ring[oldest]);
        ring[oldest] = null;
        oldest = (oldest + 1) & (ring.length - 1);
        size--;
        if (size == 0 && ring.length > FIRST_CAPACITY) {
            // A backlog is rare: the next one may pay for its ring again.
            ring = new Object[FIRST_CAPACITY];
            facts = new long[FACTS * FIRST_CAPACITY];
            oldest = 0;
        }
        return entry;
    }

    private void grow() {
        @Nullable Object[] newRing = new Object[2 * size];
        long[] newFacts = new long[2 * facts.length];
        int upToWrap = size - oldest;
        System.arraycopy(ring, oldest, newRing, 0, upToWrap);
        System.arraycopy(ring, 0, newRing, upToWrap, oldest);
        System.arraycopy(facts, FACTS * oldest, newFacts, 0, FACTS * upToWrap);
        System.arraycopy(facts, 0, newFacts, FACTS * upToWrap, FACTS * oldest);
        ring = newRing;
        facts = newFacts;
        oldest = 0;
    }
}
