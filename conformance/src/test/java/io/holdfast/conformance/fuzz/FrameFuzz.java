package io.holdfast.conformance.fuzz;

import io.holdfast.conformance.fuzz.FuzzInput.Cutting;
import io.holdfast.protocol.line.GzipInflater;
import io.holdfast.protocol.line.LengthPrefixedDecoder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Length-prefixed frames: however they are cut the same, as a plain reading of the whole has them,
 * and never unfolded beyond the limit.
 */
public final class FrameFuzz {
    private static final int LENGTH_BYTES = 4;
    private static final int HEADER_BYTES = 5;
    /** What a frame may have over the limit when it is compressed, on top of one byte in 256. */
    private static final int WRAPPING_BYTES = 1_024;

    private FrameFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        FuzzInput input = FuzzInput.of(bytes);
        int limit = input.choose(1, 7, 40, 300, 1_000, 70_000);
        List<String> whole = run(input, limit, Cutting.WHOLE);
        checkAgainstPlainReading(input.wire(), limit, whole);
        for (Cutting cutting : List.of(Cutting.BYTES, Cutting.PIECES)) {
            Invariant.same(whole, run(input, limit, cutting), "cuts change nothing");
        }
    }

    static List<String> run(FuzzInput input, int limit, Cutting cutting) {
        Recorded sink = new Recorded(limit);
        try (GzipInflater inflater = new GzipInflater()) {
            LengthPrefixedDecoder decoder = new LengthPrefixedDecoder(limit, inflater);
            int consumed = input.feed(cutting, (bytes, from, to) -> {
                int end = decoder.decode(bytes, from, to, sink);
                int held = decoder.bufferedBytes();
                Invariant.holds(held <= maxWireBytes(limit), "a partial frame stays below a limit");
                Invariant.holds(!decoder.idle() || held == 0, "an idle decoder holds nothing");
                Invariant.holds(
                        inflater.output().length <= limit + 1,
                        "nothing is unfolded beyond the limit",
                        () -> inflater.output().length);
                return end;
            });
            Invariant.holds(consumed == input.wire().length, "all is consumed");
            Invariant.holds(!sink.isOver() || decoder.idle(), "a failed decoder holds nothing");
        }
        return sink.events();
    }

    private static long maxWireBytes(int limit) {
        return (long) limit + (limit >>> 8) + WRAPPING_BYTES;
    }

    private static void checkAgainstPlainReading(byte[] wire, int limit, List<String> events) {
        int event = 0;
        int at = 0;
        while (wire.length - at >= LENGTH_BYTES) {
            long payload = Integer.toUnsignedLong(ByteBuffer.wrap(wire).getInt(at)) - 1;
            int flags = wire.length - at < HEADER_BYTES ? -1 : wire[at + LENGTH_BYTES] & 0xFF;
            String fault = headerFault(payload, flags, limit);
            at += HEADER_BYTES;
            if (fault == null && (flags < 0 || payload > wire.length - at)) {
                break;
            }
            Invariant.holds(event < events.size(), "each frame is told", () -> events);
            String told = events.get(event++);
            if (fault != null) {
                Invariant.same(fault, told, "a bad header is told");
                return;
            }
            byte[] message = Arrays.copyOfRange(wire, at, at + (int) payload);
            at += (int) payload;
            if (flags == 0) {
                Invariant.same(
                        Invariant.isUtf8(message)
                                ? Recorded.textEvent(message)
                                : "violation INVALID_UTF8",
                        told,
                        "a frame is a message of text");
            } else {
                checkCompressed(message, limit, told);
            }
            if (told.startsWith("violation")) {
                return;
            }
        }
        // In the middle of a payload it may be known already that it is no text.
        Invariant.holds(
                event == events.size() || events.get(event).equals("violation INVALID_UTF8"),
                "nothing is told that was not sent",
                () -> events);
    }

    private static @Nullable String headerFault(long payload, int flags, int limit) {
        if (payload < 0) {
            return "violation EMPTY_FRAME";
        }
        if (payload > maxWireBytes(limit)) {
            return "violation TOO_LONG";
        }
        if (flags > 1) {
            return "violation UNKNOWN_FLAGS";
        }
        return flags == 0 && payload > limit ? "violation TOO_LONG" : null;
    }

    /** The JDK reads gzip too; it takes several members and what stands behind them, we do not. */
    private static void checkCompressed(byte[] compressed, int limit, String told) {
        if (told.equals("violation CORRUPT_GZIP")) {
            return;
        }
        byte[] unfolded;
        boolean whole;
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            unfolded = gzip.readNBytes(limit + 1);
            whole = gzip.read() < 0;
        } catch (IOException e) {
            // Its last bytes can be read only together with the trailer, which may be wrong.
            Invariant.same("violation TOO_LONG", told, "what the JDK cannot read is no message");
            return;
        }
        if (unfolded.length > limit) {
            Invariant.same("violation TOO_LONG", told, "a bomb is told");
        } else {
            Invariant.holds(whole, "the JDK read it to its end");
            Invariant.same(
                    Invariant.isUtf8(unfolded)
                            ? Recorded.textEvent(unfolded)
                            : "violation INVALID_UTF8",
                    told,
                    "a message is what the JDK unfolds");
        }
    }
}
