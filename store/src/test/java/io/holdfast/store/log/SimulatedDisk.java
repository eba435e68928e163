package io.holdfast.store.log;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that can lose what was not synced, tear a write, fill up, and fail. Every change
 * counts as one operation, and the process can be killed before, in or after any of them.
 */
public final class SimulatedDisk implements Disk {
    /** What becomes of work that was not synced. */
    public enum Unsynced {
        LOST,
        KEPT,
        TORN,
        SCRAMBLED
    }

    public enum Moment {
        BEFORE,
        IN,
        AFTER
    }

    /** The process is gone: nothing of it may run on. */
    public static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    private static final int SECTOR_BYTES = 64;

    private static final class Content {
        private byte[] bytes = {};
        private byte[] synced = {};
    }

    private interface DirectoryChange {
        void apply(Map<String, Content> names);
    }

    private final TreeMap<String, Content> names = new TreeMap<>();
    private final TreeMap<String, Content> syncedNames = new TreeMap<>();
    private final List<DirectoryChange> unsyncedChanges = new ArrayList<>();
    private long operations;
    private long killAt = Long.MAX_VALUE;
    private Moment killMoment = Moment.BEFORE;
    private int tornWriteBytes = -1;
    private boolean killed;

    public long capacity = Long.MAX_VALUE;
    public boolean readOnly;
    /** The one operation that fails; of a write, half is done. */
    public long failAt = Long.MAX_VALUE;
    /** Syncs wait for it. */
    public volatile @Nullable CountDownLatch syncGate;

    public boolean failSync;
    public boolean failTruncate;
    public String unreadableName = "";
    public long unreadableFrom;
    public long unreadableTo;

    public long operations() {
        return operations;
    }

    /** @param bytes of a write that reach the file when the kill comes in one; -1 for half */
    public void killAt(long operation, Moment moment, int bytes) {
        killAt = operation;
        killMoment = moment;
        tornWriteBytes = bytes;
    }

    /** As the next process finds it when only this one is killed: all is there, synced or not. */
    public SimulatedDisk afterKill() {
        SimulatedDisk next = new SimulatedDisk();
        next.names.putAll(names);
        next.syncedNames.putAll(syncedNames);
        next.unsyncedChanges.addAll(unsyncedChanges);
        return next;
    }

    /** The disk as the next process finds it after a power loss. */
    public SimulatedDisk afterPowerLoss(Unsynced mode, RandomGenerator random) {
        TreeMap<String, Content> left = new TreeMap<>(syncedNames);
        int kept = switch (mode) {
            case LOST -> 0;
            case KEPT -> unsyncedChanges.size();
            case TORN, SCRAMBLED -> random.nextInt(unsyncedChanges.size() + 1);
        };
        unsyncedChanges.subList(0, kept).forEach(change -> change.apply(left));
        SimulatedDisk next = new SimulatedDisk();
        left.forEach((name, content) -> next.put(name, survivor(content, mode, random)));
        return next;
    }

    private static byte[] survivor(Content content, Unsynced mode, RandomGenerator random) {
        byte[] bytes = content.bytes;
        byte[] synced = content.synced;
        if (mode == Unsynced.KEPT || Arrays.equals(bytes, synced)) {
            return bytes.clone();
        }
        if (mode == Unsynced.LOST || bytes.length <= synced.length) {
            return random.nextBoolean() && mode != Unsynced.LOST ? bytes.clone() : synced.clone();
        }
        int from = synced.length;
        int length = from + random.nextInt(bytes.length - from + 1);
        byte[] left = Arrays.copyOf(bytes, length);
        if (mode == Unsynced.SCRAMBLED) {
            for (int at = from; at < length; at += SECTOR_BYTES) {
                if (random.nextBoolean()) {
                    Arrays.fill(left, at, Math.min(length, at + SECTOR_BYTES), (byte) 0);
                }
            }
        }
        return left;
    }

    /** Puts a file there as if it had always been. */
    public void put(String name, byte[] bytes) {
        Content content = new Content();
        content.bytes = bytes;
        content.synced = bytes.clone();
        names.put(name, content);
        syncedNames.put(name, content);
    }

