package io.holdfast.protocol.line;

/** Lays out JSON texts as lines. Stateless. */
public final class LineEncoder {

    private LineEncoder() {}

    /** Bytes of the line, its end included. */
    public static int length(int textBytes) {
        return textBytes + 1;
    }

    /** A text as a line of its own array. */
    public static byte[] encode(byte[] json, int from, int to) {
        byte[] line = new byte[length(to - from)];
        write(json, from, to, line, 0);
        return line;
    }

    /**
     * Writes a text as a line. Raw line breaks become spaces: data may come as another client
     * formatted it, and JSON allows a raw line break only where it allows a space (RFC 8259 §2 and
     * §7).
     *
     * @return the index behind the line
     */
    public static int write(byte[] json, int from, int to, byte[] out, int at) {
        int end = at + (to - from);
        System.arraycopy(json, from, out, at, to - from);
        for (int i = at; i < end; i++) {
            if (out[i] == '\n' || out[i] == '\r') {
                out[i] = ' ';
            }
        }
        out[end] = '\n';
        return end + 1;
    }
}
