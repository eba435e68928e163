package io.holdfast.benchmarks.load;

/** Reads the head of a sequenced message, {@code {"stream":"lobby","seq":41,…}}. */
final class Sequenced {
    static final String LOBBY = "{\"stream\":\"lobby\",\"seq\":";

    /** A personal stream's name begins with {@code @}. */
    private static final String PERSONAL = "{\"stream\":\"@";

    private Sequenced() {}

    static boolean isInLobby(String payload) {
        return payload.startsWith(LOBBY);
    }

    static boolean isPersonal(String payload) {
        return payload.startsWith(PERSONAL);
    }

    /** The number of a message that {@link #isInLobby}. */
    static long seqInLobby(String payload) {
        int end = LOBBY.length();
        while (Character.isDigit(payload.charAt(end))) {
            end++;
        }
        return Long.parseLong(payload, LOBBY.length(), end, 10);
    }
}
