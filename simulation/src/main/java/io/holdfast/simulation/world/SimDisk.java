package io.holdfast.simulation.world;

import io.holdfast.store.log.Disk;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk that forgets what was not synced when the power goes, tears the write that was under way,
 * fills up, and fails. A process can be killed at any of its operations.
 */
public final class SimDisk implements Disk {
    /** What becomes of what was not synced. */
    public enum Unsynced {
        LOST,
        KEPT,
        TORN,
        SCRAMBLED
    }

    private static final int SECTOR_BYTES = 64;

    private static final class Content {
        private byte[] bytes = {};
        private byte[] synced = {};
    }

    private interface DirectoryChange {
        void apply(Map<String, Content> names);
    }

    private final Randoms random;
    private final TreeMap<String, Content> names = new TreeMap<>();
    private final TreeMap<String, Content> syncedNames = new TreeMap<>();
    private final List<DirectoryChange> unsyncedChanges = new ArrayList<>();
    private long operations;
    private long killAt = Long.MAX_VALUE;
    private @Nullable Unsynced powerLoss;
    /** How the power went at the last kill. */
    private @Nullable Unsynced struck;

    private boolean full;
    private boolean syncFails;

    public SimDisk(Randoms random) {
        this.random = random;
    }

    /**
     * Kills whoever makes the operation that comes after so many others.
     *
     * @param power what becomes of what is not synced, when it is the power that goes; null when it
     *     is the process alone
     */
    public void killAfter(long more, @Nullable Unsynced power) {
        killAt = operations + more;
        powerLoss = power;
    }

    /** How the power went that killed the last process; null when it did not. */
    public @Nullable Unsynced power() {
        return struck;
    }

    public boolean hasUnsyncedBytes() {
        return syncedNames.values().stream().anyMatch(SimDisk::isUnsynced)
                || names.values().stream().anyMatch(SimDisk::isUnsynced);
    }

    private static boolean isUnsynced(Content content) {
        return !Arrays.equals(content.bytes, content.synced);
    }

    public boolean hasUnsyncedNames() {
        return !unsyncedChanges.isEmpty();
    }

    public void full(boolean now) {
        full = now;
    }

    public void syncFails(boolean now) {
        syncFails = now;
    }

    /** A new process uses it: what was meant for the last one is over. */
    public void handedOn() {
        killAt = Long.MAX_VALUE;
        powerLoss = null;
        struck = null;
    }

    /** The power goes: only what was synced is sure to be there. */
    public void powerLoss(Unsynced mode) {
        TreeMap<String, Content> left = new TreeMap<>(syncedNames);
        int kept = switch (mode) {
            case LOST -> 0;
            case KEPT -> unsyncedChanges.size();
            case TORN, SCRAMBLED -> random.between(0, unsyncedChanges.size());
        };
        unsyncedChanges.subList(0, kept).forEach(change -> change.apply(left));
        unsyncedChanges.clear();
        names.clear();
        syncedNames.clear();
        left.forEach((name, content) -> {
            Content survivor = new Content();
            survivor.bytes = survivor(content, mode);
            survivor.synced = survivor.bytes.clone();
            names.put(name, survivor);
            syncedNames.put(name, survivor);
        });
    }

    private byte[] survivor(Content content, Unsynced mode) {
        byte[] bytes = content.bytes;
        byte[] synced = content.synced;
        if (mode == Unsynced.KEPT || Arrays.equals(bytes, synced)) {
            return bytes.clone();
        }
        if (mode == Unsynced.LOST || bytes.length <= synced.length) {
            return mode != Unsynced.LOST && random.nextBoolean() ? bytes.clone() : synced.clone();
        }
        int from = synced.length;
        byte[] left = Arrays.copyOf(bytes, from + random.between(0, bytes.length - from));
        if (mode == Unsynced.SCRAMBLED) {
            for (int at = from; at < left.length; at += SECTOR_BYTES) {
                if (random.nextBoolean()) {
                    Arrays.fill(left, at, Math.min(left.length, at + SECTOR_BYTES), (byte) 0);
                }
            }
        }
        return left;
    }

    private void before() {
        if (operations == killAt && random.nextBoolean()) {
            throw killed();
        }
    }

    private void after() {
        if (operations++ >= killAt) {
            throw killed();
        }
    }

    private ProcessKilled killed() {
        struck = powerLoss;
        return new ProcessKilled();
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
        return List.copyOf(names.keySet());
    }

    @Override
    public long size(String name) throws IOException {
        return file(name).bytes.length;
    }

    @Override
    public void read(String name, long offset, byte[] into, int at, int length) throws IOException {
        byte[] bytes = file(name).bytes;
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
        if (full) {
            throw new IOException("No space left on device");
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
        before();
        if (syncFails) {
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
    public void syncDirectory() {
        before();
        unsyncedChanges.forEach(change -> change.apply(syncedNames));
        unsyncedChanges.clear();
        after();
    }

    private final class FileOutput implements Output {
        private final Content content;

        private FileOutput(Content content) {
            this.content = content;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            before();
            boolean dies = operations == killAt;
            int written = dies || full ? random.between(0, length) : length;
            int at = content.bytes.length;
            content.bytes = Arrays.copyOf(content.bytes, at + written);
            System.arraycopy(bytes, offset, content.bytes, at, written);
            after();
            if (full) {
                throw new IOException("No space left on device");
            }
        }

        @Override
        public void sync() throws IOException {
            SimDisk.this.sync(content);
        }

        @Override
        public void truncate(long size) {
            before();
            content.bytes = Arrays.copyOf(content.bytes, (int) size);
            after();
        }

        @Override
        public void close() {}
    }
}