    public byte[] bytes(String name) {
        Content content = names.get(name);
        if (content == null) {
            throw new IllegalArgumentException("no file " + name);
        }
        return content.bytes;
    }

    private void before() throws IOException {
        before(false);
    }

    private void before(boolean writing) throws IOException {
        if (killed || (operations == killAt && killMoment == Moment.BEFORE)) {
            killed = true;
            throw new Killed();
        }
        if (operations == failAt && !writing) {
            operations++;
            throw new IOException("Input/output error");
        }
        if (readOnly) {
            operations++;
            throw new IOException("Read-only file system");
        }
    }

    private void after() {
        if (operations++ == killAt && killMoment != Moment.BEFORE) {
            killed = true;
            throw new Killed();
        }
    }

    private Content file(String name) throws IOException {
        Content content = names.get(name);
        if (content == null) {
            throw new FileNotFoundException(name);
        }
        return content;
    }

    private void change(DirectoryChange change) {
        change.apply(names);
        unsyncedChanges.add(change);
    }

    @Override
    public List<String> list() {
        if (killed) {
            throw new Killed();
        }
        return List.copyOf(names.keySet());
    }

    @Override
    public long size(String name) throws IOException {
        return file(name).bytes.length;
    }

    @Override
    public void read(String name, long offset, byte[] into, int at, int length) throws IOException {
        byte[] bytes = file(name).bytes;
        if (name.equals(unreadableName)
                && offset < unreadableTo
                && offset + length > unreadableFrom) {
            throw new IOException("Input/output error");
        }
        if (offset + length > bytes.length) {
            throw new EOFException(name);
        }
        System.arraycopy(bytes, (int) offset, into, at, length);
    }

    @Override
    public Output create(String name) throws IOException {
        before();
        if (names.containsKey(name)) {
            throw new IOException("File exists: " + name);
        }
        Content content = new Content();
        change(all -> all.put(name, content));
        after();
        return new FileOutput(content);
    }

    @Override
    public void cut(String name, long size) throws IOException {
        before();
        Content content = file(name);
        content.bytes = Arrays.copyOf(content.bytes, (int) size);
        content.synced = content.bytes.clone();
        after();
    }

    @Override
    public void sync(String name) throws IOException {
        sync(file(name));
    }

    private void sync(Content content) throws IOException {
        CountDownLatch gate = syncGate;
        if (gate != null) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
        before();
        if (failSync) {
            operations++;
            throw new IOException("Input/output error");
        }
        content.synced = content.bytes.clone();
        after();
    }

    @Override
    public void rename(String from, String to) throws IOException {
        before();
        Content content = file(from);
        change(all -> {
            all.remove(from);
            all.put(to, content);
        });
        after();
    }

    @Override
    public void delete(String name) throws IOException {
        before();
        file(name);
        change(all -> all.remove(name));
        after();
    }

    @Override
    public void syncDirectory() throws IOException {
        before();
        unsyncedChanges.forEach(change -> change.apply(syncedNames));
        unsyncedChanges.clear();
        after();
    }

    private long used() {
        return names.values().stream()
                .mapToLong(content -> content.bytes.length)
                .sum();
    }

    private final class FileOutput implements Output {
        private final Content content;

        private FileOutput(Content content) {
            this.content = content;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            before(true);
            boolean fails = operations == failAt;
            int written = fails ? length / 2 : length;
            if (operations == killAt && killMoment == Moment.IN) {
                written = tornWriteBytes < 0 ? length / 2 : Math.min(length, tornWriteBytes);
            }
            boolean full = used() + written > capacity;
            if (full) {
                written = (int) Math.max(0, capacity - used());
            }
            int at = content.bytes.length;
            content.bytes = Arrays.copyOf(content.bytes, at + written);
            System.arraycopy(bytes, offset, content.bytes, at, written);
            after();
            if (full || fails) {
                throw new IOException(full ? "No space left on device" : "Input/output error");
            }
        }

        @Override
        public void sync() throws IOException {
            SimulatedDisk.this.sync(content);
        }

        @Override
        public void truncate(long size) throws IOException {
            before();
            if (failTruncate) {
                operations++;
                throw new IOException("Input/output error");
            }
            content.bytes = Arrays.copyOf(content.bytes, (int) size);
            after();
        }

        @Override
        public void close() {}
    }
}
