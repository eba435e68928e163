package io.holdfast.store.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One segment in memory, and the records in it. */
final class SegmentBytes {
    /** What cannot be read costs no more around it than this. */
    private static final int READ_PIECE_BYTES = 4 * 1024;

    private final long logId;
    private final long segment;
    private final byte[] bytes;
    private final ByteBuffer view;
    private final int size;
    private final boolean readWhole;

    /** A record whose two checksums are right. */
    record Found(int kind, boolean last, long group, int bodyFrom, int bodyLength) {
        int end() {
            return bodyFrom + bodyLength;
        }

        int start() {
            return bodyFrom - RecordFormat.HEADER_BYTES;
        }
    }

    private SegmentBytes(long logId, long segment, byte[] bytes, int size, boolean readWhole) {
        this.logId = logId;
        this.segment = segment;
        this.bytes = bytes;
        this.size = size;
        this.readWhole = readWhole;
        view = ByteBuffer.wrap(bytes);
    }

    /** @param end how much of the file counts */
    static SegmentBytes read(Disk disk, SegmentHeader header, long end) throws IOException {
        String name = SegmentHeader.name(header.segment());
        int size = Math.toIntExact(Math.min(end, disk.size(name)));
        byte[] bytes = new byte[size];
        boolean whole = true;
        try {
            disk.read(name, 0, bytes, 0, size);
        } catch (IOException e) {
            whole = readPieces(disk, name, bytes);
        }
        return new SegmentBytes(header.logId(), header.segment(), bytes, size, whole);
    }

    private static boolean readPieces(Disk disk, String name, byte[] bytes) {
        boolean whole = true;
        for (int at = 0; at < bytes.length; at += READ_PIECE_BYTES) {
            int length = Math.min(READ_PIECE_BYTES, bytes.length - at);
            try {
                disk.read(name, at, bytes, at, length);
            } catch (IOException e) {
                whole = false; // Zeros stay, which are no record.
            }
        }
        return whole;
    }

    byte[] array() {
        return bytes;
    }

    int size() {
        return size;
    }

    /** Whether the disk gave all of it. */
    boolean readWhole() {
        return readWhole;
    }

    ByteReader body(Found record) {
        return new ByteReader(bytes, record.bodyFrom(), record.bodyLength());
    }

    /** The record that begins here, or null when there is none, or a damaged one. */
    @Nullable
    Found at(int offset) {
        if (!headerAt(offset)) {
            return null;
        }
        int body = offset + RecordFormat.HEADER_BYTES;
        int length = view.getInt(offset);
        if (length < 0
                || length > size - body
                || RecordFormat.bodyCrc(bytes, body, length)
                        != view.getInt(offset + RecordFormat.BODY_CRC_AT)) {
            return null;
        }
        return new Found(
                bytes[offset + RecordFormat.KIND_AT],
                bytes[offset + RecordFormat.LAST_AT] != 0,
                view.getLong(offset + RecordFormat.GROUP_AT),
                body,
                length);
    }

    private boolean headerAt(int offset) {
        return offset <= size - RecordFormat.HEADER_BYTES
                && RecordFormat.headerCrc(logId, segment, offset, bytes, offset)
                        == view.getInt(offset + RecordFormat.HEADER_CRC_AT);
    }

    /** The first whole record that begins at or behind {@code from}, or null. */
    @Nullable
    Found next(int from) {
        for (int offset = from; offset <= size - RecordFormat.HEADER_BYTES; offset++) {
            // No group of zeros: most of what a torn write leaves is passed by without a checksum.
            if (view.getInt(offset + RecordFormat.HEADER_CRC_AT) != 0 || view.getInt(offset) != 0) {
                Found record = at(offset);
                if (record != null) {
                    return record;
                }
            }
        }
        return null;
    }
}
