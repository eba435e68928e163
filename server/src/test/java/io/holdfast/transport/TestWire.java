package io.holdfast.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A wire to nobody, in the package where wires are made: notes what it sends and closes with. */
public final class TestWire extends Wire {
    /** Bytes; more than a peer may leave unread before it is kept waiting. */
    private static final int TOO_MUCH = 100_000;

    private final List<Integer> closes = new CopyOnWriteArrayList<>();
    private final List<String> texts = new CopyOnWriteArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private boolean stalled;

    /** On the loop. */
    public TestWire(LoopContext loop, WireHandler handler) {
        super(loop, handler);
        channel.pipeline().addLast(new Gate(), this);
    }

    /** Lets nothing through while the peer reads nothing. */
    private final class Gate extends ChannelOutboundHandlerAdapter {
        @Override
        public void flush(ChannelHandlerContext context) {
            if (!stalled) {
                context.flush();
            }
        }
    }

    /** The peer reads no more, and what lies before it is as much as it may be. On the loop. */
    public void stall() {
        stalled = true;
        send(Unpooled.buffer(TOO_MUCH).writeZero(TOO_MUCH));
    }

    /** The peer reads everything. On the loop. */
    public void readAll() {
        stalled = false;
        channel.flush();
        channel.releaseOutbound();
    }

    /** Any thread. */
    public List<Integer> closes() {
        return closes;
    }

    /** Messages that were sent. Any thread. */
    public List<String> texts() {
        return texts;
    }

    @Override
    public void sendText(byte[] bytes, int from, int to) {
        texts.add(new String(bytes, from, to - from, UTF_8));
    }

    @Override
    public void sendPing() {}

    @Override
    public void sendPong(byte[] bytes, int from, int to) {}

    @Override
    public void sendClose(int code, String reason) {
        closes.add(code);
    }

    @Override
    public void stopReading() {}

    @Override
    public boolean deflates() {
        return false;
    }
}
