package io.holdfast.server.config;

/** Foreign text inside a one-line message: no line breaks, no control sequences, not too long. */
final class Escaping {

    private static final int MAX_LENGTH = 80;

    private Escaping() {}

    static String of(String text) {
        StringBuilder out = new StringBuilder();
        int end = Math.min(text.length(), MAX_LENGTH);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            int type = Character.getType(c);
            boolean harmless = type != Character.CONTROL
                    && type != Character.FORMAT
                    && type != Character.LINE_SEPARATOR
                    && type != Character.PARAGRAPH_SEPARATOR;
            out.append(harmless ? String.valueOf(c) : "\\u%04x".formatted((int) c));
        }
        return end < text.length() ? out.append('…').toString() : out.toString();
    }
}
