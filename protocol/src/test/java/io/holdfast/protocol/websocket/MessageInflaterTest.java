package io.holdfast.protocol.websocket;

import static io.holdfast.protocol.websocket.Frames.bytes;
import static io.holdfast.protocol.websocket.Frames.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MessageInflaterTest {

    private final MessageInflater inflater = new MessageInflater();

    @AfterEach
    void freeTheInflater() {
        inflater.close();
    }

    @Test
    void readsTheExamplesOfTheRfc() {
        // RFC 7692 §7.2.3.1, one block.
        assertThat(inflated(bytes(0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00))).isEqualTo("Hello");
        // §7.2.3.3, a block without compression.
        assertThat(inflated(
                        bytes(0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00)))
                .isEqualTo("Hello");
        // §7.2.3.4, a block with BFINAL set.
        assertThat(inflated(bytes(0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00)))
                .isEqualTo("Hello");
        // §7.2.3.5, two blocks.
        assertThat(inflated(bytes(
                        0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07,
                        0x00)))
                .isEqualTo("Hello");
        // §7.2.3.6, an empty message.
        assertThat(inflated(bytes(0x00))).isEmpty();
    }

    @Test
    void readsAMessageThatEndsWithItsFinalBlockAndOneOfSeveralStreams() {
        byte[] finalBlock = bytes(0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00);
        byte[] two = Arrays.copyOf(finalBlock, 14);
        System.arraycopy(finalBlock, 0, two, 7, 7);

        assertThat(inflated(finalBlock)).isEqualTo("Hello");
        assertThat(inflated(two)).isEqualTo("HelloHello");
        assertThat(inflated(new byte[0])).isEmpty();
    }

    @Test
    void endlessFinalBlocksAreCorrupt() {
        ByteArrayOutputStream blocks = new ByteArrayOutputStream();
        for (int i = 0; i < 2_000; i++) {
            blocks.writeBytes(bytes(0x03, 0x00));
        }

        assertThat(inflater.inflate(blocks.toByteArray(), 0, blocks.size(), 1_000))
                .isEqualTo(MessageInflater.CORRUPT);
    }

    @Test
    void dataCutAnywhereIsCorrupt() {
        byte[] message = utf8("the quick brown fox jumps over the lazy dog, ".repeat(20));
        byte[] whole = Frames.deflated(message);
        for (int cut = 1; cut < whole.length; cut++) {
            assertThat(inflater.inflate(whole, 0, cut, 10_000))
                    .as("cut at %d", cut)
                    .isEqualTo(MessageInflater.CORRUPT);
        }
        assertThat(inflated(whole)).isEqualTo(new String(message, StandardCharsets.UTF_8));
    }

    @Test
    void aMessageOfExactlyTheLimitPassesAndOneByteMoreDoesNot() {
        for (int limit : new int[] {1, 4_095, 4_096, 4_097, 100_000}) {
            byte[] exact = Frames.deflated(new byte[limit]);
            byte[] over = Frames.deflated(new byte[limit + 1]);
            assertThat(inflater.inflate(exact, 0, exact.length, limit)).isEqualTo(limit);
            assertThat(inflater.inflate(over, 0, over.length, limit))
                    .isEqualTo(MessageInflater.TOO_BIG);
            assertThat(inflater.output().length).isLessThanOrEqualTo(limit + 1);
        }
    }

    @Test
    void incompressibleMessagesOfTheGreatestSizePassCompressed() {
        FrameLimits limits = new FrameLimits(300_000, 1);
        byte[] message = new byte[limits.maxMessageBytes()];
        new Random(1).nextBytes(message);
        byte[] deflated = Frames.deflated(message);

        assertThat(deflated.length)
                .isGreaterThan(message.length)
                .isLessThanOrEqualTo(limits.maxWireBytes(true));
        assertThat(inflater.inflate(deflated, 0, deflated.length, limits.maxMessageBytes()))
                .isEqualTo(message.length);
        assertThat(Arrays.copyOf(inflater.output(), message.length)).isEqualTo(message);
        inflater.release();
        assertThat(inflater.output().length).isLessThanOrEqualTo(MessageInflater.RETAINED_BYTES);
    }

    @Test
    void everyLengthSurvivesTheRoundTrip() {
        Random random = new Random(5);
        try (MessageDeflater deflater = new MessageDeflater(1)) {
            for (int length = 0; length < 3_000; length++) {
                byte[] message = new byte[length];
                random.nextBytes(message);
                Arrays.fill(message, 0, random.nextInt(length + 1), (byte) 'x');

                int deflated = deflater.deflate(message, 0, length);
                int inflated = inflater.inflate(deflater.output(), 0, deflated, length + 1);

                assertThat(inflated).isEqualTo(length);
                assertThat(Arrays.copyOf(inflater.output(), length)).isEqualTo(message);
            }
        }
    }

    private String inflated(byte[] payload) {
        int length = inflater.inflate(payload, 0, payload.length, 10_000);
        assertThat(length).isNotNegative();
        return new String(inflater.output(), 0, length, StandardCharsets.UTF_8);
    }
}
