package io.holdfast.server.room;

import io.holdfast.protocol.session.SessionRecord;
import io.holdfast.store.Image;
import io.holdfast.store.Outcome;
import io.holdfast.store.Store;
import io.holdfast.store.StoreException;
import io.holdfast.store.StreamBatch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A store that commits when the test says so, and takes nothing that does not continue its stream.
 * Outcomes come on the test's thread, as they come on a store's own.
 */
final class ScriptedStore implements Store {
    private record Work(StreamBatch batch, Outcome outcome) {}

    private final ArrayDeque<Work> held = new ArrayDeque<>();
    private final List<String> log = new ArrayList<>();
    /** By name and epoch: the last seq handed over and not failed; the last seq committed. */
    private final Map<String, Long> handed = new HashMap<>();

    private final Map<String, Long> committed = new HashMap<>();
    private final boolean durable;
    private boolean holding;
    private boolean failing;
    private boolean available = true;
    private long pending;

    ScriptedStore(boolean durable) {
        this.durable = durable;
    }

    /** From now on outcomes wait for {@link #commit} or {@link #fail}. */
    synchronized void hold() {
        holding = true;
    }

    /** From now on every append fails within the call. */
    synchronized void failAtOnce(boolean fails) {
        failing = fails;
    }

    synchronized void available(boolean is) {
        available = is;
    }

    synchronized void pending(long bytes) {
        pending = bytes;
    }

    /** Commits all that is held, and what comes later at once. */
    void commit() {
        List<Work> due;
        synchronized (this) {
            holding = false;
            due = List.copyOf(held);
            held.clear();
            due.forEach(work -> committed.put(key(work.batch()), work.batch().lastSeq()));
        }
        due.forEach(work -> work.outcome().committed());
    }

    /** Commits the oldest that is held. */
    void commitOne() {
        Work work;
        synchronized (this) {
            work = held.remove();
            committed.put(key(work.batch()), work.batch().lastSeq());
        }
        work.outcome().committed();
    }

    /** Fails all that is held; what comes later is committed at once. */
    void fail() {
        List<Work> due;
        synchronized (this) {
            holding = false;
            due = List.copyOf(held);
            held.clear();
            due.forEach(work -> restart(key(work.batch())));
        }
        due.forEach(work -> work.outcome().failed(new StoreException("The test says so.")));
    }

    private void restart(String key) {
        if (committed.containsKey(key)) {
            handed.put(key, committed.getOrDefault(key, 0L));
        } else {
            handed.remove(key);
        }
    }

    synchronized int held() {
        return held.size();
    }

    synchronized List<String> log() {
        return List.copyOf(log);
    }

    private static String key(StreamBatch batch) {
        return batch.stream() + " " + batch.epoch();
    }

    @Override
    public boolean durable() {
        return durable;
    }

    @Override
    public synchronized void beginStream(String stream, String epoch) {
        log.add("begin " + stream);
    }

    @Override
    public void append(StreamBatch batch, Outcome outcome) {
        StoreException refused = null;
        synchronized (this) {
            String key = key(batch);
            long expected = handed.containsKey(key)
                    ? handed.getOrDefault(key, 0L) + 1
                    : durable ? 1 : batch.firstSeq();
            if (failing) {
                refused = new StoreException("The test says so.");
            } else if (batch.firstSeq() != expected) {
                log.add("hole " + batch.stream() + " " + batch.firstSeq());
                refused =
                        new StoreException(batch.firstSeq() + " does not continue it: " + expected);
            } else {
                handed.put(key, batch.lastSeq());
                log.add("append " + batch.stream() + " " + batch.firstSeq() + "-"
                        + batch.lastSeq());
                if (holding) {
                    held.add(new Work(batch, outcome));
                    return;
                }
                committed.put(key, batch.lastSeq());
            }
        }
        if (refused == null) {
            outcome.committed();
        } else {
            outcome.failed(refused);
        }
    }

    @Override
    public void putSession(SessionRecord session, Outcome outcome) {
        outcome.committed();
    }

    @Override
    public void removeSession(String clientId, long sessionNumber) {}

    @Override
    public synchronized void endStream(String stream, String epoch) {
        log.add("end " + stream);
    }

    @Override
    public synchronized long pendingBytes() {
        return pending;
    }

    @Override
    public synchronized boolean available() {
        return available;
    }

    @Override
    public void stop(Image image) {}

    @Override
    public void close() {}
}
