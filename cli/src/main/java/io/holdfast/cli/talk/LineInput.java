package io.holdfast.cli.talk;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Text in UTF-8 of which no line is longer than what the server takes. One thread. */
public final class LineInput {
    /** The server's largest message; in characters, as there are never more of them than bytes. */
    static final int MAX_CHARS = 1024 * 1024;

    private final BufferedReader in;

    public LineInput(InputStream in) {
        this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    /**
     * The next line without its end; null when there is none.
     *
     * @throws IOException in one sentence when it is too long
     */
    public @Nullable String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int c = in.read();
            if (c < 0 && line.isEmpty()) {
                return null;
            }
            if (c < 0 || c == '\n') {
                int end = line.length();
                boolean windows = end > 0 && line.charAt(end - 1) == '\r';
                return line.substring(0, windows ? end - 1 : end);
            }
            append(line, c);
        }
    }

    /** All of it, without one line end at the end. */
    public String readAll() throws IOException {
        StringBuilder all = new StringBuilder();
        for (int c = in.read(); c >= 0; c = in.read()) {
            append(all, c);
        }
        String text = all.toString();
        return text.endsWith("\r\n")
                ? text.substring(0, text.length() - 2)
                : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    private static void append(StringBuilder to, int c) throws IOException {
        if (to.length() == MAX_CHARS) {
            throw new IOException("a message has over " + MAX_CHARS
                    + " characters, which is more than the server takes");
        }
        to.append((char) c);
    }
}
