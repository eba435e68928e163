package io.holdfast.store.log;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The first bytes of a segment; synced before anything follows.
 *
 * @param logId tells this log from others
 * @param segment number of this one; they grow, with holes
 * @param run number of the start that wrote it
 * @param previous the segment before it, 0 when it is the first ever
 * @param previousEnd where the committed part of that one ends: nothing behind it counts
 * @param firstGroup no earlier group is in it
 * @param clockMillis service clock when it was begun
 * @param synced whether each commit in it was synced
 */
record SegmentHeader(
        long logId,
        long segment,
        long run,
        long previous,
        long previousEnd,
        long firstGroup,
        long clockMillis,
        boolean synced) {

    static final int BYTES = 72;
    static final int VERSION = 1;
    private static final int MAGIC = 0x4846534C; // HFSL
    private static final Pattern NAME = Pattern.compile("([0-9]{12})\\.segment");

    static String name(long segment) {
        return "%012d.segment".formatted(segment);
    }

    /** The number in a segment's name, or -1 when it is not one. */
    static long numberOf(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
    }

    byte[] encode() {
        ByteWriter out = new ByteWriter(BYTES);
        out.putInt(MAGIC);
        out.putInt(VERSION);
        out.putLong(logId);
        out.putLong(segment);
        out.putLong(run);
        out.putLong(previous);
        out.putLong(previousEnd);
        out.putLong(firstGroup);
        out.putLong(clockMillis);
        out.putInt(synced ? 1 : 0);
        out.putInt(crc(out.array()));
        return out.array();
    }

    /** The header, or null when these bytes are not one. */
    static @Nullable SegmentHeader decode(byte[] bytes) {
        try {
            ByteReader in = new ByteReader(bytes, 0, BYTES);
            if (in.getInt() != MAGIC || in.getInt() != VERSION) {
                return null;
            }
            SegmentHeader header = new SegmentHeader(
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getInt() != 0);
            return in.getInt() == crc(bytes) ? header : null;
        } catch (MalformedException e) {
            return null;
        }
    }

    /**
     * The format's version, or -1 when these bytes are no header. Every format has its magic, its
     * version and its checksum where this one has them, so that damage is not taken for later.
     */
    static int versionOf(byte[] bytes) throws MalformedException {
        ByteReader in = new ByteReader(bytes, 0, BYTES);
        int magic = in.getInt();
        int version = in.getInt();
        int crc = new ByteReader(bytes, BYTES - Integer.BYTES, Integer.BYTES).getInt();
        return magic == MAGIC && crc == crc(bytes) ? version : -1;
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, BYTES - Integer.BYTES);
        return (int) crc.getValue();
    }
}
