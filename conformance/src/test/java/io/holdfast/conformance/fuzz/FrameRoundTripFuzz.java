package io.holdfast.conformance.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.conformance.fuzz.FuzzInput.Cutting;
import io.holdfast.protocol.line.LengthPrefixedEncoder;
import io.holdfast.protocol.line.LineDecoder;
import io.holdfast.protocol.line.LineEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * Messages that are sent arrive as sent: as lines, as frames of ours, and as frames that another
 * program compressed; a byte that changes on the way never makes another message.
 */
public final class FrameRoundTripFuzz {
    private static final LengthPrefixedEncoder ENCODER = new LengthPrefixedEncoder();

    /** Makes a message long enough to be worth compressing. */
    private static final int REPEATED = 1;
    /** Compresses with the JDK, whatever the length. */
    private static final int FOREIGN = 2;
    /** Changes one byte of a compressed payload. */
    private static final int DAMAGED = 4;

    /** In one input; compressing takes the time of thousands of smaller inputs. */
    private static final int MAX_MESSAGES = 4;

    private FrameRoundTripFuzz() {}

    private record Sent(byte[] message, byte[] frame, boolean damaged) {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        FuzzInput input = FuzzInput.of(bytes);
        List<Sent> all = messages(input.wire());
        int limit = all.stream().mapToInt(sent -> sent.message.length).max().orElse(0);
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        all.forEach(sent -> frames.writeBytes(sent.frame));
        FuzzInput wire = new FuzzInput(input.setting(), input.cuts(), frames.toByteArray());
        for (Cutting cutting : List.of(Cutting.WHOLE, Cutting.PIECES)) {
            checkArrived(all, FrameFuzz.run(wire, Math.max(1, limit), cutting));
        }
        checkLines(all, input, Math.max(1, limit));
    }

    /** Each message: its treatment, its length, its bytes. */
    private static List<Sent> messages(byte[] wire) {
        List<Sent> all = new ArrayList<>();
        int at = 0;
        while (wire.length - at >= 2 && all.size() < MAX_MESSAGES) {
            int treatment = wire[at];
            int length = Math.min(wire[at + 1] & 0xFF, wire.length - at - 2);
            String text = new String(wire, at + 2, length, UTF_8);
            at += 2 + length;
            if ((treatment & REPEATED) != 0 && length > 0) {
                text = text.repeat(1 + LengthPrefixedEncoder.COMPRESSION_THRESHOLD_BYTES / length);
            }
            byte[] message = text.getBytes(UTF_8);
            boolean damaged = (treatment & (FOREIGN | DAMAGED)) == (FOREIGN | DAMAGED);
            byte[] frame = (treatment & FOREIGN) == 0
                    ? ENCODER.encode(message, 0, message.length)
                    : foreign(message, damaged ? treatment & 0xFF : 0);
            all.add(new Sent(message, frame, damaged));
        }
        return all;
    }

    private static byte[] foreign(byte[] message, int damage) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(message);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] payload = bytes.toByteArray();
        if (damage != 0) {
            payload[damage % payload.length] ^= (byte) damage;
        }
        return ByteBuffer.allocate(5 + payload.length)
                .putInt(1 + payload.length)
                .put((byte) 1)
                .put(payload)
                .array();
    }

    private static void checkArrived(List<Sent> all, List<String> events) {
        for (int i = 0; i < all.size(); i++) {
            Sent sent = all.get(i);
            Invariant.holds(i < events.size(), "each message arrives or is refused");
            if (sent.damaged && events.get(i).startsWith("violation")) {
                return;
            }
            Invariant.same(Recorded.textEvent(sent.message), events.get(i), "it arrives as sent");
        }
        Invariant.holds(events.size() == all.size(), "nothing arrives that was not sent");
    }

    private static void checkLines(List<Sent> all, FuzzInput input, int limit) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        List<String> expected = new ArrayList<>();
        for (Sent sent : all) {
            byte[] line = LineEncoder.encode(sent.message, 0, sent.message.length);
            lines.writeBytes(line);
            Invariant.holds(
                    line.length == LineEncoder.length(sent.message.length), "lengths are foretold");
            String spaced = new String(sent.message, UTF_8).replaceAll("[\r\n]", " ");
            expected.add(Recorded.textEvent(spaced.getBytes(UTF_8)));
        }
        Recorded sink = new Recorded(limit);
        LineDecoder decoder = new LineDecoder(limit);
        byte[] wire = lines.toByteArray();
        new FuzzInput(input.setting(), input.cuts(), wire)
                .feed(Cutting.PIECES, (bytes, from, to) -> decoder.decode(bytes, from, to, sink));
        Invariant.same(expected, sink.events(), "a message is one line without line breaks");
        Invariant.holds(Arrays.equals(wire, lines.toByteArray()), "decoding changes no input");
    }
}
