package io.holdfast.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.line.GzipInflater;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpWireTest {
    private static final int MAX_MESSAGE = 50_000;

    private final TestLoop loop = new TestLoop();
    private final RecordingHandler handler = new RecordingHandler();
    private final TcpWire wire = new TcpWire(loop.context(), handler, MAX_MESSAGE);
    private final EmbeddedChannel channel = new EmbeddedChannel();

    @BeforeEach
    void open() {
        channel.pipeline().addLast(wire);
        handler.wire = wire;
    }

    @AfterEach
    void stop() {
        channel.releaseOutbound();
        loop.close();
    }

    private void receive(byte[]... pieces) {
        loop.turn(() -> {
            for (byte[] piece : pieces) {
                channel.writeInbound(Unpooled.wrappedBuffer(piece));
            }
        });
    }

    private static byte[] frame(int flags, byte[] payload) {
        return ByteBuffer.allocate(5 + payload.length)
                .putInt(payload.length + 1)
                .put((byte) flags)
                .put(payload)
                .array();
    }

    private static byte[] frame(String text) {
        return frame(0, text.getBytes(UTF_8));
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

    @Test
    void aTextIsWrittenAsOneLineWhateverLineBreaksItHolds() {
        loop.turn(() -> {
            TcpServer.sendText(wire, "{\"a\":\r\n1}");
            TcpServer.sendText(wire, "");
            byte[] part = "xx\nyy\rzz\n".getBytes(UTF_8);
            wire.sendText(part, 2, 8);
        });
        assertThat(written()).asString(UTF_8).isEqualTo("{\"a\":  1}\n\n yy zz\n");
    }

    @Test
    void linesAreFollowedByFramesInTheOrderOfSendingAndSharedBytesGoBetween() {
        String large = "L".repeat(5_000);
        loop.turn(() -> {
            TcpServer.sendText(wire, "welcome");
            wire.sendFrames(false);
            TcpServer.sendText(wire, "a\nb");
            wire.send(Unpooled.wrappedBuffer(frame("shared")));
            wire.send(Unpooled.wrappedBuffer(frame(large)));
            TcpServer.sendText(wire, "last");
        });
        ByteBuffer expected = ByteBuffer.allocate(10_000);
        expected.put("welcome\n".getBytes(UTF_8));
        expected.put(frame("a\nb")).put(frame("shared")).put(frame(large)).put(frame("last"));
        assertThat(written()).isEqualTo(Arrays.copyOf(expected.array(), expected.position()));
    }

    @Test
    void largePayloadsAreCompressedWhenAgreedAndOnlyThen() {
        String text = "all the same ".repeat(1_000);
        loop.turn(() -> {
            wire.sendFrames(false);
            TcpServer.sendText(wire, text);
        });
        assertThat(written()).isEqualTo(frame(text));
        loop.turn(() -> {
            wire.sendFrames(true);
            TcpServer.sendText(wire, text);
        });
        byte[] compressed = written();
        assertThat(compressed.length).isLessThan(text.length() / 10);
        assertThat(compressed[4]).isEqualTo((byte) 1);
        GzipInflater inflater = new GzipInflater();
        int length = inflater.inflate(compressed, 5, compressed.length, MAX_MESSAGE);
        assertThat(inflater.output()).asString(UTF_8).startsWith(text);
        assertThat(length).isEqualTo(text.length());
        inflater.close();
    }

    @Test
    void payloadsThatWouldNotShrinkAndShortOnesAreSentAsTheyAre() {
        byte[] random = new byte[20_000];
        new Random(1).nextBytes(random);
        loop.turn(() -> {
            wire.sendFrames(true);
            wire.sendText(random, 0, random.length);
            TcpServer.sendText(wire, "short");
        });
        byte[] out = written();
        byte[] first = frame(0, random);
        assertThat(Arrays.copyOf(out, first.length)).isEqualTo(first);
        assertThat(Arrays.copyOfRange(out, first.length, out.length)).isEqualTo(frame("short"));
    }

    @Test
    void framesBeginBehindTheVeryLineThatAgreedOnThem() {
        handler.onText = text -> {
            if (text.equals("hello")) {
                wire.receiveFrames();
            }
        };
        byte[] all = new byte[100];
        ByteBuffer input = ByteBuffer.wrap(all);
        input.put("before\nhello\r\n".getBytes(UTF_8)).put(frame("one\ntwo")).put(frame(""));
        receive(Arrays.copyOf(all, input.position()));
        assertThat(handler.events)
                .containsExactly("text before", "text hello", "text one\ntwo", "text ");
        assertThat(wire.midMessage()).isFalse();
    }

    @Test
    void askingTwiceForFramesIsAMistake() {
        wire.receiveFrames();
        assertThatThrownBy(wire::receiveFrames)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("once");
    }

    @Test
    void partOfALineOrOfAFrameIsTheMiddleOfAMessage() {
        assertThat(wire.midMessage()).isFalse();
        receive("half");
        assertThat(wire.midMessage()).isTrue();
        receive(" and half\n");
        assertThat(wire.midMessage()).isFalse();
        loop.turn(wire::receiveFrames);
        receive(new byte[] {0, 0});
        assertThat(wire.midMessage()).isTrue();
    }

    @Test
    void aLineOverTheLimitIsTooBig() {
        receive("x".repeat(MAX_MESSAGE) + "\n", "y".repeat(MAX_MESSAGE + 1));
        assertThat(handler.events).hasSize(2).last().isEqualTo("violation 1009");
    }

    private void receive(String... texts) {
        for (String text : texts) {
            receive(text.getBytes(UTF_8));
        }
    }

    @Test
    void bytesThatAreNoTextAreAnInvalidPayload() {
        receive(new byte[] {'a', (byte) 0xFF, '\n'});
        assertThat(handler.events).containsExactly("violation 1007");
    }

    @Test
    void brokenFramesAreAProtocolError() {
        loop.turn(wire::receiveFrames);
        receive(frame(2, new byte[] {'x'}));
        assertThat(handler.events).containsExactly("violation 1002");
    }

    @Test
    void gzipThatIsNoneIsAProtocolError() {
        loop.turn(wire::receiveFrames);
        receive(frame(1, new byte[] {'x'}));
        assertThat(handler.events).containsExactly("violation 1002");
    }

    @Test
    void anEmptyFrameIsAProtocolError() {
        loop.turn(wire::receiveFrames);
        receive(new byte[] {0, 0, 0, 0});
        assertThat(handler.events).containsExactly("violation 1002");
    }

    @Test
    void afterAViolationNothingIsGivenAndNothingIsHeld() {
        byte[] blob = new byte[60_000];
        Arrays.fill(blob, (byte) 0xFF);
        receive(blob, blob, "a good line\n".getBytes(UTF_8), "half".getBytes(UTF_8));
        assertThat(handler.events).containsExactly("violation 1007");
        assertThat(wire.midMessage()).isFalse();
    }

    @Test
    void afterStopReadingTheRestOfTheSameInputIsThrownAway() {
        handler.onText = text -> wire.stopReading();
        receive("one\ntwo\nthr", "ee\nfour\n");
        assertThat(handler.events).containsExactly("text one");
        assertThat(wire.midMessage()).isFalse();
    }

    @Test
    void framesAskedForAfterStopReadingDoNotWakeIt() {
        handler.onText = text -> {
            wire.stopReading();
            wire.receiveFrames();
        };
        receive("one\n");
        receive(frame("two"));
        assertThat(handler.events).containsExactly("text one");
    }

    @Test
    void tcpHasNoPingsOfItsOwn() {
        assertThatThrownBy(wire::sendPing).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> wire.sendPong(new byte[0], 0, 0))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void anEndedWireTakesNoMoreInAnyForm() {
        loop.turn(() -> {
            TcpServer.sendText(wire, "last words");
            wire.sendClose(1001, "");
            TcpServer.sendText(wire, "too late");
            wire.sendFrames(true);
            TcpServer.sendText(wire, "too late");
            TcpServer.sendText(wire, "too late".repeat(5_000));
        });
        assertThat(written()).asString(UTF_8).isEqualTo("last words\n");
    }
}
