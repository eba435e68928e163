package io.holdfast.protocol.websocket;

import static io.holdfast.protocol.websocket.Frames.bytes;
import static io.holdfast.protocol.websocket.Frames.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class FrameDecoderMemoryTest {

    private static final int MIB = 1 << 20;
    private static final int OBJECT_HEADER_BYTES = 12;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void theDecoderOfAnIdleConnectionFitsInto56Bytes() {
        int size = OBJECT_HEADER_BYTES;
        for (Field field : FrameDecoder.class.getDeclaredFields()) {
            // JaCoCo adds a static field; static ones cost a connection nothing.
            size += Modifier.isStatic(field.getModifiers()) ? 0 : bytesOf(field.getType());
        }

        assertThat(size).isLessThanOrEqualTo(56);
        assertThat(decoder().bufferedBytes()).isZero();
    }

    @Test
    void aWholeMessageIsGivenAsARangeOfTheInput() {
        byte[] wire = new Frames().text("zero copies").done();
        IdentityCheck sink = new IdentityCheck(wire);

        try (MessageInflater inflater = new MessageInflater()) {
            decoder().decode(wire, 0, wire.length, sink, inflater);
        }

        assertThat(sink.seen).isEqualTo(1);
    }

    @Test
    void decodingWholeMessagesAllocatesNothing() {
        byte[] wire = new Frames()
                .text("some text that is longer than eight bytes, é included")
                .frame(2, true, new byte[500])
                .frame(9, true, utf8("ping"))
                .done();
        byte[] input = new byte[wire.length];
        FrameDecoder decoder = decoder();
        IdentityCheck sink = new IdentityCheck(input);
        try (MessageInflater inflater = new MessageInflater()) {
            long allocated = 0;
            for (int round = 0; round < 20_000; round++) {
                if (round == 10_000) {
                    allocated = -THREADS.getCurrentThreadAllocatedBytes();
                }
                System.arraycopy(wire, 0, input, 0, wire.length);
                decoder.decode(input, 0, input.length, sink, inflater);
            }
            allocated += THREADS.getCurrentThreadAllocatedBytes();
            // 10,000 rounds: one object a round would be 160,000 bytes.
            assertThat(allocated).isLessThan(10_000);
        }
        assertThat(sink.seen).isEqualTo(60_000);
    }

    @Test
    void anAnnouncedLengthAllocatesNothingUntilBytesArrive() {
        FrameDecoder decoder = decoder();
        RecordedEvents sink = new RecordedEvents();

        byte[] header = new Frames()
                .raw(0x82, 0xFF, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0)
                .done();
        DecodeRun.feed(decoder, header, 0, header.length, sink);
        assertThat(decoder.bufferedBytes()).isZero();

        byte[] piece = new byte[777];
        for (int received = piece.length; received < MIB; received += piece.length) {
            DecodeRun.feed(decoder, piece, 0, piece.length, sink);
            assertThat(decoder.bufferedBytes()).isLessThanOrEqualTo(Math.max(1_024, 2 * received));
        }
        DecodeRun.feed(decoder, piece, 0, MIB % piece.length, sink);

        assertThat(sink.events).hasSize(1);
        assertThat(decoder.bufferedBytes()).isZero();
        assertThat(decoder.idle()).isTrue();
    }

    @Test
    void fragmentsOfOneByteAndEmptyOnesHoldOnlyTheirBytesAndEndAtTheLimit() {
        FrameDecoder decoder = decoder();
        RecordedEvents sink = new RecordedEvents();
        byte[] start = new Frames().frame(2, false, new byte[0]).done();
        byte[] more = new Frames()
                .frame(0, false, bytes(1))
                .frame(0, false, new byte[0])
                .done();

        DecodeRun.feed(decoder, start, 0, start.length, sink);
        for (int i = 0; i < 200_000; i++) {
            DecodeRun.feed(decoder, more, 0, more.length, sink);
            assertThat(decoder.bufferedBytes()).isLessThanOrEqualTo(1_024);
        }

        assertThat(sink.events)
                .containsExactly(
                        "violation 1009 Message has more than 1024 fragments; send it in fewer frames");
        assertThat(decoder.bufferedBytes()).isZero();
    }

    @Test
    void aBombOf60MebibytesCostsLittleMoreThanTheLimit() {
        byte[] bomb = bomb(60 * MIB);
        assertThat(bomb.length).isLessThan(70_000);
        byte[] wire = new Frames().frame(1, true, true, bomb).done();
        RecordedEvents sink = new RecordedEvents();
        try (MessageInflater inflater = new MessageInflater()) {
            FrameDecoder decoder = new FrameDecoder(Role.SERVER, FrameLimits.DEFAULT, true);
            long before = THREADS.getCurrentThreadAllocatedBytes();

            decoder.decode(wire, 0, wire.length, sink, inflater);

            // Doubling to 1 MiB allocates 2 MiB in all, never more than 1.5 MiB of it alive.
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(3L * MIB);
            assertThat(inflater.output()).hasSizeLessThanOrEqualTo(MessageInflater.RETAINED_BYTES);
        }
        assertThat(sink.events)
                .containsExactly(
                        "violation 1009 Message is longer than 1048576 bytes; send shorter messages");
    }

    /**
     * One stream of zeros, compressed piece by piece: the test need not hold what it stands for.
     */
    private static byte[] bomb(int length) {
        Deflater deflater = new Deflater(9, true);
        byte[] out = new byte[80_000];
        int used = 0;
        for (int done = 0; done < length; done += MIB) {
            deflater.setInput(new byte[MIB]);
            used += deflater.deflate(out, used, out.length - used, Deflater.NO_FLUSH);
        }
        used += deflater.deflate(out, used, out.length - used, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(out, used - 4);
    }

    private static FrameDecoder decoder() {
        return new FrameDecoder(Role.SERVER, FrameLimits.DEFAULT, false);
    }

    /** With compressed references, the JVM's default below 32 GB of heap. */
    private static int bytesOf(Class<?> type) {
        if (type == boolean.class || type == byte.class) {
            return 1;
        }
        return type == long.class ? 8 : 4;
    }

    private static final class IdentityCheck implements FrameSink {
        private final byte[] input;
        int seen;

        IdentityCheck(byte[] input) {
            this.input = input;
        }

        @Override
        public void text(byte[] bytes, int from, int to) {
            check(bytes);
        }

        @Override
        public void binary(byte[] bytes, int from, int to) {
            check(bytes);
        }

        @Override
        public void ping(byte[] bytes, int from, int to) {
            check(bytes);
        }

        @Override
        public void pong(byte[] bytes, int from, int to) {
            check(bytes);
        }

        @Override
        public void close(int code, String reason) {
            throw new AssertionError("close " + code);
        }

        @Override
        public void violation(int closeCode, String reason) {
            throw new AssertionError("violation " + closeCode + " " + reason);
        }

        @SuppressWarnings("ReferenceEquality") // whether it is the same array is the question
        private void check(byte[] bytes) {
            if (bytes != input) {
                throw new AssertionError("a copy, expected a range of the input");
            }
            seen++;
        }
    }
}
