package io.holdfast.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.websocket.FrameLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebSocketWireTest {
    private final TestLoop loop = new TestLoop();
    private final RecordingHandler handler = new RecordingHandler();
    private final WebSocketWire wire =
            new WebSocketWire(loop.context(), handler, FrameLimits.DEFAULT, false);
    private final EmbeddedChannel channel = new EmbeddedChannel();

    @BeforeEach
    void open() {
        channel.pipeline().addLast(wire);
    }

    @AfterEach
    void stop() {
        channel.releaseOutbound();
        loop.close();
    }

    private void text(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        wire.sendText(bytes, 0, bytes.length);
    }

    private byte[] written() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            while (out.isReadable()) {
                all.write(out.readByte());
            }
            out.release();
        }
        return all.toByteArray();
    }

    private static byte[] frames(String... texts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String text : texts) {
            ByteBuf frame = Unpooled.buffer();
            WebSocketWire.writeHeader(frame, 1, false, text.length());
            frame.writeBytes(text.getBytes(UTF_8));
            all.write(frame.array(), 0, frame.readableBytes());
        }
        return all.toByteArray();
    }

    private static ByteBuf shared(String text) {
        return Unpooled.wrappedBuffer(frames(text));
    }

    @Test
    void ownAndSharedWritesKeepTheirOrderWhateverTheirSize() {
        String large = "L".repeat(5_000);
        loop.turn(() -> {
            wire.send(shared("1"));
            text("2");
            wire.send(shared("3"));
            wire.send(shared(large));
            text("5");
            wire.send(shared(large));
            wire.send(shared("7"));
            text("8");
        });
        assertThat(written()).isEqualTo(frames("1", "2", "3", large, "5", large, "7", "8"));
    }

    @Test
    void lengthsOfAllThreeFormsAreWrittenAsTheRfcSays() {
        loop.turn(() -> {
            text("a".repeat(125));
            text("b".repeat(126));
            text("c".repeat(65_535));
            text("d".repeat(65_536));
        });
        byte[] out = written();
        assertThat(out).startsWith(0x81, 125);
        assertThat(out[127]).isEqualTo((byte) 0x81);
        assertThat(out[128]).isEqualTo((byte) 126);
        int third = 127 + 4 + 126;
        assertThat(out[third + 1]).isEqualTo((byte) 126);
        int fourth = third + 4 + 65_535;
        assertThat(out[fourth + 1]).isEqualTo((byte) 127);
        assertThat(out).hasSize(fourth + 10 + 65_536);
    }

    @Test
    void unwrittenBytesAreThoseOfTheTurnUntilItEnds() {
        loop.turn(() -> {
            assertThat(wire.unwrittenBytes()).isZero();
            text("hello");
            assertThat(wire.unwrittenBytes()).isEqualTo(7);
        });
        assertThat(wire.unwrittenBytes()).isZero();
        assertThat(handler.bytesSent).isEqualTo(7);
    }

    @Test
    void finishWritesWhatIsQueuedThenClosesAndTakesNoMore() {
        loop.turn(() -> {
            text("last words");
            wire.finish();
            text("too late");
            wire.send(shared("too late as well"));
        });
        assertThat(written()).isEqualTo(frames("last words"));
        assertThat(channel.isOpen()).isFalse();
        assertThat(handler.events).containsExactly("lost");
    }

    @Test
    void cutDropsWhatIsQueuedAndReportsTheEndOnce() {
        loop.turn(() -> {
            text("never seen");
            wire.cut();
            wire.cut();
        });
        assertThat(written()).isEmpty();
        assertThat(handler.events).containsExactly("lost");
    }

    @Test
    void aSharedWriteToALostConnectionIsGivenBack() {
        ByteBuf late = shared("late");
        loop.turn(() -> {
            wire.cut();
            wire.send(late);
        });
        assertThat(late.refCnt()).isZero();
    }

    @Test
    void afterFinishWritingWhatArrivesIsThrownAway() {
        loop.turn(() -> {
            wire.finishWriting();
            // A masked text frame with an empty payload.
            channel.writeInbound(
                    Unpooled.wrappedBuffer(new byte[] {(byte) 0x81, (byte) 0x80, 1, 2, 3, 4}));
        });
        assertThat(handler.events).isEmpty();
    }

    @Test
    void framesReachTheHandlerInTheirOrder() {
        byte[] ping = {(byte) 0x89, (byte) 0x80, 1, 2, 3, 4};
        byte[] text = {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, 'x'};
        loop.turn(() -> channel.writeInbound(Unpooled.wrappedBuffer(ping, text, ping)));
        assertThat(handler.events).containsExactly("ping", "text x", "ping");
    }
}
