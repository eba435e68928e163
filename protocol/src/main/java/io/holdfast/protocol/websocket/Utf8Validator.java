package io.holdfast.protocol.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Checks UTF-8 (RFC 3629, Unicode table 3-7) piece by piece. The state between two pieces is one
 * int, so that a connection in the middle of a message keeps no object for it.
 *
 * <p>An error is reported at the first byte after which no continuation could make the text valid:
 * an overlong form, a surrogate or a code point above U+10FFFF is known by its second byte.
 */
public final class Utf8Validator {

    /** The state at the start, and whenever the text so far is whole. */
    public static final int ACCEPT = 0;

    /** The text is not UTF-8 and cannot become it. */
    public static final int REJECT = -1;

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private Utf8Validator() {}

    /**
     * Goes on from a state that is not {@link #REJECT}.
     *
     * @return {@link #ACCEPT}, {@link #REJECT}, or the state in the middle of a character
     */
    public static int advance(int state, byte[] bytes, int from, int to) {
        int now = state;
        int at = from;
        while (at < to) {
            if (now == ACCEPT) {
                at = skipAscii(bytes, at, to);
                if (at == to) {
                    return ACCEPT;
                }
                now = afterLead(bytes[at++] & 0xFF);
            } else {
                now = afterContinuation(now, bytes[at++] & 0xFF);
            }
            if (now == REJECT) {
                return REJECT;
            }
        }
        return now;
    }

    /** Whether the range is whole, valid UTF-8. */
    public static boolean isValid(byte[] bytes, int from, int to) {
        return advance(ACCEPT, bytes, from, to) == ACCEPT;
    }

    private static int skipAscii(byte[] bytes, int from, int to) {
        int at = from;
        while (to - at >= Long.BYTES && ((long) LONGS.get(bytes, at) & HIGH_BITS) == 0) {
            at += Long.BYTES;
        }
        while (at < to && bytes[at] >= 0) {
            at++;
        }
        return at;
    }

    private static int afterLead(int lead) {
        if (lead < 0xC2) {
            return REJECT; // 80-BF continue nothing; C0 and C1 could only start an overlong form
        }
        if (lead < 0xE0) {
            return expecting(1, 0x80, 0xBF);
        }
        if (lead < 0xF0) {
            // E0 80-9F would be overlong, ED A0-BF a surrogate.
            return expecting(2, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF);
        }
        if (lead <= 0xF4) {
            // F0 80-8F would be overlong, F4 90-BF above U+10FFFF.
            return expecting(3, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF);
        }
        return REJECT;
    }

    private static int afterContinuation(int state, int next) {
        if (next < ((state >>> 8) & 0xFF) || next > (state >>> 16)) {
            return REJECT;
        }
        int missing = (state & 0xFF) - 1;
        return missing == 0 ? ACCEPT : expecting(missing, 0x80, 0xBF);
    }

    /**
     * Bits 0-7: continuation bytes missing; 8-15 and 16-23: least and greatest value of the next
     * one.
     */
    private static int expecting(int missing, int least, int greatest) {
        return missing | (least << 8) | (greatest << 16);
    }
}
