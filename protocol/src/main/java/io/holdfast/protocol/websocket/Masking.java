package io.holdfast.protocol.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The XOR of RFC 6455 §5.3. A key is an int whose highest byte masks the first byte of the payload,
 * so that a key read from the wire in network order needs no turning.
 */
final class Masking {

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Masking() {}

    /** Masks or unmasks in place. */
    static void apply(byte[] bytes, int from, int to, int key) {
        int at = from;
        if (to - at >= Long.BYTES) {
            long wide = ((long) key << 32) | (key & 0xFFFF_FFFFL);
            for (; to - at >= Long.BYTES; at += Long.BYTES) {
                LONGS.set(bytes, at, (long) LONGS.get(bytes, at) ^ wide);
            }
        }
        int turned = key;
        for (; at < to; at++) {
            turned = Integer.rotateLeft(turned, 8);
            // The lowest byte after a turn by eight bits is the one that was highest before.
            bytes[at] = (byte) (bytes[at] ^ turned);
        }
    }

    /** The key for the byte after {@code count} masked ones. */
    static int after(int key, int count) {
        return Integer.rotateLeft(key, (count & 3) * 8);
    }
}
