package io.holdfast.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.protocol.websocket.FrameLimits;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopContextTest {
    private final TestLoop loop = new TestLoop();
    private final List<String> order = new CopyOnWriteArrayList<>();

    private final List<EmbeddedChannel> channels = new ArrayList<>();

    @AfterEach
    void stop() {
        loop.close();
        channels.forEach(EmbeddedChannel::releaseOutbound);
    }

    private WebSocketWire wire(Runnable onFlush) {
        WebSocketWire wire = new WebSocketWire(
                loop.context(), new RecordingHandler(), FrameLimits.DEFAULT, false);
        ChannelOutboundHandlerAdapter watch = new ChannelOutboundHandlerAdapter() {
            @Override
            public void flush(ChannelHandlerContext context) {
                onFlush.run();
                context.flush();
            }
        };
        channels.add(new EmbeddedChannel(watch, wire));
        return wire;
    }

    @Test
    void manyWritesInOneTurnLeaveWithOneFlushForEachConnection() {
        WebSocketWire one = wire(() -> order.add("one"));
        WebSocketWire two = wire(() -> order.add("two"));
        byte[] text = "hello".getBytes(UTF_8);
        loop.turn(() -> {
            for (int i = 0; i < 100; i++) {
                one.sendText(text, 0, text.length);
                two.sendText(text, 0, text.length);
            }
            assertThat(order).as("within the turn").isEmpty();
        });
        assertThat(order).containsExactly("one", "two");
    }

    @Test
    void aTurnWithoutWritesFlushesNothing() {
        WebSocketWire one = wire(() -> order.add("one"));
        loop.turn(one::sendPing);
        loop.turn(loop.context()::requestTurnEnd);
        assertThat(order).containsExactly("one");
    }

    @Test
    void theEndOfTurnWorkRunsOnceBeforeTheFlushAndMayStillWrite() {
        WebSocketWire one = wire(() -> order.add("flush"));
        loop.turn(() -> loop.context().beforeFlush(() -> {
            if (order.isEmpty()) {
                order.add("work");
                one.sendPing();
            }
        }));
        loop.turn(() -> {
            loop.context().requestTurnEnd();
            loop.context().requestTurnEnd();
        });
        assertThat(order).containsExactly("work", "flush");
    }

    @Test
    void theClockStandsStillWithinATurnAndMovesBetweenTurns() {
        List<Long> times = new ArrayList<>();
        loop.turn(() -> {
            times.add(loop.context().nowNanos());
            spinPast(times.getFirst());
            times.add(loop.context().nowNanos());
        });
        loop.turn(() -> times.add(loop.context().nowNanos()));
        assertThat(times.get(1)).isEqualTo(times.getFirst());
        assertThat(times.get(2)).isGreaterThan(times.getFirst());
    }

    @Test
    void aLongFlushLetsOtherTasksRunBeforeItGoesOn() {
        int connections = 40;
        List<WebSocketWire> wires = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            boolean first = i == 0;
            wires.add(wire(() -> {
                order.add("flush");
                if (first) {
                    // Two milliseconds: more than a run of flushes may take.
                    spinPast(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2));
                    loop.context().execute(() -> order.add("task"));
                }
            }));
        }
        loop.turn(() -> wires.forEach(WebSocketWire::sendPing));
        await().until(() -> order.size() == connections + 1);
        assertThat(order.indexOf("task")).isBetween(1, connections - 1);
        assertThat(order).filteredOn("flush"::equals).hasSize(connections);
    }

    private static void spinPast(long nanos) {
        while (System.nanoTime() <= nanos) {
            Thread.onSpinWait();
        }
    }
}
