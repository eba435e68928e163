package io.holdfast.client.json;

/** UTF-8 (RFC 3629) without its bytes. */
public final class Utf8 {
    private Utf8() {}

    /** Bytes that a text has in UTF-8. */
    public static int length(String text) {
        int bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Two units that stand for one character have 4 bytes, thus 2 each.
            bytes += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
        }
        return bytes;
    }
}
