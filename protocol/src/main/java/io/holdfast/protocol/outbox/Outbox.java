package io.holdfast.protocol.outbox;

import org.jspecify.annotations.Nullable;

/**
 * The unsequenced entries that wait for one connection (spec: delivery, "Outbox and slow
 * consumers"): strictly by priority, first in first out inside one, within a bound of bytes.
 *
 * <p>When an entry finds no room, first those go that have expired at the front of each priority,
 * then LOW ones, the oldest first because statistics age; but no LOW one goes for an entry that
 * would still not fit. An entry further back that has expired keeps its room until it comes to the
 * front, which keeps every call cheap however much waits.
 *
 * <p>Not thread-safe; belongs to the connection's loop. An outbox that never held anything is 56
 * bytes. Each priority used adds about 150, which stay, and each entry that waits about 20 besides
 * its own.
 *
 * @param <E> an entry; one that is dropped or expires is forgotten, so it must own nothing that is
 *     to be released
 */
public final class Outbox<E> {
    /** Expiry of an entry that waits as long as it takes. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final int LOW_RANK = Priority.LOW.rank;

    private final long limitBytes;

    /** By rank; made when first needed, because most outboxes stay empty. */
    private @Nullable Lane<E> @Nullable [] lanes;

    private long bytes;
    private long lowBytes;
    private long dropped;
    private long expired;

    /** @param limitBytes of all entries together, at least 1 */
    public Outbox(long limitBytes) {
        if (limitBytes < 1) {
            throw new IllegalArgumentException("An outbox of " + limitBytes
                    + " bytes, expected at least 1; raise outbox_limit.");
        }
        this.limitBytes = limitBytes;
    }

    /**
     * Adds an entry behind those of its priority. A LOW entry without room is dropped and counted
     * like one that had been taken, so for LOW the answer is always true.
     *
     * @param size what the entry counts for, in bytes, at least 1
     * @param expiresAtNanos from when on it is not to be sent, or {@link #NEVER}
     * @return false when there is no room even without the LOW entries, which then stay
     */
    public boolean offer(Priority priority, E entry, int size, long expiresAtNanos, long nowNanos) {
        if (size < 1) {
            throw new IllegalArgumentException("An outbox entry of " + size
                    + " bytes, expected at least 1; count its envelope too.");
        }
        if (isOver(expiresAtNanos, nowNanos)) {
            expired++;
            return true;
        }
        if (size > limitBytes - bytes && !makeRoom(size, nowNanos)) {
            if (priority == Priority.LOW) {
                dropped++;
                return true;
            }
            return false;
        }
        lane(priority).add(entry, size, expiresAtNanos);
        bytes += size;
        if (priority == Priority.LOW) {
            lowBytes += size;
        }
        return true;
    }

    /**
     * Takes out the first entry of the highest priority that has one.
     *
     * @param atLeast the lowest priority wanted
     * @return null when nothing that important waits, or only what has expired
     */
    public @Nullable E poll(Priority atLeast, long nowNanos) {
        if (bytes == 0 || lanes == null) {
            return null;
        }
        for (int rank = 0; rank <= atLeast.rank; rank++) {
            Lane<E> lane = lanes[rank];
            if (lane == null) {
                continue;
            }
            expireFront(rank, lane, nowNanos);
            if (!lane.isEmpty()) {
                return remove(rank, lane);
            }
        }
        return null;
    }

    /** Bytes of all entries, of those as well that have expired unnoticed. */
    public long bytes() {
        return bytes;
    }

    public boolean isEmpty() {
        return bytes == 0;
    }

    /** Whether an entry of this or a higher priority waits, be it one that has expired. */
    public boolean has(Priority atLeast) {
        if (bytes == 0 || lanes == null) {
            return false;
        }
        for (int rank = 0; rank <= atLeast.rank; rank++) {
            Lane<E> lane = lanes[rank];
            if (lane != null && !lane.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** LOW entries that went for want of room, since the beginning. */
    public long dropped() {
        return dropped;
    }

    /** Entries that went because nobody took them in time, since the beginning. */
    public long expired() {
        return expired;
    }

    private boolean makeRoom(int size, long nowNanos) {
        if (lanes == null) {
            return false;
        }
        for (int rank = 0; rank < lanes.length; rank++) {
            Lane<E> lane = lanes[rank];
            if (lane != null) {
                expireFront(rank, lane, nowNanos);
            }
        }
        if (size > limitBytes - (bytes - lowBytes)) {
            return false;
        }
        Lane<E> low = lanes[LOW_RANK];
        while (low != null && size > limitBytes - bytes) {
            remove(LOW_RANK, low);
            dropped++;
        }
        return true;
    }

    private void expireFront(int rank, Lane<E> lane, long nowNanos) {
        while (!lane.isEmpty() && isOver(lane.firstExpiresAtNanos(), nowNanos)) {
            remove(rank, lane);
            expired++;
        }
    }

    private E remove(int rank, Lane<E> lane) {
        int size = lane.firstBytes();
        bytes -= size;
        if (rank == LOW_RANK) {
            lowBytes -= size;
        }
        return lane.remove();
    }

    private Lane<E> lane(Priority priority) {
        if (lanes == null) {
            lanes = noLanes();
        }
        Lane<E> lane = lanes[priority.rank];
        if (lane == null) {
            lane = new Lane<>();
            lanes[priority.rank] = lane;
        }
        return lane;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // Java makes no arrays of generic types
    private static <E> @Nullable Lane<E>[] noLanes() {
        return new Lane[LOW_RANK + 1];
    }

    private static boolean isOver(long expiresAtNanos, long nowNanos) {
        return expiresAtNanos != NEVER && nowNanos - expiresAtNanos >= 0;
    }
}
