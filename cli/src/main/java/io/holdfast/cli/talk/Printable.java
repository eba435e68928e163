package io.holdfast.cli.talk;

/**
 * Makes text of strangers fit to be printed. A terminal obeys control characters: whoever prints
 * them as they come lets the sender clear the screen, fake lines, or worse. Pure.
 */
final class Printable {
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    /** Holds emoji together. */
    private static final int ZERO_WIDTH_JOINER = 0x200D;

    private Printable() {}

    /** One line; what a terminal would act on is written as an escape, such as {@code \u001b}. */
    static String text(String any) {
        StringBuilder safe = new StringBuilder(any.length());
        any.codePoints().forEach(c -> {
            if (!acts(c)) {
                safe.appendCodePoint(c);
            } else {
                switch (c) {
                    case '\n' -> safe.append("\\n");
                    case '\r' -> safe.append("\\r");
                    case '\t' -> safe.append("\\t");
                    default -> escape(safe, c);
                }
            }
        });
        return safe.toString();
    }

    /** The same for valid JSON, which means the same afterwards: one line, all escapes JSON's. */
    static String json(String valid) {
        StringBuilder safe = new StringBuilder(valid.length());
        valid.codePoints().forEach(c -> {
            if (c < ' ') {
                safe.append(' '); // Only between tokens: RFC 8259 section 7.
            } else if (acts(c)) {
                escape(safe, c);
            } else {
                safe.appendCodePoint(c);
            }
        });
        return safe.toString();
    }

    /** Cuts what is too long to be read. */
    static String shortened(String text, int mostChars) {
        if (text.length() <= mostChars) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(mostChars - 1)) ? mostChars - 1 : mostChars;
        return text.substring(0, end) + "… (" + text.length() + " characters)";
    }

    private static boolean acts(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            // Among them those that turn the direction of writing: "gpj.exe" read backwards.
            case Character.FORMAT -> c != ZERO_WIDTH_JOINER && c != ZERO_WIDTH_NON_JOINER;
            default -> false;
        };
    }

    private static void escape(StringBuilder to, int codePoint) {
        for (char unit : Character.toChars(codePoint)) {
            to.append(String.format("\\u%04x", (int) unit));
        }
    }
}
