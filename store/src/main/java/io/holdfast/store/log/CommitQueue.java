package io.holdfast.store.log;

import io.holdfast.store.Outcome;
import io.holdfast.store.StoreException;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The work that waits for a commit, in order, and how much of it one commit takes. Reads no clock and
 * has no lock: whoever shares it between threads has one.
 */
public final class CommitQueue {
    /** One commit: what one sync of a plain disk writes in a few ms. */
    static final long COMMIT_BYTES = 8L * 1024 * 1024;

    static final int COMMIT_WORKS = 64 * 1024;

    /** A server stops reading from publishers long before; beyond it, work fails in its turn. */
    public static final long MAX_PENDING_BYTES = 256L * 1024 * 1024;

    /** As above, for many small pieces. */
    static final int MAX_PENDING_WORKS = 1024 * 1024;

    private final long intervalNanos;
    private final Deque<Work> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private long oldestNanos;

    /** @param interval for which the first of them waits for others */
    public CommitQueue(Duration interval) {
        this.intervalNanos = interval.toNanos();
    }

    /**
     * Adds work behind what waits. Where that is full, it becomes a refusal: its outcome fails in
     * its turn, and not before that of the work before it.
     *
     * @return what was added
     */
    public Work add(Work work, long nowNanos) {
        boolean full = waitingBytes + work.bytes() > MAX_PENDING_BYTES
                || waiting.size() >= MAX_PENDING_WORKS;
        Work added = full ? refused(work) : work;
        if (waiting.isEmpty()) {
            oldestNanos = nowNanos;
        }
        waiting.add(added);
        waitingBytes += added.bytes();
        return added;
    }

    /** What nobody waits for is kept: it has no bytes, and a stream that is not begun has no history. */
    private static Work refused(Work work) {
        Outcome outcome = work.outcome();
        return outcome == null
                ? work
                : new Work.Refused(
                        new StoreException("The store has " + MAX_PENDING_BYTES + " bytes or "
                                + MAX_PENDING_WORKS + " pieces of work that are not committed:"
                                + " wait for some before adding more."),
                        outcome);
    }

    public boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** When the next commit is due, from now on; 0 when it is. Not while it is empty. */
    public long waitNanos(long nowNanos) {
        return waitingBytes >= COMMIT_BYTES
                ? 0
                : Math.max(0, oldestNanos + intervalNanos - nowNanos);
    }

    /** Moves what one commit takes: at least one piece, in order; nothing when it is empty. */
    public void takeInto(List<Work> works) {
        long bytes = 0;
        while (!waiting.isEmpty() && bytes < COMMIT_BYTES && works.size() < COMMIT_WORKS) {
            Work work = waiting.remove();
            bytes += work.bytes();
            works.add(work);
        }
        waitingBytes -= bytes;
    }

    /** Takes all of it, for an end without a commit. */
    public List<Work> takeAll() {
        List<Work> all = new ArrayList<>(waiting);
        waiting.clear();
        waitingBytes = 0;
        return all;
    }
}
