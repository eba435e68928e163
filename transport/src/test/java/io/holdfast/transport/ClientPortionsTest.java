package io.holdfast.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.protocol.websocket.FrameLimits;
import io.holdfast.protocol.websocket.MessageDeflater;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How much of what a WebSocket client has read reaches its owner in one go. */
class ClientPortionsTest {
    private static final int MANY = 15_000;

    private final TestLoop loop = new TestLoop();
    private final RecordingHandler handler = new RecordingHandler();
    private final WebSocketWire wire = new WebSocketWire(
            loop.context(), handler, FrameLimits.DEFAULT, true, new MaskingKeys());
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

    private static ByteBuf frames(int count) {
        ByteBuf all = Unpooled.buffer();
        for (int i = 0; i < count; i++) {
            WebSocketWire.writeHeader(all, 1, false, 1);
            all.writeByte('x');
        }
        return all;
    }

    private static ByteBuf closing(int code) {
        ByteBuf frame = Unpooled.buffer();
        WebSocketWire.writeHeader(frame, 8, false, 2);
        return frame.writeShort(code);
    }

    /** Gives this to the wire; returns how many texts it gave on before it came back. */
    private int textsInOneGo(ByteBuf input) {
        AtomicInteger texts = new AtomicInteger();
        loop.turn(() -> {
            channel.writeInbound(input);
            texts.set(handler.events.size());
        });
        return texts.get();
    }

    @Test
    void whoWantsNoMoreGetsTheRestOfASliceAndEverythingElseWhenItIsWantedAgain() {
        handler.onText = text -> wire.reading(false);
        int first = textsInOneGo(frames(MANY));
        assertThat(first).isBetween(1, 4 * 1024 / 3 + 1);
        assertThat(textsInOneGo(frames(1))).as("read though nobody asked").isEqualTo(first);
        handler.onText = text -> {};
        loop.turn(() -> wire.reading(true));
        await().until(() -> handler.events.size() == MANY + 1);
    }

    @Test
    void aLittleThatBecomesVeryMuchLeavesTheOthersTheirTurn() {
        byte[] text = "x".repeat(100_000).getBytes(UTF_8);
        MessageDeflater deflater = new MessageDeflater(9);
        int length = deflater.deflate(text, 0, text.length);
        ByteBuf all = Unpooled.buffer();
        int count = 60_000 / length;
        for (int i = 0; i < count; i++) {
            WebSocketWire.writeHeader(all, 1, true, length);
            all.writeBytes(deflater.output(), 0, length);
        }
        deflater.close();
        assertThat(textsInOneGo(all)).isBetween(1, 4 * 1024 / length + 1);
        await().until(() -> handler.events.size() == count);
    }

    @Test
    void whatWasReadBeforeTheEndIsToldBeforeIt() {
        handler.onText = text -> wire.reading(false);
        loop.turn(() -> {
            channel.writeInbound(Unpooled.wrappedBuffer(frames(MANY), closing(4102)));
            channel.close();
        });
        assertThat(handler.events).doesNotContain("lost", "close 4102");
        handler.onText = text -> {};
        loop.turn(() -> wire.reading(true));
        await().until(() -> handler.events.contains("lost"));
        assertThat(handler.events).hasSize(MANY + 2).endsWith("close 4102", "lost");
    }

    @Test
    void whoCutsItHearsOfTheEndOnceAndKeepsNothing() {
        handler.onText = text -> wire.reading(false);
        ByteBuf input = frames(MANY);
        int texts = textsInOneGo(input);
        loop.turn(() -> {
            channel.close();
            wire.cut();
            wire.cut();
            wire.reading(true);
        });
        assertThat(handler.events).hasSize(texts + 1).endsWith("lost");
        assertThat(input.refCnt()).isZero();
    }
}
