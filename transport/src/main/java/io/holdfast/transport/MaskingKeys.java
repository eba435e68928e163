package io.holdfast.transport;

import java.security.SecureRandom;

/**
 * The keys of a client's frames. RFC 6455 section 5.3: they "MUST be derived from a strong source of
 * entropy", and one must not tell the next. One for each event loop; not thread-safe.
 */
final class MaskingKeys {
    /** Bytes; asking the generator once for many keys costs a fraction of asking for each. */
    private static final int STOCK_BYTES = 1024;

    private final SecureRandom random = new SecureRandom();
    private final byte[] stock = new byte[STOCK_BYTES];
    private int used = STOCK_BYTES;

    int next() {
        if (used == STOCK_BYTES) {
            random.nextBytes(stock);
            used = 0;
        }
        int key = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            key = (key << 8) | (stock[used++] & 0xFF);
        }
        return key;
    }

    byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
