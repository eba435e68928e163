package io.holdfast.protocol.line;

import java.util.zip.CRC32;

/** What stands around the deflate data of a gzip member (RFC 1952 §2.3); little-endian. */
final class GzipFormat {

    /** Without the optional fields, of which ours has none. */
    static final int HEADER_BYTES = 10;

    /** CRC-32 and length of the uncompressed data. */
    static final int TRAILER_BYTES = 8;

    private static final int ID1 = 0x1F;
    private static final int ID2 = 0x8B;
    private static final int DEFLATE = 8;
    private static final int UNKNOWN_SYSTEM = 255;

    private static final int HAS_HEADER_CRC = 1 << 1;
    private static final int HAS_EXTRA = 1 << 2;
    private static final int HAS_NAME = 1 << 3;
    private static final int HAS_COMMENT = 1 << 4;
    /** "Reserved FLG bits must be zero." */
    private static final int RESERVED = 0xE0;

    private static final int BAD = -1;

    private GzipFormat() {}

    /** Writes a header without optional fields and without a time, which would tell nothing. */
    static void writeHeader(byte[] out, int at) {
        out[at] = (byte) ID1;
        out[at + 1] = (byte) ID2;
        out[at + 2] = DEFLATE;
        for (int i = 3; i < HEADER_BYTES - 1; i++) {
            out[at + i] = 0;
        }
        out[at + HEADER_BYTES - 1] = (byte) UNKNOWN_SYSTEM;
    }

    static void writeInt(byte[] out, int at, int value) {
        for (int i = 0; i < Integer.BYTES; i++) {
            out[at + i] = (byte) (value >>> (8 * i));
        }
    }

    static int readInt(byte[] bytes, int at) {
        return (bytes[at] & 0xFF)
                | (bytes[at + 1] & 0xFF) << 8
                | (bytes[at + 2] & 0xFF) << 16
                | (bytes[at + 3] & 0xFF) << 24;
    }

    /** The index behind the header, or a negative number when it is not whole or not valid. */
    static int headerEnd(byte[] bytes, int from, int to) {
        if (to - from < HEADER_BYTES + TRAILER_BYTES
                || (bytes[from] & 0xFF) != ID1
                || (bytes[from + 1] & 0xFF) != ID2
                || bytes[from + 2] != DEFLATE
                || (bytes[from + 3] & RESERVED) != 0) {
            return BAD;
        }
        int flags = bytes[from + 3];
        int at = from + HEADER_BYTES;
        if ((flags & HAS_EXTRA) != 0) {
            at = afterExtra(bytes, at, to);
        }
        if (at >= 0 && (flags & HAS_NAME) != 0) {
            at = afterZero(bytes, at, to);
        }
        if (at >= 0 && (flags & HAS_COMMENT) != 0) {
            at = afterZero(bytes, at, to);
        }
        if (at >= 0 && (flags & HAS_HEADER_CRC) != 0) {
            at = afterHeaderCrc(bytes, from, at, to);
        }
        return at;
    }

    private static int afterExtra(byte[] bytes, int at, int to) {
        if (to - at < 2) {
            return BAD;
        }
        int end = at + 2 + ((bytes[at] & 0xFF) | (bytes[at + 1] & 0xFF) << 8);
        return end <= to ? end : BAD;
    }

    private static int afterZero(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == 0) {
                return i + 1;
            }
        }
        return BAD;
    }

    /** The lower 16 bits of the CRC-32 of all of the header before them. */
    private static int afterHeaderCrc(byte[] bytes, int from, int at, int to) {
        if (to - at < 2) {
            return BAD;
        }
        CRC32 crc = new CRC32();
        crc.update(bytes, from, at - from);
        int given = (bytes[at] & 0xFF) | (bytes[at + 1] & 0xFF) << 8;
        return given == (crc.getValue() & 0xFFFF) ? at + 2 : BAD;
    }
}
