package io.holdfast.server.connection;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * The wall clock as messages carry it: RFC 3339, UTC, milliseconds and {@code Z}. Written once a
 * millisecond, however many messages carry it. Belongs to one event loop.
 */
public final class Timestamps {
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);
    /** Where the milliseconds' first digit stands. */
    private static final int MILLIS_AT = 20;

    private byte[] text = {};
    private long second = Long.MIN_VALUE;
    private long millis = Long.MIN_VALUE;

    /** The time now; the array must not be changed, and is not changed later. */
    public byte[] now() {
        long now = System.currentTimeMillis();
        if (now == millis) {
            return text;
        }
        millis = now;
        long nowSecond = Math.floorDiv(now, 1000);
        int rest = (int) Math.floorMod(now, 1000L);
        byte[] next;
        if (nowSecond == second) {
            next = text.clone();
        } else {
            second = nowSecond;
            next = (SECONDS.format(Instant.ofEpochSecond(nowSecond)) + ".000Z")
                    .getBytes(StandardCharsets.US_ASCII);
        }
        next[MILLIS_AT] = (byte) ('0' + rest / 100);
        next[MILLIS_AT + 1] = (byte) ('0' + rest / 10 % 10);
        next[MILLIS_AT + 2] = (byte) ('0' + rest % 10);
        text = next;
        return next;
    }

    /** A moment as health and logs show it. */
    public static String format(long epochMillis) {
        int rest = (int) Math.floorMod(epochMillis, 1000L);
        return SECONDS.format(Instant.ofEpochMilli(epochMillis)) + "."
                + (char) ('0' + rest / 100)
                + (char) ('0' + rest / 10 % 10)
                + (char) ('0' + rest % 10)
                + "Z";
    }
}
