package io.holdfast.server.dialect;

import java.util.random.RandomGenerator;

/** Ids for clients that do not say who they are. */
public final class ClientIds {
    /** Characters that are made: 60 bits, which nobody guesses or meets twice. */
    private static final int MADE = 12;

    private static final String ALPHABET = "0123456789abcdefghijklmnopqrstuv";

    private ClientIds() {}

    /** A new id with that beginning. */
    public static String made(String prefix, RandomGenerator random) {
        StringBuilder made = new StringBuilder(prefix);
        for (int i = 0; i < MADE; i++) {
            made.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return made.toString();
    }
}
