package io.holdfast.simulation.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.protocol.line.LineEncoder;
import java.util.List;

/**
 * One message: words with tabs between them, framed as a line by the real {@link LineEncoder}. What
 * a word means stands where it is written. The newer of two versions may add words at the end, which
 * the older one does not look at.
 */
public record Line(List<String> words) {
    private static final String SEPARATOR = "\t";

    public static byte[] of(Object... words) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words.length; i++) {
            text.append(i == 0 ? "" : SEPARATOR).append(words[i]);
        }
        byte[] bytes = text.toString().getBytes(UTF_8);
        return LineEncoder.encode(bytes, 0, bytes.length);
    }

    public static Line parse(byte[] bytes, int from, int to) {
        return new Line(List.of(new String(bytes, from, to - from, UTF_8).split(SEPARATOR, -1)));
    }

    public String type() {
        return words.getFirst();
    }

    public String word(int index) {
        return words.get(index);
    }

    public long number(int index) {
        return Long.parseLong(words.get(index));
    }

    public boolean has(int index) {
        return index < words.size();
    }
}
