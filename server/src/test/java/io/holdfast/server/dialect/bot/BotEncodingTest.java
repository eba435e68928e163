package io.holdfast.server.dialect.bot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.line.GzipInflater;
import io.holdfast.protocol.line.LengthPrefixedDecoder;
import io.holdfast.protocol.line.LengthPrefixedEncoder;
import io.holdfast.protocol.line.LineDecoder;
import io.holdfast.protocol.line.LineFault;
import io.holdfast.protocol.line.LineProtocolDecoder;
import io.holdfast.protocol.line.LineSink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What rooms lay out for bots, read as a bot would read it. */
class BotEncodingTest {
    private static final int LIMIT = 1 << 20;
    private static final int THRESHOLD = LengthPrefixedEncoder.COMPRESSION_THRESHOLD_BYTES;
    private static final String HEAD = "\"stream\":\"@a\\\"b\\\\c\",\"seq\":5,\"id\":\"é\",";

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final LengthPrefixedEncoder gzip = new LengthPrefixedEncoder();
    private final List<Integer> loopsAsked = new ArrayList<>();
    private final BotEncoding lines = new BotEncoding.Lines();
    private final BotEncoding frames = new BotEncoding.Frames();
    private final BotEncoding gzipFrames = new BotEncoding.GzipFrames(loop -> {
        loopsAsked.add(loop);
        return gzip;
    });

