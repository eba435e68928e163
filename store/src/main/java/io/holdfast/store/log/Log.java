package io.holdfast.store.log;

import io.holdfast.protocol.session.SessionRecord;
import io.holdfast.store.Image;
import io.holdfast.store.Outcome;
import io.holdfast.store.StoreException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A log of segments: work goes to the end of the newest, as one group per commit, and is committed
 * when it is synced. Rules of use: one thread at a time; {@link #open}, then {@link #commit} any
 * number of times, then {@link #stop} or nothing.
 *
 * <p>When a write or a sync fails, the group fails, the file is cut back and left, and the log
 * goes on in a new one, which it tries with new work, at most once per {@link #RETRY_NANOS}.
 */
public final class Log {
    /** A broken disk is not asked more often than this: each try may take long. */
    public static final long RETRY_NANOS = 1_000_000_000L;

    /** Notices kept while the disk fails; what is beyond is found again as if never said. */
    static final int MAX_OWED = 100_000;

    /** A checkpoint of sessions is written in groups of about this size. */
    private static final int CHECKPOINT_BYTES = 1024 * 1024;

    /** What a log found when it was opened. */
    public record Opened(Log log, Image found, List<String> report) {}

    /** Hears what becomes of each piece of work, beside its outcome. */
    public interface Watcher {
        /** It is committed or has failed; its outcome is told next. */
        void settled(Work work);

        /** An outcome has thrown what it must not; the log goes on. */
        void outcomeThrew(RuntimeException why);
    }

    private final LogSettings settings;
    private final Group group = new Group();
    private final Index index;
    private final Staging staging;
    private final Segments segments;
    private final Retention retention;
    private final Deque<Work.Notice> owed = new ArrayDeque<>();
    private volatile @Nullable StoreException failure;
    private long failedNanos;

    private Log(Disk disk, LogSettings settings, Recovery.Found found) {
        this.settings = settings;
        index = found.index();
        staging = new Staging(index, group);
        segments = new Segments(disk, settings, group, found);
        retention = new Retention(disk, settings, segments, index, group);
    }

    /**
     * @param newLogId random: names a log that begins now
     * @throws IOException when the disk cannot be read, or not be written where that is needed
     */
    public static Opened open(Disk disk, LogSettings settings, long newLogId)
            throws IOException, NewerFormatException {
        Recovery.Found found = Recovery.read(disk, settings, newLogId);
        Log log = new Log(disk, settings, found);
        List<RecoveredStream> ended = found.ended();
        if (ended != null) {
            log.judge(ended);
        }
        return new Opened(log, found.image(), List.copyOf(found.report()));
    }

    /** Writes down what damage has meant, so that no later start judges it otherwise. */
    private void judge(List<RecoveredStream> ended) throws IOException {
        for (RecoveredStream stream : ended) {
            group.endStream(stream.name(), stream.epoch());
        }
        group.judged();
        segments.write(0, true);
    }

    /** Whether the last commit has succeeded. Any thread. */
    public boolean available() {
        return failure == null;
    }

    /**
     * Commits all of the work or none, and tells each piece in its order. Without work it tries
     * whether a disk that has failed works again.
     */
    public void commit(List<? extends Work> works, long nowNanos, Watcher watcher) {
        StoreException failed = failure;
        if (failed != null && nowNanos - failedNanos < RETRY_NANOS) {
            fail(works, failed, watcher);
            return;
        }
        List<@Nullable StoreException> refusals;
        try {
            refusals = stage(works);
            if (failed != null && group.isEmpty()) {
                group.probe();
            }
            writeGroup(settings.fsync() || failed != null);
        } catch (RuntimeException fault) {
            // Our own; whoever waits is told all the same.
            fail(works, fallBack(new IOException(fault), nowNanos), watcher);
            return;
        } catch (IOException e) {
            fail(works, fallBack(e, nowNanos), watcher);
            return;
        }
        owed.clear();
        failure = null;
        for (int i = 0; i < works.size(); i++) {
            tell(works.get(i), refusals.get(i), watcher);
        }
        keepBounds(nowNanos);
    }

    private List<@Nullable StoreException> stage(List<? extends Work> works) {
        group.clear();
        owed.forEach(staging::stage);
        List<@Nullable StoreException> refusals = new ArrayList<>(works.size());
        for (Work work : works) {
            refusals.add(staging.stage(work));
        }
        return refusals;
    }

    private void writeGroup(boolean sync) throws IOException {
        long clockMillis = staging.takeClockMillis();
        if (!group.isEmpty()) {
            segments.write(clockMillis, sync);
            index.commit(segments.activeSegment());
        }
    }

    private void keepBounds(long nowNanos) {
        try {
            retention.run();
        } catch (IOException e) {
            fallBack(e, nowNanos);
        }
    }

    private StoreException fallBack(IOException why, long nowNanos) {
        index.forget();
        boolean cut = segments.abandon();
        StoreException failed = new StoreException(
                "The store cannot write (" + why + "), so nothing is committed until it can: "
                        + "see that its disk works, is writable and has space; it is tried again"
                        + " with new work, once a second."
                        + (cut
                                ? ""
                                : " What failed now could not be cut off, and may come back if"
                                        + " the process is killed before the disk works again."),
                why);
        failure = failed;
        failedNanos = nowNanos;
        return failed;
    }

    private void fail(List<? extends Work> works, StoreException why, Watcher watcher) {
        for (Work work : works) {
            if (work instanceof Work.Notice notice && owed.size() < MAX_OWED) {
                owed.add(notice);
            }
            tell(work, work instanceof Work.Refused refused ? refused.why() : why, watcher);
        }
    }

    private static void tell(Work work, @Nullable StoreException why, Watcher watcher) {
        watcher.settled(work);
        Outcome outcome = work.outcome();
        try {
            if (outcome != null && why == null) {
                outcome.committed();
            } else if (outcome != null && why != null) {
                outcome.failed(why);
            }
        } catch (RuntimeException e) {
            watcher.outcomeThrew(e);
        }
    }

    /**
     * The graceful end: the sessions of the image replace all that are known, and the log is marked
     * as whole. Its streams are in the log already.
     *
     * @throws IOException when not all of it could be written
     */
    public void stop(Image image) throws IOException {
        Set<String> kept = new HashSet<>();
        group.clear();
        owed.forEach(staging::stage);
        for (SessionRecord session : image.sessions()) {
            kept.add(session.clientId());
            checkpoint(new Work.PutSession(
                    session.clientId(), session.number(), SessionBytes.write(session), null));
        }
        for (String clientId : List.copyOf(index.sessions().keySet())) {
            Index.SessionAt session = index.session(clientId);
            if (session != null && !kept.contains(clientId)) {
                checkpoint(new Work.RemoveSession(clientId, session.number()));
            }
        }
        if (!segments.sound()) {
            writeGroup(true);
            throw new IOException(
                    "an earlier sync has failed, so that the streams may not be whole");
        }
        group.clean(Math.max(segments.clockMillis(), image.clockMillis()));
        segments.write(0, true);
        segments.close();
    }

    private void checkpoint(Work work) throws IOException {
        StoreException refusal = staging.stage(work);
        if (refusal != null) {
            throw new IOException(refusal);
        }
        if (group.size() >= CHECKPOINT_BYTES) {
            writeGroup(false);
            group.clear();
        }
    }

    /** Leaves the files as they are. */
    public void close() {
        segments.close();
    }
}
