package io.holdfast.protocol.line;

import static io.holdfast.protocol.line.Wire.gzip;
import static io.holdfast.protocol.line.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GzipTest {
    private static final int MIB = 1 << 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final GzipInflater inflater = new GzipInflater();
    private final GzipDeflater deflater = new GzipDeflater(6);

    @AfterEach
    void freeBoth() {
        inflater.close();
        deflater.close();
    }

    private int inflate(byte[] payload) {
        return inflater.inflate(payload, 0, payload.length, 100_000);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void itReadsWhatTheJdkWritesAndTheJdkReadsWhatItWrites(long seed) throws IOException {
        Random random = new Random(seed);
        for (int round = 0; round < 150; round++) {
            byte[] message = Wire.randomText(random, random.nextInt(1 << random.nextInt(1, 15)));
            byte[] theirs = gzip(message);
            assertThat(inflate(theirs))
                    .as("seed %d round %d", seed, round)
                    .isEqualTo(message.length);
            assertThat(Arrays.copyOf(inflater.output(), message.length)).isEqualTo(message);

            int length = deflater.deflate(message, 0, message.length, message.length * 2 + 100);
            ByteArrayInputStream ours = new ByteArrayInputStream(deflater.output(), 0, length);
            assertThat(new GZIPInputStream(ours).readAllBytes())
                    .as("seed %d round %d", seed, round)
                    .isEqualTo(message);
            inflater.release();
            deflater.release();
        }
    }

    @Test
    void itReadsAHeaderWithAllOptionalFields() {
        byte[] plain = gzip(utf8("hello"));
        Wire header = new Wire()
                .raw(0x1F, 0x8B, 8, 0x1F, 1, 2, 3, 4, 0, 3)
                .raw(2, 0, 7, 7)
                .bytes(utf8("name"))
                .raw(0)
                .bytes(utf8("comment"))
                .raw(0);
        CRC32 crc = new CRC32();
        crc.update(header.done());
        int sum = (int) crc.getValue();
        byte[] data = Arrays.copyOfRange(plain, 10, plain.length);

        byte[] good = header.raw(sum, sum >>> 8).bytes(data).done();
        assertThat(inflate(good)).isEqualTo(5);
        good[5]++;
        assertThat(inflate(good)).as("wrong header checksum").isEqualTo(GzipInflater.CORRUPT);
    }

    @Test
    void everyTruncationIsCorrupt() {
        byte[] whole = gzip(utf8("hello hello hello hello"));
        for (int length = 0; length < whole.length; length++) {
            assertThat(inflater.inflate(whole, 0, length, 100_000))
                    .as("%d bytes", length)
                    .isEqualTo(GzipInflater.CORRUPT);
        }
    }

    @Test
    void aWrongChecksumAWrongLengthAndAnythingBehindAreCorrupt() {
        byte[] whole = gzip(utf8("hello"));
        for (int i = 1; i <= 8; i++) {
            byte[] wrong = whole.clone();
            wrong[whole.length - i] ^= 1;
            assertThat(inflate(wrong)).isEqualTo(GzipInflater.CORRUPT);
        }
        assertThat(inflate(Arrays.copyOf(whole, whole.length + 1))).isEqualTo(GzipInflater.CORRUPT);
        assertThat(inflate(new Wire().bytes(whole).bytes(whole).done()))
                .as("a second member")
                .isEqualTo(GzipInflater.CORRUPT);
    }

    @Test
    void aBombCostsLittleMoreThanTheLimit() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            for (int i = 0; i < 60; i++) {
                gzip.write(new byte[MIB]);
            }
        }
        byte[] bomb = out.toByteArray();
        assertThat(bomb.length).isLessThan(70_000);
        long before = THREADS.getCurrentThreadAllocatedBytes();

        assertThat(inflater.inflate(bomb, 0, bomb.length, MIB)).isEqualTo(GzipInflater.TOO_BIG);

        // Doubling to 1 MiB allocates 2 MiB in all.
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(3L * MIB);
        assertThat(inflater.output()).hasSizeLessThanOrEqualTo(MIB + 1);
        inflater.release();
        assertThat(inflater.output()).hasSizeLessThanOrEqualTo(GzipInflater.RETAINED_BYTES);
    }

    @Test
    void compressionGivesUpAtTheLengthThatIsNotWorthIt() {
        byte[] noise = new byte[500_000];
        new Random(1).nextBytes(noise);
        int most = LengthPrefixedEncoder.longestWorthSending(noise.length);

        assertThat(deflater.deflate(noise, 0, noise.length, most))
                .isEqualTo(GzipDeflater.NOT_WORTH_IT);
        assertThat(deflater.output()).hasSizeLessThanOrEqualTo(most + 1);
        byte[] text = utf8("text ".repeat(1_000));
        int length = deflater.deflate(text, 0, text.length, text.length);
        assertThat(deflater.deflate(text, 0, text.length, length)).isEqualTo(length);
        assertThat(deflater.deflate(text, 0, text.length, length - 1))
                .isEqualTo(GzipDeflater.NOT_WORTH_IT);
        assertThat(deflater.deflate(text, 0, 0, 18)).isEqualTo(GzipDeflater.NOT_WORTH_IT);
    }
}
