package io.holdfast.server.config;

/** How far apart two words are, for "did you mean". */
final class Spelling {

    /** Beyond it a word is not compared: nobody misspells into that length. */
    private static final int MAX_LENGTH = 64;

    private Spelling() {}

    /** A third of the letters wrong is still a misspelling; more is another word. */
    static boolean isNear(int distance, String wanted) {
        return distance <= Math.max(2, Math.min(wanted.length(), MAX_LENGTH) / 3);
    }

    /** Levenshtein's: the fewest insertions, deletions and replacements of one character. */
    static int distance(String a, String b) {
        if (a.length() > MAX_LENGTH || b.length() > MAX_LENGTH) {
            return Integer.MAX_VALUE;
        }
        int[] previous = new int[b.length() + 1];
        int[] current = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            int[] spare = previous;
            previous = current;
            current = spare;
        }
        return previous[b.length()];
    }
}
