package io.holdfast.store.memory;

import io.holdfast.store.Image;
import io.holdfast.store.StoreException;
import io.holdfast.store.log.ByteReader;
import io.holdfast.store.log.ByteWriter;
import io.holdfast.store.log.Disk;
import io.holdfast.store.log.MalformedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of one directory: at most one waits there. Each has a number, and the highest that
 * was ever consumed is kept apart, so that none is used twice (spec: delivery, "A snapshot is
 * consumed (renamed) before serving begins, so an old one can never come back").
 */
final class Snapshots {
    static final String SNAPSHOT = "snapshot";
    static final String CONSUMED = "snapshot.consumed";
    static final String USED = "snapshot.used";
    static final String STALE = "snapshot.stale";
    static final String DAMAGED = "snapshot.damaged";
    private static final String UNFINISHED = "snapshot.new";
    private static final String CONSUMED_UNFINISHED = "snapshot.consumed.new";

    /** Number long, CRC32C of it int. */
    private static final int CONSUMED_BYTES = 12;

    private final Disk disk;
    private final List<String> report = new ArrayList<>();
    private long consumed;

    Snapshots(Disk disk) {
        this.disk = disk;
    }

    List<String> report() {
        return report;
    }

    /** What the last stop left, now consumed; the empty image when there is nothing to be used. */
    Image consume() throws StoreException {
        try {
            Set<String> files = new HashSet<>(disk.list());
            for (String unfinished : List.of(UNFINISHED, CONSUMED_UNFINISHED)) {
                if (files.contains(unfinished)) {
                    disk.delete(unfinished);
                }
            }
            boolean numberKnown = readConsumed(files);
            return files.contains(SNAPSHOT) ? consume(numberKnown) : Image.EMPTY;
        } catch (SnapshotReader.NewerVersionException e) {
            throw new StoreException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new StoreException(
                    "The snapshot could not be taken over (" + e
                            + "): see that its directory can be read and written, and has space.",
                    e);
        }
    }

    private Image consume(boolean numberKnown)
            throws IOException, SnapshotReader.NewerVersionException {
        SnapshotReader.Header header;
        Image image;
        try {
            header = SnapshotReader.header(disk, SNAPSHOT);
            image = SnapshotReader.read(disk, SNAPSHOT, header);
        } catch (MalformedException e) {
            moveAside(DAMAGED);
            report.add("The snapshot is damaged (" + e.getMessage() + ") and was not used: all"
                    + " sessions and streams start anew; it was moved to " + DAMAGED + ".");
            return Image.EMPTY;
        }
        if (!numberKnown) {
            writeConsumed(Math.max(consumed, header.number()));
            moveAside(STALE);
            report.add("The file " + CONSUMED + " is damaged, so it is not known whether snapshot "
                    + header.number() + " was used before: it was not used, and was moved to "
                    + STALE + ".");
            return Image.EMPTY;
        }
        if (header.number() <= consumed) {
            moveAside(STALE);
            report.add("Snapshot " + header.number()
                    + " was used by an earlier start (the last was " + consumed
                    + ") and was not used again: it was moved to " + STALE + ".");
            return Image.EMPTY;
        }
        writeConsumed(header.number());
        moveAside(USED);
        return image;
    }

    private void moveAside(String name) throws IOException {
        disk.rename(SNAPSHOT, name);
        disk.syncDirectory();
    }

    /** False when the number cannot be known. */
    private boolean readConsumed(Set<String> files) throws IOException {
        if (!files.contains(CONSUMED)) {
            return true;
        }
        byte @Nullable [] bytes = null;
        if (disk.size(CONSUMED) == CONSUMED_BYTES) {
            bytes = new byte[CONSUMED_BYTES];
            disk.read(CONSUMED, 0, bytes, 0, bytes.length);
        }
        if (bytes == null || crc(bytes) != new ByteReader(bytes, 8, 4).getInt()) {
            return false;
        }
        consumed = new ByteReader(bytes, 0, 8).getLong();
        return true;
    }

    private void writeConsumed(long number) throws IOException {
        ByteWriter bytes = new ByteWriter(CONSUMED_BYTES);
        bytes.putLong(number);
        bytes.putInt(crc(bytes.array()));
        try (Disk.Output output = disk.create(CONSUMED_UNFINISHED)) {
            output.write(bytes.array(), 0, bytes.size());
            output.sync();
        }
        disk.rename(CONSUMED_UNFINISHED, CONSUMED);
        disk.syncDirectory();
        consumed = number;
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, 8);
        return (int) crc.getValue();
    }

    /** Leaves the image for the next start; what was left before stays until this one is whole. */
    void write(Image image) throws IOException {
        try {
            try (Disk.Output output = disk.create(UNFINISHED)) {
                SnapshotWriter.write(output, consumed + 1, image);
            }
            disk.rename(UNFINISHED, SNAPSHOT);
            disk.syncDirectory();
        } catch (IOException e) {
            removeUnfinished(e);
            throw e;
        }
    }

    private void removeUnfinished(IOException why) {
        try {
            if (disk.list().contains(UNFINISHED)) {
                disk.delete(UNFINISHED);
            }
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }
}
