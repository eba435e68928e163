package io.holdfast.protocol.websocket;

import java.util.List;

/** One connection's input through one decoder; the input itself stays as it is. */
final class DecodeRun {

    static final FrameLimits LIMITS = new FrameLimits(1_000, 4);

    private static final MessageInflater INFLATER = new MessageInflater();

    private DecodeRun() {}

    static List<String> whole(byte[] input) {
        return cut(input, LIMITS);
    }

    /** Decodes the input in pieces that end at the given places. */
    static List<String> cut(byte[] input, FrameLimits limits, int... places) {
        FrameDecoder decoder = new FrameDecoder(Role.SERVER, limits, true);
        RecordedEvents sink = new RecordedEvents();
        int from = 0;
        for (int place : places) {
            feed(decoder, input, from, place, sink);
            from = place;
        }
        feed(decoder, input, from, input.length, sink);
        return sink.events;
    }

    /** Decodes a copy of a range, at another offset than the original's. */
    static void feed(FrameDecoder decoder, byte[] input, int from, int to, FrameSink sink) {
        byte[] piece = new byte[to - from + 3];
        System.arraycopy(input, from, piece, 1, to - from);
        decoder.decode(piece, 1, 1 + to - from, sink, INFLATER);
    }
}
