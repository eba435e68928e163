package io.holdfast.store.memory;

import io.holdfast.protocol.session.SessionRecord;
import io.holdfast.store.Image;
import io.holdfast.store.StreamBatch;
import io.holdfast.store.StreamImage;
import io.holdfast.store.log.BatchCodec;
import io.holdfast.store.log.ByteWriter;
import io.holdfast.store.log.Disk;
import io.holdfast.store.log.SessionBytes;

import java.io.IOException;

/** Writes an image as a snapshot, holding one block of it in memory at a time. */
final class SnapshotWriter {
    /** Small blocks share writes of about this size. */
    private static final int BUFFER_BYTES = 256 * 1024;

    private final Disk.Output output;
    private final long number;
    private final ByteWriter buffer = new ByteWriter(BUFFER_BYTES);
    private int blockStart;
    private long index;

    private SnapshotWriter(Disk.Output output, long number) {
        this.output = output;
        this.number = number;
    }

    /** Writes and syncs. */
    static void write(Disk.Output output, long number, Image image) throws IOException {
        new SnapshotWriter(output, number).all(image);
        output.sync();
    }

    private void all(Image image) throws IOException {
        header(image.clockMillis());
        for (SessionRecord session : image.sessions()) {
            begin(SnapshotFormat.SESSION);
            byte[] bytes = SessionBytes.write(session);
            buffer.putBytes(bytes, 0, bytes.length);
            end();
        }
        int streams = 0;
        for (StreamImage stream : image.streams()) {
            stream(stream);
            streams++;
        }
        begin(SnapshotFormat.END);
        buffer.putInt(image.sessions().size());
        buffer.putInt(streams);
        end();
        flush();
    }

    private void header(long clockMillis) {
        buffer.putInt(SnapshotFormat.MAGIC);
        buffer.putInt(SnapshotFormat.VERSION);
        buffer.putLong(number);
        buffer.putLong(clockMillis);
        buffer.putInt(SnapshotFormat.headerCrc(buffer.array()));
    }

    private void stream(StreamImage stream) throws IOException {
        begin(SnapshotFormat.STREAM);
        buffer.putText(stream.name());
        buffer.putText(stream.epoch());
        buffer.putLong(stream.head());
        buffer.putInt(stream.history().size());
        end();
        for (StreamBatch batch : stream.history()) {
            begin(SnapshotFormat.BATCH);
            BatchCodec.write(buffer, batch, null);
            end();
        }
    }

    private void begin(int kind) {
        blockStart = buffer.size();
        buffer.skip(SnapshotFormat.BLOCK_HEADER_BYTES);
        buffer.put(kind);
    }

    private void end() throws IOException {
        int body = blockStart + SnapshotFormat.BLOCK_HEADER_BYTES;
        int length = buffer.size() - body;
        buffer.setInt(blockStart, length);
        buffer.setInt(
                blockStart + Integer.BYTES,
                SnapshotFormat.blockCrc(number, index++, buffer.array(), body, length));
        if (buffer.size() >= BUFFER_BYTES) {
            flush();
        }
    }

    private void flush() throws IOException {
        output.write(buffer.array(), 0, buffer.size());
        buffer.clear(2 * BUFFER_BYTES);
    }
}
