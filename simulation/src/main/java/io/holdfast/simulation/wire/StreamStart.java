package io.holdfast.simulation.wire;

import io.holdfast.protocol.client.StreamAnswer;
import io.holdfast.protocol.stream.Gap;
import io.holdfast.protocol.stream.Position;
import io.holdfast.protocol.stream.Recovery;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a stream stands in the answer to a hello.
 *
 * @param head seq of its last message
 * @param recovered messages that follow, up to the head
 */
public record StreamStart(
        String epoch, long head, long recovered, @Nullable Gap gap) {
    private static final String NONE = "-";

    public static StreamStart of(String epoch, long head, Recovery recovery) {
        return new StreamStart(epoch, head, recovery.recovered(), recovery.gap());
    }

    public StreamAnswer answer() {
        return new StreamAnswer(epoch, head, recovered, gap);
    }

    /** Before the first message that follows. */
    public Position position() {
        return new Position(epoch, head - recovered);
    }

    public static String write(Map<String, StreamStart> streams) {
        return streams.isEmpty()
                ? NONE
                : streams.entrySet().stream()
                        .map(each -> each.getKey() + ":" + each.getValue().text())
                        .collect(Collectors.joining(","));
    }

    private String text() {
        Gap missed = gap;
        String what = missed == null
                ? NONE
                : missed.reason() == null
                        ? missed.from() + "-" + missed.to()
                        : String.valueOf(missed.reason());
        return epoch + ":" + head + ":" + recovered + ":" + what;
    }

    public static Map<String, StreamStart> read(String text) {
        Map<String, StreamStart> streams = new LinkedHashMap<>();
        if (!text.equals(NONE)) {
            for (String one : text.split(",", -1)) {
                String[] parts = one.split(":", -1);
                streams.put(
                        parts[0],
                        new StreamStart(
                                parts[1],
                                Long.parseLong(parts[2]),
                                Long.parseLong(parts[3]),
                                gap(parts[4])));
            }
        }
        return streams;
    }

    private static @Nullable Gap gap(String text) {
        if (text.equals(NONE)) {
            return null;
        }
        int dash = text.indexOf('-');
        return dash < 0
                ? Gap.because(text)
                : Gap.between(
                        Long.parseLong(text.substring(0, dash)),
                        Long.parseLong(text.substring(dash + 1)));
    }

    public static String writePositions(Map<String, Position> positions) {
        return positions.isEmpty()
                ? NONE
                : positions.entrySet().stream()
                        .map(each -> each.getKey() + ":" + each.getValue().epoch() + ":"
                                + each.getValue().seq())
                        .collect(Collectors.joining(","));
    }

    public static Map<String, Position> readPositions(String text) {
        Map<String, Position> positions = new LinkedHashMap<>();
        if (!text.equals(NONE)) {
            for (String one : text.split(",", -1)) {
                String[] parts = one.split(":", -1);
                positions.put(parts[0], new Position(parts[1], Long.parseLong(parts[2])));
            }
        }
        return positions;
    }
}
