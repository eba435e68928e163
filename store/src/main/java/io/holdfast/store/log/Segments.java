package io.holdfast.store.log;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The files of a log: one that grows, and those before it. A file in which a write or a sync failed
 * is never written to again.
 */
final class Segments {
    /** A segment that does not grow any more. */
    record Sealed(SegmentHeader header, long end, long clockMillis) {}

    private final Disk disk;
    private final LogSettings settings;
    private final long logId;
    private final long run;
    private final Deque<Sealed> sealed = new ArrayDeque<>();
    private final Group group;

    private SegmentHeader activeHeader;
    private Disk.@Nullable Output active;
    private long activeEnd;

    private long nextSegment;
    private long nextGroup;
    private long clockMillis;
    private long sealedBytes;
    private boolean directorySynced = true;
    /** False when a sync of what was committed without one has failed. */
    private boolean sound = true;

    Segments(Disk disk, LogSettings settings, Group group, Recovery.Found found) {
        this.disk = disk;
        this.settings = settings;
        this.group = group;
        logId = found.logId();
        run = found.run();
        nextSegment = found.nextSegment();
        nextGroup = found.nextGroup();
        clockMillis = found.clockMillis();
        activeHeader = new SegmentHeader(logId, 0, run, 0, 0, 0, 0, true);
        for (Sealed segment : found.segments()) {
            sealed.add(segment);
            sealedBytes += segment.end();
        }
    }

    long clockMillis() {
        return clockMillis;
    }

    long bytes() {
        return sealedBytes + activeEnd;
    }

    int count() {
        return sealed.size() + 1;
    }

    boolean sound() {
        return sound;
    }

    /** Number of the growing segment; only after a write. */
    long activeSegment() {
        return activeHeader.segment();
    }

    @Nullable
    Sealed oldest() {
        return sealed.peekFirst();
    }

    /**
     * Writes what is in the group behind what is committed, in a new segment where one is due.
     * What fails has to be followed by {@link #abandon}.
     *
     * @param sync whether the disk must have it before this returns
     */
    void write(long groupClockMillis, boolean sync) throws IOException {
        long now = Math.max(clockMillis, groupClockMillis);
        boolean due = activeEnd >= settings.segmentBytes()
                || now - activeHeader.clockMillis() > settings.historyTtlMillis();
        if (active != null && due) {
            seal(active);
        }
        Disk.Output output = active == null ? begin(now) : active;
        group.seal(logId, activeHeader.segment(), activeEnd, nextGroup++);
        output.write(group.array(), 0, group.size());
        if (sync) {
            output.sync();
        }
        activeEnd += group.size();
        clockMillis = now;
    }

    private void seal(Disk.Output output) throws IOException {
        try {
            if (!settings.fsync()) {
                output.sync();
            }
        } catch (IOException e) {
            sound = false;
            throw e;
        }
        leave(output);
    }

    /** The growing segment becomes one of those before. */
    private void leave(Disk.Output output) {
        try {
            output.close();
        } catch (IOException ignored) {
            // All that counts in it is synced, or is known not to be.
        }
        sealed.add(new Sealed(activeHeader, activeEnd, clockMillis));
        sealedBytes += activeEnd;
        active = null;
        activeEnd = 0;
    }

    private Disk.Output begin(long now) throws IOException {
        Sealed before = sealed.peekLast();
        SegmentHeader header = new SegmentHeader(
                logId,
                nextSegment++,
                run,
                before == null ? 0 : before.header().segment(),
                before == null ? 0 : before.end(),
                nextGroup,
                now,
                settings.fsync());
        String name = SegmentHeader.name(header.segment());
        Disk.Output output = disk.create(name);
        try {
            output.write(header.encode(), 0, SegmentHeader.BYTES);
            output.sync();
            disk.syncDirectory();
            directorySynced = true;
        } catch (IOException e) {
            discard(name, output);
            throw e;
        }
        active = output;
        activeHeader = header;
        activeEnd = SegmentHeader.BYTES;
        return output;
    }

    /** A segment that could not be begun. When it stays, no other names it as the one before. */
    private void discard(String name, Disk.Output output) {
        try {
            output.close();
            disk.delete(name);
        } catch (IOException ignored) {
            // The next start removes it.
        }
    }

    /**
     * A write or a sync has failed: what was not committed is cut off, and the next write goes to a
     * new file, whose header says where this one ends.
     *
     * @return false when it could not be cut, so that it may come back if the process is killed
     *     before the next write succeeds
     */
    boolean abandon() {
        Disk.Output output = active;
        if (output == null) {
            return true;
        }
        boolean cut = true;
        try {
            output.truncate(activeEnd);
            output.sync();
        } catch (IOException e) {
            cut = false;
            sound = sound && settings.fsync();
        }
        leave(output);
        return cut;
    }

    /** Nothing of the oldest segment is needed any more. */
    void deleteOldest() throws IOException {
        if (!directorySynced) {
            disk.syncDirectory(); // Else a later one could be gone while an earlier one is back.
            directorySynced = true;
        }
        Sealed oldest = sealed.getFirst();
        disk.delete(SegmentHeader.name(oldest.header().segment()));
        sealed.removeFirst();
        sealedBytes -= oldest.end();
        directorySynced = false;
        disk.syncDirectory();
        directorySynced = true;
    }

    /** Syncs what is written. */
    void sync() throws IOException {
        if (active != null) {
            active.sync();
        }
    }

    void close() {
        if (active != null) {
            leave(active);
        }
    }
}
