package io.holdfast.protocol.stream;

import java.util.random.RandomGenerator;

/**
 * The name of one numbering of a stream. It is compared for equality only. It is no secret, but
 * must not come twice: 12 characters are 62 bits, so a stream begun anew a million times meets an
 * old epoch of its own with a chance of one in ten million.
 */
public final class Epoch {
    /** Characters of a new epoch. */
    public static final int LENGTH = 12;

    private static final String ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";

    private Epoch() {}

    public static String random(RandomGenerator random) {
        char[] epoch = new char[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            epoch[i] = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
        }
        return new String(epoch);
    }
}
