package io.holdfast.store.log;

import java.util.zip.CRC32C;

/**
 * A record of the log: a header, then its body.
 *
 * <pre>
 * length of the body int, kind byte, last byte, zero short, group long, CRC32C of body int,
 * CRC32C of header int
 * </pre>
 *
 * A group is what one commit wrote; its last record has {@code last} 1. The header's CRC covers its
 * place too (log, segment, offset), so that nothing else is taken for a record: neither one that
 * moved, nor one that a client has put into a message. The header has a CRC of its own so that the
 * records behind a damaged one are found without trusting its length.
 */
final class RecordFormat {
    static final int HEADER_BYTES = 24;

    /** Larger than any batch of a turn or session; a commit of one still fits in memory thrice. */
    static final int MAX_BODY_BYTES = 64 * 1024 * 1024;

    static final int KIND_AT = 4;
    static final int LAST_AT = 5;
    static final int GROUP_AT = 8;
    static final int BODY_CRC_AT = 16;
    static final int HEADER_CRC_AT = 20;

    private RecordFormat() {}

    static int headerCrc(long logId, long segment, long offset, byte[] bytes, int at) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, at, HEADER_CRC_AT);
        for (int shift = 56; shift >= 0; shift -= 8) {
            crc.update((int) (logId >>> shift) & 0xFF);
            crc.update((int) (segment >>> shift) & 0xFF);
            crc.update((int) (offset >>> shift) & 0xFF);
        }
        return (int) crc.getValue();
    }

    static int bodyCrc(byte[] bytes, int at, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, at, length);
        return (int) crc.getValue();
    }
}
