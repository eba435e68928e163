package io.holdfast.simulation.server;

import io.holdfast.protocol.session.SessionRecord;
import io.holdfast.simulation.world.Randoms;
import io.holdfast.simulation.world.SimLoop;
import io.holdfast.store.Image;
import io.holdfast.store.Outcome;
import io.holdfast.store.Store;
import io.holdfast.store.StoreException;
import io.holdfast.store.StreamBatch;
import io.holdfast.store.log.CommitQueue;
import io.holdfast.store.log.Log;
import io.holdfast.store.log.SessionBytes;
import io.holdfast.store.log.Work;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The real log over a simulated disk, with a simulated thread that commits what has gathered. */
final class LogStore implements Store {
    private final Log log;
    private final SimLoop thread;
    private final Randoms random;
    private final long commitNanos;
    private final SimLoop.Alarm commit;
    private final CommitQueue queue;
    private long pendingBytes;
    /** Of these, what publishers have added; sessions and ends of streams are not theirs. */
    private long pendingAppends;

    private boolean ended;

    private final Log.Watcher watcher = new Log.Watcher() {
        @Override
        public void settled(Work work) {
            count(work, -work.bytes());
        }

        @Override
        public void outcomeThrew(RuntimeException why) {
            throw why;
        }
    };

    LogStore(Log log, SimLoop thread, Randoms random, long commitNanos) {
        this.log = log;
        this.thread = thread;
        this.random = random;
        this.commitNanos = commitNanos;
        this.queue = new CommitQueue(Duration.ofNanos(commitNanos));
        this.commit = thread.alarm(this::commit);
    }

    private void add(Work work) {
        if (ended) {
            Outcome outcome = work.outcome();
            if (outcome != null) {
                outcome.failed(new StoreException("The store is closed."));
            }
            return;
        }
        if (queue.isEmpty()) {
            commit.set(thread.nowNanos() + random.upTo(commitNanos));
        }
        Work added = queue.add(work, thread.nowNanos());
        count(added, added.bytes());
    }

    private void count(Work work, long bytes) {
        pendingBytes += bytes;
        pendingAppends += work instanceof Work.Append ? bytes : 0;
    }

    long pendingAppends() {
        return pendingAppends;
    }

    private void commit() {
        if (ended) {
            return;
        }
        commitOnce();
        if (!log.available()) {
            commit.set(thread.nowNanos() + Log.RETRY_NANOS);
        } else if (!queue.isEmpty()) {
            commit.set(thread.nowNanos() + random.upTo(commitNanos));
        }
    }

    private void commitOnce() {
        List<Work> works = new ArrayList<>();
        queue.takeInto(works);
        log.commit(works, thread.nowNanos(), watcher);
    }

    @Override
    public boolean durable() {
        return true;
    }

    @Override
    public void beginStream(String stream, String epoch) {
        add(new Work.BeginStream(stream, epoch));
    }

    @Override
    public void append(StreamBatch batch, Outcome outcome) {
        add(new Work.Append(batch, outcome));
    }

    @Override
    public void putSession(SessionRecord session, Outcome outcome) {
        add(new Work.PutSession(
                session.clientId(), session.number(), SessionBytes.write(session), outcome));
    }

    @Override
    public void removeSession(String clientId, long sessionNumber) {
        add(new Work.RemoveSession(clientId, sessionNumber));
    }

    @Override
    public void endStream(String stream, String epoch) {
        add(new Work.EndStream(stream, epoch));
    }

    @Override
    public long pendingBytes() {
        return pendingBytes;
    }

    @Override
    public boolean available() {
        return !ended && log.available();
    }

    @Override
    public void stop(Image image) throws StoreException {
        while (!queue.isEmpty()) {
            commitOnce();
        }
        ended = true;
        try {
            log.stop(image);
        } catch (IOException e) {
            throw new StoreException("The store could not be stopped in good order.", e);
        } finally {
            log.close();
        }
    }

    @Override
    public void close() {
        ended = true;
        log.close();
    }
}
