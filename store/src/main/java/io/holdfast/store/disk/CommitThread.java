package io.holdfast.store.disk;

import io.holdfast.store.Image;
import io.holdfast.store.Outcome;
import io.holdfast.store.StoreException;
import io.holdfast.store.log.CommitQueue;
import io.holdfast.store.log.Log;
import io.holdfast.store.log.Work;
import java.io.IOException;
import java.util.ArrayList;
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
    private final Log log;
    private final CommitQueue queue;
    private final @Nullable DirectoryLock directoryLock;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
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
        queue = new CommitQueue(settings.commitInterval());
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
                enqueue(work);
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

    private void enqueue(Work work) {
        long now = System.nanoTime();
        boolean first = queue.isEmpty();
        pendingBytes.addAndGet(queue.add(work, now).bytes());
        if (first || queue.waitNanos(now) == 0) {
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
            if (ending && (last == null || queue.isEmpty())) {
                return false;
            }
            queue.takeInto(works);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void awaitWork() {
        long nanos = waitNanos();
        while (!ending && nanos > 0) {
            if (queue.isEmpty() && log.available()) {
                changed.awaitUninterruptibly();
                nanos = waitNanos();
                continue;
            }
            boolean failing = queue.isEmpty();
            try {
                nanos = changed.awaitNanos(nanos);
            } catch (InterruptedException e) {
                // Nobody else has this thread: an interrupt of it says nothing.
            }
            nanos = failing && queue.isEmpty() ? nanos : waitNanos();
        }
    }

    /** Until the next commit; 0 when it is due. */
    private long waitNanos() {
        return queue.isEmpty()
                ? Log.RETRY_NANOS // For the next try, when the disk has failed.
                : queue.waitNanos(System.nanoTime());
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
            left = queue.takeAll();
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
