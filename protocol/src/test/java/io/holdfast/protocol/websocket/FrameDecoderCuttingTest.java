package io.holdfast.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TCP keeps no boundaries: how the bytes were cut must not matter. */
class FrameDecoderCuttingTest {

    static final List<byte[]> INPUTS = FrameCorpus.inputs();

    @ParameterizedTest
    @FieldSource("INPUTS")
    void aCutAtAnyByteChangesNothing(byte[] input) {
        List<String> whole = DecodeRun.whole(input);

        assertThat(whole).isNotEmpty();
        for (int cut = 0; cut <= input.length; cut++) {
            assertThat(DecodeRun.cut(input, DecodeRun.LIMITS, cut))
                    .as("cut at %d", cut)
                    .isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @FieldSource("INPUTS")
    void aByteAtATimeChangesNothing(byte[] input) {
        int[] everywhere = IntStream.range(0, input.length).toArray();

        assertThat(DecodeRun.cut(input, DecodeRun.LIMITS, everywhere))
                .isEqualTo(DecodeRun.whole(input));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void randomMessagesInRandomFragmentsAndPiecesArriveAsSent(long seed) {
        Random random = new Random(seed);
        FrameLimits limits = new FrameLimits(200_000, 20);
        for (int round = 0; round < 200; round++) {
            RecordedEvents sent = new RecordedEvents();
            Frames frames = new Frames();
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                addMessage(random, frames, sent);
            }
            byte[] input = frames.done();
            int[] cuts = random.ints(random.nextInt(20), 0, input.length + 1)
                    .sorted()
                    .toArray();
            assertThat(DecodeRun.cut(input, limits, cuts))
                    .as("seed %d round %d", seed, round)
                    .isEqualTo(sent.events);
        }
    }

    private static void addMessage(Random random, Frames frames, RecordedEvents sent) {
        boolean text = random.nextBoolean();
        boolean compressed = random.nextInt(3) == 0;
        byte[] message =
                text ? randomText(random) : new byte[random.nextInt(1 << random.nextInt(17))];
        if (text) {
            sent.text(message, 0, message.length);
        } else {
            random.nextBytes(message);
            sent.binary(message, 0, message.length);
        }
        byte[] payload = compressed ? Frames.deflated(message) : message;
        int[] ends =
                random.ints(random.nextInt(8), 0, payload.length + 1).sorted().toArray();
        int from = 0;
        for (int i = 0; i <= ends.length; i++) {
            boolean fin = i == ends.length;
            int to = fin ? payload.length : ends[i];
            int opcode = i > 0 ? Opcode.CONTINUATION : text ? Opcode.TEXT : Opcode.BINARY;
            byte[] piece = Arrays.copyOfRange(payload, from, to);
            frames.frame(opcode, fin, compressed && i == 0, piece);
            from = to;
        }
    }

    private static byte[] randomText(Random random) {
        return Frames.utf8(random.ints(random.nextInt(3_000), 0, 0x11_0000)
                .map(codePoint -> codePoint >> random.nextInt(16))
                .filter(codePoint -> codePoint < 0xD800 || codePoint > 0xDFFF)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString());
    }
}
