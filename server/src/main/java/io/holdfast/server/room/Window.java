package io.holdfast.server.room;

import org.jspecify.annotations.Nullable;

/**
 * The slabs of one fan-out that somebody still needs, by number. A number is given once and for all
 * when a slab is added; they are dropped from the front. Belongs to one event loop.
 */
final class Window {
    private static final int FIRST_SLOTS = 2;

    private @Nullable Slab[] slots = new Slab[FIRST_SLOTS];
    private long first;
    private long end;
    private long messages;
    private long bytes;
    private long droppedSeq;

    /** The number of the oldest; that of the next to come when there is none. */
    long first() {
        return first;
    }

    /** The number that the next one gets. */
    long end() {
        return end;
    }

    int size() {
        return (int) (end - first);
    }

    long messages() {
        return messages;
    }

    long bytes() {
        return bytes;
    }

    /** The last seq that has been dropped. */
    long droppedSeq() {
        return droppedSeq;
    }

    /** Takes over the reference. */
    void add(Slab slab) {
        if (size() == slots.length) {
            grow();
        }
        slots[slot(end++)] = slab;
        messages += slab.count();
        bytes += slab.length();
    }

    Slab get(long number) {
        Slab slab = slots[slot(number)];
        if (slab == null || number < first || number >= end) {
            throw new IllegalStateException(
                    "slab " + number + " is not in the window of " + first + " to " + end);
        }
        return slab;
    }

    /** Drops all before that number. */
    void dropBefore(long number) {
        while (first < number) {
            Slab slab = get(first);
            slots[slot(first++)] = null;
            messages -= slab.count();
            bytes -= slab.length();
            droppedSeq = Math.max(droppedSeq, slab.lastSeq());
            slab.release();
        }
    }

    private int slot(long number) {
        return (int) (number & (slots.length - 1));
    }

    private void grow() {
        @Nullable Slab[] old = slots;
        @Nullable Slab[] larger = new Slab[old.length * 2];
        for (long number = first; number < end; number++) {
            larger[(int) (number & (larger.length - 1))] = old[(int) (number & (old.length - 1))];
        }
        slots = larger;
    }
}
