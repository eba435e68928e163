package io.holdfast.simulation.client;

import io.holdfast.protocol.line.LineDecoder;
import io.holdfast.protocol.line.LineFault;
import io.holdfast.protocol.line.LineSink;
import io.holdfast.simulation.wire.Line;
import io.holdfast.simulation.world.SocketListener;

/** What comes to a client on one connection; of one that it has given up, nothing. */
final class Ears implements SocketListener, LineSink {
    private static final int MAX_LINE_BYTES = 64 * 1024;

    private final SimClient client;
    private final long number;
    private final LineDecoder decoder = new LineDecoder(MAX_LINE_BYTES);

    Ears(SimClient client, long number) {
        this.client = client;
        this.number = number;
    }

    @Override
    public void bytes(byte[] bytes, int from, int to) {
        if (client.hears(number)) {
            client.received();
            decoder.decode(bytes, from, to, this);
        }
    }

    @Override
    public void text(byte[] bytes, int from, int to) {
        if (client.hears(number)) {
            client.said(Line.parse(bytes, from, to));
        }
    }

    @Override
    public void violation(LineFault fault, String reason) {
        throw new IllegalStateException("the server broke its lines: " + reason);
    }

    @Override
    public void writable() {}

    @Override
    public void finished() {
        if (client.hears(number)) {
            client.peerFinished();
        }
    }

    @Override
    public void lost(boolean reset) {
        if (client.hears(number)) {
            client.gone();
        }
    }
}
