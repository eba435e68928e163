package io.holdfast.protocol;

/**
 * The rules for the name of a client. {@code rooms} takes the narrow rule, because its ids stand
 * in paths; {@code deepstream} ({@code instance_id}) and {@code bot} ({@code client_key}) take
 * anything printable. Hand-written loops: these run once per connection attempt of anybody.
 */
public final class ClientId {
    /** Longest id in the {@code rooms} dialect, in characters. */
    public static final int MAX_LENGTH = 64;
    /** Longest {@code instance_id} and {@code client_key}, in characters (code points). */
    public static final int MAX_PRINTABLE_LENGTH = 128;

    private ClientId() {}

    /** {@code ^[a-zA-Z0-9_-]{1,64}$} */
    public static boolean isValid(CharSequence id) {
        int length = id.length();
        if (length < 1 || length > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (!isWordCharacter(id.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether {@code text} has 1 to {@code maxLength} code points, all printable: no control or
     * format characters, no line or paragraph separators, no unpaired surrogates, no unassigned
     * or private code points. A plain space is printable, but an id of spaces alone is not one.
     */
    public static boolean isPrintable(CharSequence text, int maxLength) {
        int length = text.length();
        if (length < 1 || length > 2 * maxLength) {
            return false;
        }
        int count = 0;
        boolean visible = false;
        for (int i = 0; i < length; ) {
            int codePoint = Character.codePointAt(text, i);
            if (!isPrintable(codePoint) || ++count > maxLength) {
                return false;
            }
            visible |= Character.getType(codePoint) != Character.SPACE_SEPARATOR;
            i += Character.charCount(codePoint);
        }
        return visible;
    }

    static boolean isWordCharacter(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_'
                || c == '-';
    }

    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
