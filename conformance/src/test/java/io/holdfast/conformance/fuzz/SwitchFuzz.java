package io.holdfast.conformance.fuzz;

import io.holdfast.conformance.fuzz.FuzzInput.Cutting;
import io.holdfast.protocol.line.GzipInflater;
import io.holdfast.protocol.line.LengthPrefixedDecoder;
import io.holdfast.protocol.line.LineDecoder;
import io.holdfast.protocol.line.LineProtocolDecoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A connection that goes over from lines to frames behind a line that begins with {@code !}: what
 * follows that line, and nothing else, is frames, wherever the bytes were cut.
 */
public final class SwitchFuzz {
    private static final int LIMIT = 300;

    private SwitchFuzz() {}

    /** Does what the shell of a connection does. */
    private static final class Peer extends Recorded {
        private final GzipInflater inflater;
        private LineProtocolDecoder decoder = new LineDecoder(LIMIT);
        private boolean switched;

        Peer(GzipInflater inflater) {
            super(LIMIT);
            this.inflater = inflater;
        }

        int read(byte[] bytes, int from, int to) {
            int at = decoder.decode(bytes, from, to, this);
            if (switched && decoder instanceof LineDecoder) {
                Invariant.holds(decoder.idle(), "a stopped decoder holds nothing");
                Invariant.holds(decoder.decode(bytes, at, to, this) == at, "it consumes no more");
                decoder = new LengthPrefixedDecoder(LIMIT, inflater);
                at = decoder.decode(bytes, at, to, this);
            }
            return at;
        }

        @Override
        public void text(byte[] bytes, int from, int to) {
            super.text(bytes, from, to);
            if (!switched && from < to && bytes[from] == '!') {
                switched = true;
                decoder.stop();
            }
        }
    }

    public static void fuzzerTestOneInput(byte[] bytes) {
        FuzzInput input = FuzzInput.of(bytes);
        List<String> expected = inTwoParts(input);
        for (Cutting cutting : Cutting.values()) {
            try (GzipInflater inflater = new GzipInflater()) {
                Peer peer = new Peer(inflater);
                int consumed = input.feed(cutting, peer::read);
                Invariant.holds(consumed == input.wire().length, "all is consumed");
                Invariant.same(
                        expected,
                        peer.events(),
                        "cut into " + cutting.name().toLowerCase(Locale.ROOT) + " it is the same");
            }
        }
    }

    /** The lines by themselves and the frames by themselves. */
    private static List<String> inTwoParts(FuzzInput input) {
        byte[] wire = input.wire();
        int lineEnd = endOfSwitchingLine(wire);
        Recorded lines = new Recorded(LIMIT);
        new LineDecoder(LIMIT).decode(wire, 0, lineEnd, lines);
        List<String> all = new ArrayList<>(lines.events());
        if (!lines.isOver()) {
            byte[] rest = Arrays.copyOfRange(wire, lineEnd, wire.length);
            FuzzInput frames = new FuzzInput(input.setting(), input.cuts(), rest);
            all.addAll(FrameFuzz.run(frames, LIMIT, Cutting.WHOLE));
        }
        return all;
    }

    private static int endOfSwitchingLine(byte[] wire) {
        int start = 0;
        for (int i = 0; i < wire.length; i++) {
            if (wire[i] == '\n') {
                if (wire[start] == '!') {
                    return i + 1;
                }
                start = i + 1;
            }
        }
        return wire.length;
    }
}
