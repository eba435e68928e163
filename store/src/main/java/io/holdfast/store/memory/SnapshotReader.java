package io.holdfast.store.memory;

import io.holdfast.protocol.session.SessionRecord;
import io.holdfast.store.Image;
import io.holdfast.store.StreamBatch;
import io.holdfast.store.StreamImage;
import io.holdfast.store.log.BatchCodec;
import io.holdfast.store.log.ByteReader;
import io.holdfast.store.log.Disk;
import io.holdfast.store.log.MalformedException;
import io.holdfast.store.log.SessionBytes;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads a snapshot whole: one damaged byte makes all of it worthless. */
final class SnapshotReader {
    private final Disk disk;
    private final String name;
    private final long size;
    private final long number;
    private long at = SnapshotFormat.HEADER_BYTES;
    private long index;

    /** The format is of a later release. */
    static final class NewerVersionException extends Exception {
        private static final long serialVersionUID = 1L;

        NewerVersionException(String message) {
            super(message);
        }
    }

    record Header(long number, long clockMillis) {}

    private SnapshotReader(Disk disk, String name, long number) throws IOException {
        this.disk = disk;
        this.name = name;
        this.number = number;
        size = disk.size(name);
    }

    static Header header(Disk disk, String name) throws IOException, NewerVersionException {
        if (disk.size(name) < SnapshotFormat.HEADER_BYTES) {
            throw new MalformedException("it ends inside its header");
        }
        byte[] bytes = new byte[SnapshotFormat.HEADER_BYTES];
        disk.read(name, 0, bytes, 0, bytes.length);
        ByteReader in = new ByteReader(bytes, 0, bytes.length);
        if (in.getInt() != SnapshotFormat.MAGIC) {
            throw new MalformedException("it is not a snapshot");
        }
        int version = in.getInt();
        long number = in.getLong();
        long clockMillis = in.getLong();
        // Later formats keep the header, so that damage is not taken for one of them.
        if (in.getInt() != SnapshotFormat.headerCrc(bytes)) {
            throw new MalformedException("the checksum of its header is wrong");
        }
        if (version > SnapshotFormat.VERSION) {
            throw new NewerVersionException("The snapshot " + name + " has format " + version
                    + ", and this server knows formats up to " + SnapshotFormat.VERSION
                    + ": start the newer server, or move the file away to start without it.");
        }
        return new Header(number, clockMillis);
    }

    static Image read(Disk disk, String name, Header header) throws IOException {
        return new SnapshotReader(disk, name, header.number()).all(header.clockMillis());
    }

    private Image all(long clockMillis) throws IOException {
        List<SessionRecord> sessions = new ArrayList<>();
        List<StreamImage> streams = new ArrayList<>();
        while (true) {
            ByteReader block = next();
            int kind = block.get();
            switch (kind) {
                case SnapshotFormat.SESSION ->
                    sessions.add(SessionBytes.read(block.getBytes(block.left())));
                case SnapshotFormat.STREAM -> streams.add(stream(block));
                case SnapshotFormat.END -> {
                    check(block, sessions.size(), streams.size());
                    return new Image(clockMillis, sessions, streams);
                }
                default -> throw new MalformedException("it has a block of unknown kind " + kind);
            }
        }
    }

    private StreamImage stream(ByteReader block) throws IOException {
        String stream = block.getText();
        String epoch = block.getText();
        long head = block.getLong();
        int batches = block.getInt();
        List<StreamBatch> history = new ArrayList<>();
        for (int i = 0; i < batches; i++) {
            ByteReader body = next();
            if (body.get() != SnapshotFormat.BATCH) {
                throw new MalformedException("stream " + stream + " lacks messages");
            }
            history.add(BatchCodec.read(body).batch());
        }
        return new StreamImage(stream, epoch, head, history);
    }

    private void check(ByteReader end, int sessions, int streams) throws IOException {
        if (end.getInt() != sessions || end.getInt() != streams || at != size) {
            throw new MalformedException("its last block does not agree with the others");
        }
    }

    private ByteReader next() throws IOException {
        long left = size - at - SnapshotFormat.BLOCK_HEADER_BYTES;
        if (left < 1) {
            throw new MalformedException("it ends at byte " + size + " before its last block");
        }
        byte[] head = new byte[SnapshotFormat.BLOCK_HEADER_BYTES];
        disk.read(name, at, head, 0, head.length);
        ByteReader in = new ByteReader(head, 0, head.length);
        int length = in.getInt();
        int crc = in.getInt();
        if (length < 1 || length > left || length > SnapshotFormat.MAX_BLOCK_BYTES) {
            throw new MalformedException("the block at byte " + at + " has a wrong length");
        }
        byte[] body = new byte[length];
        disk.read(name, at + SnapshotFormat.BLOCK_HEADER_BYTES, body, 0, length);
        if (crc != SnapshotFormat.blockCrc(number, index++, body, 0, length)) {
            throw new MalformedException("the checksum of the block at byte " + at + " is wrong");
        }
        at += SnapshotFormat.BLOCK_HEADER_BYTES + length;
        return new ByteReader(body, 0, length);
    }
}
