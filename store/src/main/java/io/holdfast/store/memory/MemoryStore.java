package io.holdfast.store.memory;

import io.holdfast.protocol.session.SessionRecord;
import io.holdfast.store.Image;
import io.holdfast.store.Opened;
import io.holdfast.store.Outcome;
import io.holdfast.store.Store;
import io.holdfast.store.StoreException;
import io.holdfast.store.StreamBatch;
import io.holdfast.store.disk.DirectoryLock;
import io.holdfast.store.disk.FileDisk;
import io.holdfast.store.log.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Commits at once, within the call, and keeps nothing itself: what a server holds in memory is all
 * there is. A graceful stop leaves it as a snapshot, which the next start consumes.
 */
public final class MemoryStore implements Store {
    private final @Nullable Snapshots snapshots;
    private final @Nullable DirectoryLock lock;
    private volatile boolean closed;

    private MemoryStore(@Nullable Snapshots snapshots, @Nullable DirectoryLock lock) {
        this.snapshots = snapshots;
        this.lock = lock;
    }

    /**
     * @param directory for the snapshot; null when a stop is to leave nothing
     * @throws StoreException when the directory cannot be used, another process uses it, or its
     *     snapshot was written by a newer release
     */
    public static Opened open(@Nullable Path directory) throws StoreException {
        if (directory == null) {
            return new Opened(new MemoryStore(null, null), Image.EMPTY, List.of());
        }
        DirectoryLock lock = DirectoryLock.take(directory);
        try {
            return open(new FileDisk(directory), lock);
        } catch (StoreException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Over any disk, which must be nobody else's.
     *
     * @throws StoreException as above
     */
    public static Opened openOver(Disk disk) throws StoreException {
        return open(disk, null);
    }

    /** Over any disk; the lock, if there is one, is freed at the end. */
    static Opened open(Disk disk, @Nullable DirectoryLock lock) throws StoreException {
        Snapshots snapshots = new Snapshots(disk);
        Image found = snapshots.consume();
        return new Opened(new MemoryStore(snapshots, lock), found, List.copyOf(snapshots.report()));
    }

    @Override
    public boolean durable() {
        return false;
    }

    @Override
    public void beginStream(String stream, String epoch) {}

    /** Looks at no number: none of its batches ever fails, so that there is no hole to refuse. */
    @Override
    public void append(StreamBatch batch, Outcome outcome) {
        commit(outcome);
    }

    @Override
    public void putSession(SessionRecord session, Outcome outcome) {
        commit(outcome);
    }

    private void commit(Outcome outcome) {
        if (closed) {
            outcome.failed(new StoreException(
                    "The store is closed: nothing can be added after its stop."));
        } else {
            outcome.committed();
        }
    }

    @Override
    public void removeSession(String clientId, long sessionNumber) {}

    @Override
    public void endStream(String stream, String epoch) {}

    @Override
    public long pendingBytes() {
        return 0;
    }

    @Override
    public boolean available() {
        return !closed;
    }

    @Override
    public synchronized void stop(Image image) throws StoreException {
        if (closed) {
            throw new StoreException("The store is closed: it cannot be stopped again.");
        }
        closed = true;
        try {
            if (snapshots != null) {
                snapshots.write(image);
            }
        } catch (IOException e) {
            throw new StoreException(
                    "The snapshot could not be written (" + e + "), so all sessions and streams are"
                            + " lost: see that its directory can be written and has space.",
                    e);
        } finally {
            free();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        free();
    }

    private void free() {
        if (lock != null) {
            lock.close();
        }
    }
}
