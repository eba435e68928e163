package io.holdfast.server.drain;

import java.security.SecureRandom;

/** Names for drains, unique across the servers of a fleet. */
final class DrainIds {
    private static final SecureRandom RANDOM = new SecureRandom();

    private DrainIds() {}

    static String next() {
        // 50 bits in base 32: ten characters that can be read out.
        return "d-" + Long.toString(RANDOM.nextLong() & (1L << 50) - 1, 32);
    }
}
