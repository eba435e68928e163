package io.holdfast.protocol.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever a peer sends: nothing is thrown, at most one violation is told, and memory stays
 * bounded.
 */
class FrameDecoderRandomBytesTest {

    private static final int ROUNDS = 100_000;
    private static final FrameLimits LIMITS = new FrameLimits(5_000, 8);
    private static final List<byte[]> CORPUS = FrameCorpus.inputs();

    private final MessageInflater inflater = new MessageInflater();

    @AfterEach
    void freeTheInflater() {
        inflater.close();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12})
    void randomBytesHarmNobody(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] input = new byte[random.nextInt(200)];
            random.nextBytes(input);
            decodeInPieces(random, input, "seed %d round %d".formatted(seed, round));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {21, 22})
    void framesWithRandomFaultsHarmNobody(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            decodeInPieces(random, mutated(random), "seed %d round %d".formatted(seed, round));
        }
    }

    private void decodeInPieces(Random random, byte[] input, String where) {
        FrameDecoder decoder = new FrameDecoder(
                random.nextInt(8) > 0 ? Role.SERVER : Role.CLIENT, LIMITS, random.nextBoolean());
        RecordedEvents sink = new RecordedEvents();
        int from = 0;
        while (from < input.length) {
            int to = Math.min(input.length, from + 1 + random.nextInt(100));
            try {
                decoder.decode(input, from, to, sink, inflater);
            } catch (RuntimeException e) {
                throw new AssertionError(where, e);
            }
            if (decoder.bufferedBytes() > LIMITS.maxWireBytes(true) + 125) {
                throw new AssertionError(where + ": holds " + decoder.bufferedBytes() + " bytes");
            }
            from = to;
        }
        int last = sink.events.size() - 1;
        for (int i = 0; i <= last; i++) {
            String event = sink.events.get(i);
            boolean ends = event.startsWith("violation") || event.startsWith("close");
            assertThat(ends && i < last).as("%s: %s", where, sink.events).isFalse();
        }
        if (decoder.idle() && decoder.bufferedBytes() > 0) {
            throw new AssertionError(where + ": idle with a buffer");
        }
    }

    /** Two inputs one after the other, with some bytes changed, dropped or doubled. */
    private static byte[] mutated(Random random) {
        byte[] one = CORPUS.get(random.nextInt(CORPUS.size()));
        byte[] two = CORPUS.get(random.nextInt(CORPUS.size()));
        byte[] input = Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, input, one.length, two.length);
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(input.length - 1);
            switch (random.nextInt(4)) {
                case 0 -> input[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> input[at] = (byte) random.nextInt();
                case 2 -> System.arraycopy(input, at, input, at + 1, input.length - at - 1);
                default -> System.arraycopy(input, at + 1, input, at, input.length - at - 1);
            }
        }
        return input;
    }
}
