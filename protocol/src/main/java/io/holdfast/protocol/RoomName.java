package io.holdfast.protocol;

/** The rules for the name of a room (spec: dialect-rooms). */
public final class RoomName {
    /** Longest name in characters. */
    public static final int MAX_LENGTH = 64;

    private static final String DEEPSTREAM = "deepstream.";
    private static final String HOLDFAST = "holdfast.";

    private RoomName() {}

    /** {@code ^[a-zA-Z0-9_.-]{1,64}$} */
    public static boolean isValid(CharSequence name) {
        int length = name.length();
        if (length < 1 || length > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = name.charAt(i);
            if (c != '.' && !ClientId.isWordCharacter(c)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the name is the server's: clients may listen there, but not publish or create. */
    public static boolean isReserved(CharSequence name) {
        return startsWith(name, DEEPSTREAM) || startsWith(name, HOLDFAST);
    }

    private static boolean startsWith(CharSequence name, String prefix) {
        return name.length() >= prefix.length()
                && CharSequence.compare(name.subSequence(0, prefix.length()), prefix) == 0;
    }
}
