package io.holdfast.conformance.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.conformance.fuzz.FuzzInput.Cutting;
import io.holdfast.protocol.line.LineDecoder;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.util.Arrays;
import java.util.List;

/** Lines of text: however they are cut the same, and as a plain reading of the whole has them. */
public final class LineFuzz {
    private static final String TOO_LONG = "violation TOO_LONG";
    private static final String INVALID_UTF8 = "violation INVALID_UTF8";

    private LineFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        FuzzInput input = FuzzInput.of(bytes);
        int limit = input.choose(1, 2, 7, 8, 40, 1_000);
        List<String> whole = run(input, limit, Cutting.WHOLE);
        checkAgainstPlainReading(input.wire(), limit, whole);
        for (Cutting cutting : List.of(Cutting.BYTES, Cutting.PIECES)) {
            Invariant.same(whole, run(input, limit, cutting), "cuts change nothing");
        }
    }

    private static List<String> run(FuzzInput input, int limit, Cutting cutting) {
        Recorded sink = new Recorded(limit);
        LineDecoder decoder = new LineDecoder(limit);
        int consumed = input.feed(cutting, (bytes, from, to) -> {
            int end = decoder.decode(bytes, from, to, sink);
            int held = decoder.bufferedBytes();
            Invariant.holds(held <= limit + 1, "a partial line stays below its limit", () -> held);
            Invariant.holds(!decoder.idle() || held == 0, "an idle decoder holds nothing");
            return end;
        });
        Invariant.holds(consumed == input.wire().length, "all is consumed");
        Invariant.holds(!sink.isOver() || decoder.idle(), "a decoder that failed holds nothing");
        return sink.events();
    }

    private static void checkAgainstPlainReading(byte[] wire, int limit, List<String> events) {
        int event = 0;
        int at = 0;
        for (int i = 0; i < wire.length; i++) {
            if (wire[i] != '\n') {
                continue;
            }
            byte[] line = Arrays.copyOfRange(wire, at, i > at && wire[i - 1] == '\r' ? i - 1 : i);
            at = i + 1;
            Invariant.holds(event < events.size(), "each line is told", () -> events);
            String told = events.get(event++);
            boolean tooLong = line.length > limit;
            boolean utf8 = Invariant.isUtf8(line);
            if (tooLong || !utf8) {
                Invariant.holds(
                        (tooLong && told.equals(TOO_LONG)) || (!utf8 && told.equals(INVALID_UTF8)),
                        "a bad line is told for what is wrong with it",
                        () -> told);
                return;
            }
            Invariant.same(Recorded.textEvent(line), told, "a good line is a message");
        }
        checkRest(Arrays.copyOfRange(wire, at, wire.length), limit, events, event);
    }

    /** A line that has not ended is bad as soon as nothing can make it good. */
    private static void checkRest(byte[] rest, int limit, List<String> events, int event) {
        boolean endsWithReturn = rest.length > 0 && rest[rest.length - 1] == '\r';
        boolean tooLong = rest.length > (endsWithReturn ? limit + 1 : limit);
        if (event < events.size()) {
            String told = events.get(event);
            Invariant.holds(
                    (tooLong && told.equals(TOO_LONG))
                            || (!Invariant.isUtf8(rest) && told.equals(INVALID_UTF8)),
                    "a half line is told only when it is bad",
                    () -> told);
        } else {
            Invariant.holds(!tooLong, "a half line over the limit is told");
            Invariant.holds(!isMalformed(rest, limit), "a half line of no text is told");
        }
    }

    private static boolean isMalformed(byte[] rest, int limit) {
        ByteBuffer start = ByteBuffer.wrap(rest, 0, Math.min(limit, rest.length));
        return UTF_8.newDecoder()
                .decode(start, CharBuffer.allocate(limit), false)
                .isMalformed();
    }
}
