package io.holdfast.protocol.line;

import static io.holdfast.protocol.line.Wire.LIMIT;
import static io.holdfast.protocol.line.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * TCP keeps no boundaries: how the bytes were cut must not matter. And whatever a peer sends,
 * nothing is thrown, one violation is told at most, and memory stays bounded.
 */
class LineCuttingTest {
    private static final int HOSTILE_ROUNDS = 40_000;

    static final List<Supplier<LineProtocolDecoder>> DECODERS =
            List.of(() -> new LineDecoder(LIMIT), () -> Wire.frames(LIMIT));

    /** Right and wrong input, for lines and for frames. */
    static final List<byte[]> CORPUS = List.of(
            utf8("{}\n{\"event\":\"ping\"}\r\n\n\r\n봇🤖\r\r\nend"),
            utf8("a".repeat(LIMIT) + "\r\n" + "b".repeat(LIMIT) + "\n" + "c".repeat(LIMIT + 1)),
            utf8("a".repeat(LIMIT) + "\r\r\n"),
            utf8("x".repeat(LIMIT - 1) + "é\nnext\n"),
            new Wire().line("good").raw('a', 0xC3, '\n').line("never").done(),
            new Wire().line("good").raw(0x16, 3, 1, 0, 0xFE, 5).line("never").done(),
            new Wire().frame(utf8("one")).frame(utf8("")).gzipFrame(utf8("two")).done(),
            new Wire()
                    .gzipFrame(utf8("x".repeat(LIMIT)))
                    .frame(utf8("봇"))
                    .raw(0, 0)
                    .done(),
            new Wire()
                    .gzipFrame(utf8("x".repeat(LIMIT + 1)))
                    .frame(utf8("never"))
                    .done(),
            new Wire()
                    .frame(utf8("one"))
                    .header(5, 1)
                    .raw(1, 2, 3, 4)
                    .frame(utf8("n"))
                    .done(),
            new Wire().frame(utf8("one")).header(1, 9).frame(utf8("never")).done(),
            new Wire().frame(utf8("one")).raw(0, 0, 0, 0, 0).done(),
            new Wire().frame(new byte[] {'a', (byte) 0xED, (byte) 0x95}).done());

    @ParameterizedTest
    @FieldSource("CORPUS")
    void aCutAtAnyByteChangesNothing(byte[] input) {
        for (Supplier<LineProtocolDecoder> decoder : DECODERS) {
            List<String> whole = Wire.run(decoder.get(), input);
            for (int cut = 0; cut <= input.length; cut++) {
                assertThat(Wire.run(decoder.get(), input, cut))
                        .as("cut at %d", cut)
                        .isEqualTo(whole);
            }
            int[] everywhere = new int[input.length];
            Arrays.setAll(everywhere, i -> i);
            assertThat(Wire.run(decoder.get(), input, everywhere)).isEqualTo(whole);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void randomMessagesInRandomPiecesArriveAsSent(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            List<String> sent = new ArrayList<>();
            Wire lines = new Wire();
            Wire frames = new Wire();
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                byte[] message =
                        Wire.randomText(random, random.nextInt(1 << random.nextInt(1, 12)));
                String text = new String(message, StandardCharsets.UTF_8);
                sent.add("text " + text);
                // Always \r\n: a text may itself end with \r.
                lines.bytes(message).raw('\r', '\n');
                if (random.nextBoolean()) {
                    frames.frame(message);
                } else {
                    frames.gzipFrame(message);
                }
            }
            String where = "seed %d round %d".formatted(seed, round);
            assertThat(cut(random, new LineDecoder(20_000), lines.done()))
                    .as(where)
                    .isEqualTo(sent);
            assertThat(cut(random, Wire.frames(20_000), frames.done()))
                    .as(where)
                    .isEqualTo(sent);
        }
    }

    private static List<String> cut(Random random, LineProtocolDecoder decoder, byte[] input) {
        return Wire.run(
                decoder,
                input,
                random.ints(random.nextInt(20), 0, input.length + 1).sorted().toArray());
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12})
    void randomBytesAndMutationsHarmNobody(long seed) {
        Random random = new Random(seed);
        int violations = 0;
        for (int round = 0; round < HOSTILE_ROUNDS; round++) {
            byte[] input = random.nextInt(3) == 0 ? noise(random) : mutated(random);
            for (Supplier<LineProtocolDecoder> decoder : DECODERS) {
                String where = "seed %d round %d".formatted(seed, round);
                violations += decodeInPieces(random, decoder.get(), input, where);
            }
        }
        assertThat(violations).isGreaterThan(HOSTILE_ROUNDS / 10);
    }

    private static int decodeInPieces(
            Random random, LineProtocolDecoder decoder, byte[] input, String where) {
        RecordedLines sink = new RecordedLines();
        int from = 0;
        while (from < input.length) {
            int to = Math.min(input.length, from + 1 + random.nextInt(300));
            try {
                Wire.feed(decoder, input, from, to, sink);
            } catch (RuntimeException e) {
                throw new AssertionError(where, e);
            }
            if (decoder.bufferedBytes() > GzipInflater.maxWireBytes(LIMIT)) {
                throw new AssertionError(where + ": holds " + decoder.bufferedBytes() + " bytes");
            }
            from = to;
        }
        if (sink.violations > 1
                || (sink.violations == 1 && sink.events.getLast().startsWith("text"))) {
            throw new AssertionError(where + ": " + sink.events);
        }
        if ((decoder.idle() || sink.violations > 0) && decoder.bufferedBytes() > 0) {
            throw new AssertionError(where + ": idle with a buffer");
        }
        return sink.violations;
    }

    private static byte[] noise(Random random) {
        byte[] input = new byte[random.nextInt(200)];
        random.nextBytes(input);
        return input;
    }

    /** Two inputs one after the other, with some bytes changed, dropped or doubled. */
    private static byte[] mutated(Random random) {
        byte[] input = new Wire()
                .bytes(CORPUS.get(random.nextInt(CORPUS.size())))
                .bytes(CORPUS.get(random.nextInt(CORPUS.size())))
                .done();
        for (int changes = random.nextInt(5); changes > 0; changes--) {
            int at = random.nextInt(Math.min(input.length - 1, 1 << random.nextInt(1, 13)));
            switch (random.nextInt(4)) {
                case 0 -> input[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> input[at] = (byte) random.nextInt();
                case 2 -> System.arraycopy(input, at, input, at + 1, input.length - at - 1);
                default -> System.arraycopy(input, at + 1, input, at, input.length - at - 1);
            }
        }
        return input;
    }

    @Test
    void theCorpusHoldsBothGoodAndBadInput() {
        List<String> all = new ArrayList<>();
        for (byte[] input : CORPUS) {
            DECODERS.forEach(decoder -> all.addAll(Wire.run(decoder.get(), input)));
        }
        for (LineFault fault : LineFault.values()) {
            assertThat(all).anyMatch(event -> event.startsWith(fault.name()));
        }
    }
}
