package io.holdfast.conformance.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.holdfast.conformance.fuzz.FuzzInput.Cutting;
import io.holdfast.protocol.websocket.FrameDecoder;
import io.holdfast.protocol.websocket.FrameLimits;
import io.holdfast.protocol.websocket.FrameWriter;
import io.holdfast.protocol.websocket.MessageInflater;
import io.holdfast.protocol.websocket.Opcode;
import io.holdfast.protocol.websocket.Role;
import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * WebSocket frames: however they are cut the same, within their limits, and what was read from them
 * reads the same when it is sent on.
 */
public final class WebSocketFrameFuzz {
    private static final int MAX_FRAGMENTS = 4;
    /** Bits of the setting above the limit's. */
    private static final int CLIENT = 0x80;

    private static final int DEFLATE = 0x40;

    private WebSocketFrameFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        FuzzInput input = FuzzInput.of(bytes);
        FrameLimits limits = new FrameLimits(
                List.of(1, 10, 125, 300, 1_000, 70_000).get((input.setting() & 0x3F) % 6),
                MAX_FRAGMENTS);
        List<String> whole = run(input, limits, Cutting.WHOLE);
        for (Cutting cutting : List.of(Cutting.BYTES, Cutting.PIECES)) {
            Invariant.same(whole, run(input, limits, cutting), "cuts change nothing");
        }
        List<String> messages =
                whole.stream().filter(WebSocketFrameFuzz::canBeSentOn).toList();
        FuzzInput sentOn = new FuzzInput(input.setting() & ~CLIENT, input.cuts(), sent(messages));
        Invariant.same(messages, run(sentOn, limits, Cutting.PIECES), "sent on it is the same");
    }

    private static List<String> run(FuzzInput input, FrameLimits limits, Cutting cutting) {
        Role role = (input.setting() & CLIENT) == 0 ? Role.SERVER : Role.CLIENT;
        boolean deflate = (input.setting() & DEFLATE) != 0;
        int limit = limits.maxMessageBytes();
        // Deflate may make a message a little longer; a cut control frame is held beside it.
        int mostHeld = limit + (limit >>> 8) + 64 + 125;
        Recorded sink = new Recorded(limit);
        try (MessageInflater inflater = new MessageInflater()) {
            FrameDecoder decoder = new FrameDecoder(role, limits, deflate);
            input.feed(cutting, (bytes, from, to) -> {
                decoder.decode(bytes, from, to, sink, inflater);
                int held = decoder.bufferedBytes();
                Invariant.holds(held <= mostHeld, "a partial message stays below its limit");
                Invariant.holds(!decoder.idle() || held == 0, "an idle decoder holds nothing");
                Invariant.holds(
                        inflater.output().length <= limit + 1,
                        "nothing is unfolded beyond the limit",
                        () -> inflater.output().length);
                return to;
            });
            Invariant.holds(!sink.isOver() || decoder.idle(), "a decoder that ended holds nothing");
        }
        return sink.events();
    }

    private static boolean canBeSentOn(String event) {
        return !event.startsWith("violation ") && !event.startsWith("close ");
    }

    /** Frames of a client, with another key each. */
    private static byte[] sent(List<String> messages) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int key = 0x0102_0304;
        for (String message : messages) {
            int space = message.indexOf(' ');
            int opcode = switch (message.substring(0, space)) {
                case "text" -> Opcode.TEXT;
                case "binary" -> Opcode.BINARY;
                case "ping" -> Opcode.PING;
                default -> Opcode.PONG;
            };
            byte[] payload = message.substring(space + 1).getBytes(ISO_8859_1);
            byte[] frame =
                    new byte[FrameWriter.maskedHeaderLength(payload.length) + payload.length];
            int at = FrameWriter.writeMaskedHeader(
                    frame, 0, opcode, true, false, payload.length, key);
            System.arraycopy(payload, 0, frame, at, payload.length);
            FrameWriter.mask(frame, at, frame.length, key);
            out.writeBytes(frame);
            key = key * 31 + 7;
        }
        return out.toByteArray();
    }
}
