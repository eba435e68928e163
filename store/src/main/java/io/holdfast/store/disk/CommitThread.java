package io.holdfast.store.disk;

import io.holdfast.store.Image;
import io.holdfast.store.Outcome;
import io.holdfast.store.StoreException;
import io.holdfast.store.log.Log;
import io.holdfast.store.log.Work;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that uses a {@link Log}: it takes all the work that waits, commits it together,
 * and comes back for what has gathered since. A platform thread, because a sync blocks its carrier.
 */
final class CommitThread {
    /** One commit: what one sync of a plain disk writes in a few ms. */
    private static final long COMMIT_BYTES = 8L * 1024 * 1024;

    private static final int COMMIT_WORKS = 64 * 1024;

    /** A server stops reading from publishers long before; beyond it, work fails in its turn. */
    static final long MAX_PENDING_BYTES = 256L * 1024 * 1024;

    /** As above, for many small pieces. */
    static final int MAX_PENDING_WORKS = 1024 * 1024;

    private final Log log;
    private final long intervalNanos;
    private final @Nullable DirectoryLock directoryLock;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Work> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private long oldestNanos;
    private final AtomicLong pendingBytes = new AtomicLong();
    private volatile boolean ended;
    private @Nullable Image last;
    private boolean ending;
    private @Nullable StoreException stopFailure;

    private final Log.Watcher watcher = new Log.Watcher() {
        @Override
        public void settled(Work work) {
            settle(work);
        }

        @Override
        public void outcomeThrew(RuntimeException why) {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, why);
        }
    };

    CommitThread(Log log, DiskSettings settings, @Nullable DirectoryLock directoryLock) {
        this.log = log;
        this.directoryLock = directoryLock;
        intervalNanos = settings.commitInterval().toNanos();
        thread = Thread.ofPlatform().name("holdfast-store").daemon(true).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    long pendingBytes() {
        return pendingBytes.get();
    }

    boolean available() {
        return !ended && log.available();
    }

    void add(Work work) {
        lock.lock();
        try {
            if (!ending) {
                boolean full = waitingBytes + work.bytes() > MAX_PENDING_BYTES
                        || waiting.size() >= MAX_PENDING_WORKS;
                enqueue(full ? refused(work) : work);
                return;
            }
        } finally {
            lock.unlock();
        }
        Outcome outcome = work.outcome();
        if (outcome != null) {
            outcome.failed(ended());
        }
    }

    private static StoreException ended() {
        return new StoreException("The store is closed: nothing can be added after its stop.");
    }

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

    private void enqueue(Work work) {
        if (waiting.isEmpty()) {
            oldestNanos = System.nanoTime();
            changed.signal();
        }
        waiting.add(work);
        waitingBytes += work.bytes();
        pendingBytes.addAndGet(work.bytes());
        if (waitingBytes >= COMMIT_BYTES) {
            changed.signal();
        }
    }

    private void settle(Work work) {
        pendingBytes.addAndGet(-work.bytes());
    }

    private void run() {
        try {
            List<Work> works = new ArrayList<>();
            while (takeInto(works)) {
                log.commit(works, System.nanoTime(), watcher);
                works.clear();
            }
            stopLog();
        } finally {
            ended = true;
            failWaiting();
            log.close();
            if (directoryLock != null) {
                directoryLock.close();
            }
        }
    }

    /** False when nothing more is to be committed; nothing to try whether the disk works again. */
    private boolean takeInto(List<Work> works) {
        lock.lock();
        try {
            awaitWork();
            if (ending && (last == null || waiting.isEmpty())) {
                return false;
            }
            long bytes = 0;
            while (!waiting.isEmpty() && bytes < COMMIT_BYTES && works.size() < COMMIT_WORKS) {
                Work work = waiting.remove();
                bytes += work.bytes();
                works.add(work);
            }
            waitingBytes -= bytes;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void awaitWork() {
        long nanos = waitNanos();
        while (!ending && nanos > 0) {
            if (waiting.isEmpty() && log.available()) {
                changed.awaitUninterruptibly();
                nanos = waitNanos();
                continue;
            }
            boolean failing = waiting.isEmpty();
            try {
                nanos = changed.awaitNanos(nanos);
            } catch (InterruptedException e) {
                // Nobody else has this thread: an interrupt of it says nothing.
            }
            nanos = failing && waiting.isEmpty() ? nanos : waitNanos();
        }
    }

    /** Until the next commit; 0 when it is due. */
    private long waitNanos() {
        if (waiting.isEmpty()) {
            return Log.RETRY_NANOS; // For the next try, when the disk has failed.
        }
        return waitingBytes >= COMMIT_BYTES
                ? 0
                : Math.max(0, oldestNanos + intervalNanos - System.nanoTime());
    }

    private void stopLog() {
        Image image = last;
        if (image == null) {
            return;
        }
        try {
            log.stop(image);
        } catch (IOException e) {
            stopFailure = new StoreException(
                    "The store could not be stopped in good order (" + e + "): what was committed"
                            + " is kept, but the last state of the sessions may not; see that its"
                            + " disk works and has space.",
                    e);
        }
    }

    private void failWaiting() {
        List<Work> left;
        lock.lock();
        try {
            ending = true;
            left = List.copyOf(waiting);
            waiting.clear();
            waitingBytes = 0;
        } finally {
            lock.unlock();
        }
        for (Work work : left) {
            settle(work);
            Outcome outcome = work.outcome();
            if (outcome != null) {
                outcome.failed(ended());
            }
        }
    }

    /** Blocks until all is committed and the image written. */
    void stop(Image image) throws StoreException {
        lock.lock();
        try {
            if (ending) {
                throw new StoreException("The store is closed: it cannot be stopped again.");
            }
            ending = true;
            last = image;
            changed.signal();
        } finally {
            lock.unlock();
        }
        join();
        StoreException failure = stopFailure;
        if (failure != null) {
            throw failure;
        }
    }

    /** Blocks until the commit that is under way is done. Safe to call again. */
    void close() {
        lock.lock();
        try {
            ending = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        join();
    }

    private void join() {
        boolean interrupted = false;
        while (thread.isAlive() && !thread.equals(Thread.currentThread())) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
