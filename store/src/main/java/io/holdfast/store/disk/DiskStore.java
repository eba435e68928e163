package io.holdfast.store.disk;

import io.holdfast.protocol.session.SessionRecord;
import io.holdfast.store.Image;
import io.holdfast.store.Opened;
import io.holdfast.store.Outcome;
import io.holdfast.store.Store;
import io.holdfast.store.StoreException;
import io.holdfast.store.StreamBatch;
import io.holdfast.store.log.Disk;
import io.holdfast.store.log.Log;
import io.holdfast.store.log.LogSettings;
import io.holdfast.store.log.NewerFormatException;
import io.holdfast.store.log.SessionBytes;
import io.holdfast.store.log.Work;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * Keeps streams and sessions in a log of segments: the committed is there after a kill, with
 * fsync after a power loss. Outcomes come on the store's own thread.
 */
public final class DiskStore implements Store {
    private final CommitThread commits;

    private DiskStore(CommitThread commits) {
        this.commits = commits;
    }

    /**
     * @param directory on a local disk, of this store alone
     * @throws StoreException when the directory cannot be used, another process uses it, or what is
     *     in it was written by a newer release
     */
    public static Opened open(Path directory, DiskSettings settings) throws StoreException {
        DirectoryLock lock = DirectoryLock.take(directory);
        try {
            return open(new FileDisk(directory), settings, directory.toString(), lock);
        } catch (StoreException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** Over any disk; the lock, if there is one, is freed at the end. */
    static Opened open(Disk disk, DiskSettings settings, String name, @Nullable DirectoryLock lock)
            throws StoreException {
        try {
            Log.Opened opened = Log.open(disk, limits(settings), new SecureRandom().nextLong());
            CommitThread commits = new CommitThread(opened.log(), settings, lock);
            commits.start();
            return new Opened(new DiskStore(commits), opened.found(), opened.report());
        } catch (NewerFormatException e) {
            throw new StoreException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new StoreException(
                    "The store in " + name + " could not be opened (" + e
                            + "): see that its disk works, is writable and has space.",
                    e);
        }
    }

    private static LogSettings limits(DiskSettings settings) {
        return new LogSettings(
                settings.fsync(),
                settings.segmentBytes(),
                settings.maxBytes(),
                settings.historyTtl().toMillis(),
                settings.historyMessages(),
                settings.historyBytes());
    }

    @Override
    public boolean durable() {
        return true;
    }

    @Override
    public void beginStream(String stream, String epoch) {
        commits.add(new Work.BeginStream(stream, epoch));
    }

    @Override
    public void append(StreamBatch batch, Outcome outcome) {
        commits.add(new Work.Append(batch, outcome));
    }

    @Override
    public void putSession(SessionRecord session, Outcome outcome) {
        commits.add(new Work.PutSession(
                session.clientId(), session.number(), SessionBytes.write(session), outcome));
    }

    @Override
    public void removeSession(String clientId, long sessionNumber) {
        commits.add(new Work.RemoveSession(clientId, sessionNumber));
    }

    @Override
    public void endStream(String stream, String epoch) {
        commits.add(new Work.EndStream(stream, epoch));
    }

    /** Messages and session records; what has no outcome counts nothing. */
    @Override
    public long pendingBytes() {
        return commits.pendingBytes();
    }

    @Override
    public boolean available() {
        return commits.available();
    }

    @Override
    public void stop(Image image) throws StoreException {
        commits.stop(image);
    }

    @Override
    public void close() {
        commits.close();
    }
}
