package io.holdfast.protocol.time;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Deadlines of many things at once: scheduling, moving and cancelling are O(1) and allocate
 * nothing, because what is scheduled is itself the list node (Varghese and Lauck, "Hashed and
 * Hierarchical Timing Wheels", scheme 6).
 *
 * <p>An entry is due at the first {@link #advance} whose tick is not before its deadline: never
 * early, and late by less than one tick plus the time between two calls. An entry further away than
 * one round stays in its slot and is looked at again on each round, so a round should be longer
 * than most deadlines.
 *
 * <p>Not thread-safe; belongs to one event loop. Times are {@link System#nanoTime()} values or
 * those of a test clock: only differences count, and none may exceed 146 years.
 *
 * @param <E> what is scheduled; an object belongs to one wheel at a time
 */
public final class TimerWheel<E extends TimerWheel.Entry> {

    /** Extended by what is to be scheduled; 24 bytes beside the object's own fields. */
    public abstract static class Entry {

        @Nullable
        Entry prev;

        @Nullable
        Entry next;

        /** Index of the slot, or {@link #NOT_SCHEDULED}, or {@link #COLLECTED}. */
        int slot = NOT_SCHEDULED;

        /** Ticks since the wheel's origin, rounded up. */
        long deadlineTick;

        protected Entry() {}

        /** Whether the entry waits; no longer so when its callback runs. */
        public final boolean isScheduled() {
            return slot != NOT_SCHEDULED;
        }
    }

    private static final int NOT_SCHEDULED = -1;

    /** In the list of due entries whose callbacks have yet to run. */
    private static final int COLLECTED = -2;

    private final long tickNanos;
    private final long originNanos;
    private final int mask;

    /** First and last entry of each slot, in order of arrival. */
    private final @Nullable Entry[] heads;

    private final @Nullable Entry[] tails;

    private @Nullable Entry dueHead;
    private @Nullable Entry dueTail;

    /** Entries with a deadline up to this tick have been collected. */
    private long lastTick;

    private int size;

    /**
     * An empty wheel.
     *
     * @param tickNanos precision, more than 0
     * @param slots ticks in one round, a power of two; 8 bytes each
     * @param nowNanos the present
     */
    public TimerWheel(long tickNanos, int slots, long nowNanos) {
        if (tickNanos < 1) {
            throw new IllegalArgumentException("A tick is " + tickNanos
                    + " ns, expected more than 0; choose the precision that deadlines need");
        }
        if (Integer.bitCount(slots) != 1 || slots < 0) {
            throw new IllegalArgumentException("The wheel has " + slots
                    + " slots, expected a power of two; round the number up");
        }
        this.tickNanos = tickNanos;
        this.originNanos = nowNanos;
        this.mask = slots - 1;
        this.heads = new Entry[slots];
        this.tails = new Entry[slots];
    }

    /** Entries that wait, collected ones included whose callbacks have yet to run. */
    public int size() {
        return size;
    }

    /**
     * Schedules the entry, or moves it if it waits already. A deadline that has passed is due at
     * the next tick, never within the {@link #advance} that runs: a callback that reschedules
     * itself cannot loop.
     */
    public void schedule(E entry, long deadlineNanos, long nowNanos) {
        cancel(entry);
        if (size == 0) {
            // Nobody waits for the ticks since the last call: skip them instead of walking them.
            lastTick = Math.max(lastTick, Math.floorDiv(nowNanos - originNanos, tickNanos));
        }
        entry.deadlineTick =
                Math.max(Math.ceilDiv(deadlineNanos - originNanos, tickNanos), lastTick + 1);
        append(entry, (int) entry.deadlineTick & mask);
        size++;
    }

    /**
     * Forgets the entry.
     *
     * @return whether it was waiting
     */
    public boolean cancel(E entry) {
        if (!entry.isScheduled()) {
            return false;
        }
        unlink(entry);
        size--;
        return true;
    }

    /**
     * Runs the callback of every entry whose deadline has come, each no longer scheduled at that
     * moment. Callbacks may schedule and cancel any entry, also one that is due in the same call.
     * They run in order of deadline ticks and, within one, of scheduling, as long as calls are less
     * than a round apart.
     *
     * <p>If a callback throws, the entries behind it stay due: the next call runs them.
     */
    public void advance(long nowNanos, Consumer<? super E> due) {
        long tick = Math.floorDiv(nowNanos - originNanos, tickNanos);
        if (tick > lastTick) {
            long from = Math.max(lastTick + 1, tick - mask); // every slot once is enough
            for (long at = from; at <= tick; at++) {
                collect((int) at & mask, tick);
            }
            lastTick = tick;
        }
        for (Entry entry = dueHead; entry != null; entry = dueHead) {
            unlink(entry);
            size--;
            @SuppressWarnings("unchecked") // schedule() takes nothing but E
            E mine = (E) entry;
            due.accept(mine);
        }
    }

    private void collect(int slot, long tick) {
        Entry entry = heads[slot];
        while (entry != null) {
            Entry following = entry.next;
            if (entry.deadlineTick <= tick) {
                unlink(entry);
                append(entry, COLLECTED);
            }
            entry = following;
        }
    }

    private void append(Entry entry, int slot) {
        Entry last = slot == COLLECTED ? dueTail : tails[slot];
        entry.slot = slot;
        entry.prev = last;
        entry.next = null;
        if (last == null) {
            setHead(slot, entry);
        } else {
            last.next = entry;
        }
        setTail(slot, entry);
    }

    private void unlink(Entry entry) {
        Entry prev = entry.prev;
        Entry next = entry.next;
        if (prev == null) {
            setHead(entry.slot, next);
        } else {
            prev.next = next;
        }
        if (next == null) {
            setTail(entry.slot, prev);
        } else {
            next.prev = prev;
        }
        entry.prev = null;
        entry.next = null;
        entry.slot = NOT_SCHEDULED;
    }

    private void setHead(int slot, @Nullable Entry entry) {
        if (slot == COLLECTED) {
            dueHead = entry;
        } else {
            heads[slot] = entry;
        }
    }

    private void setTail(int slot, @Nullable Entry entry) {
        if (slot == COLLECTED) {
            dueTail = entry;
        } else {
            tails[slot] = entry;
        }
    }
}
