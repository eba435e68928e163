package io.holdfast.server.log;

/**
 * Escapes text so that a line of the log stays one line, and looks like what it is: control
 * characters (line breaks, ANSI sequences), format characters (bidirectional overrides, zero
 * width), line separators and lone surrogates become their code in hexadecimal.
 */
final class LogText {

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private LogText() {}

    /** Inside the quotes of a JSON string. */
    static void appendJson(StringBuilder out, String text) {
        append(out, text, true);
    }

    /** In a readable line: quotes and backslashes stay. */
    static void appendPlain(StringBuilder out, String text) {
        append(out, text, false);
    }

    private static void append(StringBuilder out, String text, boolean json) {
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (json && (c == '"' || c == '\\')) {
                out.append('\\').append((char) c);
            } else if (c >= ' ' && c < 0x7f) {
                out.append((char) c);
            } else if (isDeceptive(c)) {
                appendHex(out, text, i, i + Character.charCount(c));
            } else {
                out.appendCodePoint(c);
            }
            i += Character.charCount(c);
        }
    }

    private static boolean isDeceptive(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> true;
            default -> false;
        };
    }

    private static void appendHex(StringBuilder out, String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            out.append("\\u");
            for (int shift = 12; shift >= 0; shift -= 4) {
                out.append(HEX[(c >> shift) & 0xf]);
            }
        }
    }
}
