package io.holdfast.protocol.line;

import static io.holdfast.protocol.line.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EncoderTest {
    private final LengthPrefixedEncoder frames = new LengthPrefixedEncoder();

    @AfterEach
    void freeTheEncoder() {
        frames.close();
    }

    private byte[] frame(byte[] payload) {
        return frames.encode(payload, 0, payload.length);
    }

    @Test
    void aTextBecomesALine() {
        byte[] text = utf8("xx{\"event\":\"봇\"}xx");
        assertThat(LineEncoder.encode(text, 2, text.length - 2))
                .isEqualTo(utf8("{\"event\":\"봇\"}\n"));
    }

    @Test
    void lineBreaksInsideForeignDataDoNotBreakTheLine() {
        byte[] text = utf8("{\r\n  \"data\": [1,\n2]\n}");
        assertThat(LineEncoder.encode(text, 0, text.length))
                .isEqualTo(utf8("{    \"data\": [1, 2] }\n"));
        assertThat(text).as("the original stays").contains((byte) '\n');
    }

    @Test
    void aLineCanBeWrittenIntoALargerArray() {
        byte[] out = new byte[8];
        assertThat(LineEncoder.write(utf8("abc"), 1, 3, out, 4)).isEqualTo(7);
        assertThat(out).isEqualTo(new byte[] {0, 0, 0, 0, 'b', 'c', '\n', 0});
    }

    @Test
    void aShortPayloadIsFramedAsItIs() {
        assertThat(frame(utf8("hi"))).isEqualTo(new byte[] {0, 0, 0, 3, 0, 'h', 'i'});
        byte[] threshold = new byte[LengthPrefixedEncoder.COMPRESSION_THRESHOLD_BYTES];
        assertThat(frame(threshold)).hasSize(5 + 10_240).startsWith(0, 0, 0x28, 1, 0);
    }

    @Test
    void aLongerPayloadIsCompressedIfThatIsWorthIt() {
        byte[] text = utf8("compress me ".repeat(1_000));
        byte[] compressed = frame(text);

        assertThat(compressed[4]).isEqualTo((byte) 1);
        assertThat(compressed.length).isLessThan(text.length / 10);
        assertThat(Wire.run(Wire.frames(100_000), compressed))
                .containsExactly("text " + "compress me ".repeat(1_000));

        byte[] noise = new byte[20_000];
        new Random(1).nextBytes(noise);
        byte[] plain = frame(noise);
        assertThat(plain).hasSize(5 + noise.length);
        assertThat(plain[4]).isZero();
        assertThat(Arrays.copyOfRange(plain, 5, plain.length)).isEqualTo(noise);
    }

    @Test
    void worthItIsUnderNinetyPercent() {
        assertThat(LengthPrefixedEncoder.longestWorthSending(100)).isEqualTo(89);
        assertThat(LengthPrefixedEncoder.longestWorthSending(10_241)).isEqualTo(9_216);
        assertThat(LengthPrefixedEncoder.longestWorthSending(1 << 30)).isEqualTo(966_367_641);
    }

    @Test
    void onlyAPayloadThatGetsShorterThanNinetyPercentIsSentCompressed() {
        Random random = new Random(7);
        int sentCompressed = 0;
        int sentPlain = 0;
        for (int noisy = 8_000; noisy < 11_000; noisy += 100) {
            byte[] payload = new byte[10_500];
            byte[] noise = new byte[Math.min(noisy, payload.length)];
            random.nextBytes(noise);
            System.arraycopy(noise, 0, payload, 0, noise.length);
            byte[] frame = frame(payload);
            boolean worthIt = Wire.gzip(payload).length * 10L < payload.length * 9L;
            assertThat(frame[4]).as("%d bytes of noise", noisy).isEqualTo((byte) (worthIt ? 1 : 0));
            sentCompressed += worthIt ? 1 : 0;
            sentPlain += worthIt ? 0 : 1;
        }
        assertThat(sentCompressed).isPositive();
        assertThat(sentPlain).isPositive();
    }
}