    @AfterEach
    void allMemoryIsGivenBack() {
        gzip.close();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    private static String body(String data) {
        return "\"type\":\"message\",\"data\":\"" + data + "\"}";
    }

    private static String bot(String head, String data) {
        return "{" + head + "\"event\":\"message\",\"data\":\"" + data + "\"}";
    }

    /** A body whose form for bots, without a head, has that many bytes. */
    private static String dataOfForm(int bytes, char filler) {
        return String.valueOf(filler).repeat(bytes - bot("", "").length());
    }

    /** Lays a message out as rooms do: in a buffer that is as large as was asked for. */
    private void write(
            BotEncoding encoding, ByteBuf out, String head, String body, boolean numbered) {
        byte[] bytes = ("{" + head + body + "??").getBytes(UTF_8);
        int bodyAt = 1 + head.getBytes(UTF_8).length;
        int end = bytes.length - 2;
        int before = out.writerIndex();
        encoding.write(out, bytes, numbered ? 1 : bodyAt, bodyAt, end, 3);
        assertThat(out.writerIndex() - before)
                .as("what was asked for suffices")
                .isLessThanOrEqualTo(encoding.maxLength(end));
    }

    private byte[] written(BotEncoding encoding, String head, String... bodies) {
        ByteBuf out = allocator.directBuffer();
        for (String body : bodies) {
            write(encoding, out, head, body, true);
            write(encoding, out, head, body, false);
        }
        byte[] all = new byte[out.readableBytes()];
        out.readBytes(all).release();
        return all;
    }

    private static List<String> read(LineProtocolDecoder decoder, byte[] bytes) {
        List<String> texts = new ArrayList<>();
        int decoded = decoder.decode(bytes, 0, bytes.length, new LineSink() {
            @Override
            public void text(byte[] text, int from, int to) {
                texts.add(new String(text, from, to - from, UTF_8));
            }

            @Override
            public void violation(LineFault fault, String reason) {
                throw new AssertionError(fault + ": " + reason);
            }
        });
        assertThat(decoded).isEqualTo(bytes.length);
        assertThat(decoder.idle()).as("nothing is left over").isTrue();
        return texts;
    }

    private static List<String> readFrames(byte[] bytes) {
        try (GzipInflater inflater = new GzipInflater()) {
            return read(new LengthPrefixedDecoder(LIMIT, inflater), bytes);
        }
    }

    private static boolean isCompressed(byte[] frame) {
        return frame[4] == 1;
    }

    @Test
    void oneMessageIsOneLineWithNumbersAndWithout() {
        byte[] bytes = written(lines, HEAD, body("1"), body("2\\n"));
        assertThat(read(new LineDecoder(LIMIT), bytes))
                .containsExactly(bot(HEAD, "1"), bot("", "1"), bot(HEAD, "2\\n"), bot("", "2\\n"));
    }

    @Test
    void rawLineEndsBetweenTokensDoNotEndTheLine() {
        byte[] bytes = written(lines, "", "\"type\":\"message\",\r\n\"data\":[\n]}");
        assertThat(read(new LineDecoder(LIMIT), bytes))
                .containsOnly("{\"event\":\"message\",  \"data\":[ ]}")
                .hasSize(2);
    }

    @Test
    void oneMessageIsOneFrameWhateverItsSize() {
        String large = "l".repeat(70_000);
        byte[] bytes = written(frames, HEAD, body("1"), body(large));
        assertThat(readFrames(bytes))
                .containsExactly(bot(HEAD, "1"), bot("", "1"), bot(HEAD, large), bot("", large));
    }

    @Test
    void framesWithoutGzipAreNeverCompressed() {
        byte[] bytes = written(frames, "", body("l".repeat(20_000)));
        assertThat(isCompressed(bytes)).isFalse();
        assertThat(bytes.length).isGreaterThan(40_000);
    }

    @Test
    void framesOfBothKindsFollowOneAnother() {
        String large = "l".repeat(20_000);
        byte[] bytes = written(gzipFrames, HEAD, body("1"), body(large), body("2"));
        assertThat(readFrames(bytes))
                .containsExactly(
                        bot(HEAD, "1"),
                        bot("", "1"),
                        bot(HEAD, large),
                        bot("", large),
                        bot(HEAD, "2"),
                        bot("", "2"));
        assertThat(bytes.length).isLessThan(2_000);
        assertThat(loopsAsked).as("only for what is large enough").containsExactly(3, 3);
    }

    /** Around the threshold of the spec: a payload over 10,240 bytes is compressed. */
    @ParameterizedTest
    @ValueSource(ints = {-40, -2, -1, 0, 1, 2, 40})
    void aPayloadIsCompressedFromOneByteOverTheThreshold(int over) {
        byte[] frame = one(body(dataOfForm(THRESHOLD + over, 'l')));
        assertThat(readFrames(frame).getFirst()).hasSize(THRESHOLD + over);
        assertThat(isCompressed(frame)).isEqualTo(over > 0);
    }

    /** One frame, without numbers. */
    private byte[] one(String body) {
        ByteBuf out = allocator.directBuffer();
        write(gzipFrames, out, "", body, false);
        byte[] frame = new byte[out.readableBytes()];
        out.readBytes(frame).release();
        return frame;
    }

    @Test
    void whatDoesNotGetSmallerIsSentAsItIs() {
        Random random = new Random(1);
        StringBuilder noise = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            // What gzip can do least about: bytes of one character and of two, evenly mixed.
            int ascii = '#' + random.nextInt('Z' - '#');
            noise.appendCodePoint(random.nextInt(7) < 4 ? ascii : 0x80 + random.nextInt(0x780));
        }
        byte[] frame = one(body(noise.toString()));
        assertThat(isCompressed(frame)).isFalse();
        assertThat(readFrames(frame)).containsExactly(bot("", noise.toString()));
    }

    @Test
    void aCompressedPayloadIsUnderNineTenthsOfTheOriginal() {
        Random random = new Random(2);
        for (int repeated = 0; repeated <= 12_000; repeated += 500) {
            byte[] some = new byte[12_000 - repeated];
            random.nextBytes(some);
            for (int i = 0; i < some.length; i++) {
                some[i] = (byte) (' ' + 8 + (some[i] & 0x3F)); // six bits a byte, no quotes
                some[i] = some[i] == '\\' ? (byte) 'x' : some[i];
            }
            String data = "r".repeat(repeated) + new String(some, ISO_8859_1);
            byte[] frame = one(body(data));
            String text = bot("", data);
            assertThat(readFrames(frame)).containsExactly(text);
            int payload = frame.length - BotEncoding.FRAME_HEADER;
            assertThat(
                            isCompressed(frame)
                                    ? payload < 0.9 * text.length()
                                    : payload == text.length())
                    .as("%d of %d bytes", payload, text.length())
                    .isTrue();
        }
    }
}
