package io.holdfast.store.memory;

import java.util.zip.CRC32C;

/**
 * A snapshot, version 1: a header, then blocks.
 *
 * <pre>
 * header  magic int, version int, number long, clock ms long, CRC32C of these int
 * block   length of the body int, CRC32C int, body: kind byte, then what it says
 *         session  its record
 *         stream   name, epoch, head long, batches int; these follow as blocks
 *         batch    as in the log
 *         end      sessions int, streams int; the last block
 * </pre>
 *
 * The CRC of a block covers its place too (number of the snapshot, index of the block, length), so
 * that blocks which changed places or files are known.
 */
final class SnapshotFormat {
    static final int MAGIC = 0x48464D53; // HFMS
    static final int VERSION = 1;
    static final int HEADER_BYTES = 4 + 4 + 8 + 8 + 4;
    static final int BLOCK_HEADER_BYTES = 8;

    /** Far above any batch or session; a damaged length must not take all memory. */
    static final int MAX_BLOCK_BYTES = 256 * 1024 * 1024;

    static final int SESSION = 1;
    static final int STREAM = 2;
    static final int BATCH = 3;
    static final int END = 4;

    private SnapshotFormat() {}

    static int headerCrc(byte[] header) {
        CRC32C crc = new CRC32C();
        crc.update(header, 0, HEADER_BYTES - Integer.BYTES);
        return (int) crc.getValue();
    }

    static int blockCrc(long number, long index, byte[] body, int offset, int length) {
        CRC32C crc = new CRC32C();
        updateLong(crc, number);
        updateLong(crc, index);
        updateLong(crc, length);
        crc.update(body, offset, length);
        return (int) crc.getValue();
    }

    private static void updateLong(CRC32C crc, long value) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            crc.update((int) (value >>> shift) & 0xFF);
        }
    }
}
