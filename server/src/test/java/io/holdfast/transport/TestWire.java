package io.holdfast.transport;

import io.netty.channel.embedded.EmbeddedChannel;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A wire to nobody, in the package where wires are made: notes with which codes it closes. */
public final class TestWire extends Wire {
    private final List<Integer> closes = new CopyOnWriteArrayList<>();

    /** On the loop. */
    public TestWire(LoopContext loop, WireHandler handler) {
        super(loop, handler);
        new EmbeddedChannel().pipeline().addLast(this);
    }

    /** Any thread. */
    public List<Integer> closes() {
        return closes;
    }

    @Override
    public void sendText(byte[] bytes, int from, int to) {}

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
