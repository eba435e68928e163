package io.holdfast.simulation.run;

import io.holdfast.protocol.line.LineDecoder;
import io.holdfast.protocol.line.LineFault;
import io.holdfast.protocol.line.LineSink;
import io.holdfast.protocol.stream.Position;
import io.holdfast.simulation.model.Findings;
import io.holdfast.simulation.wire.Line;
import io.holdfast.simulation.wire.StreamStart;
import io.holdfast.simulation.world.SimLoop;
import io.holdfast.simulation.world.SimNetwork;
import io.holdfast.simulation.world.SocketListener;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A second connection that resumes the same session with the same token: a copy of the client that
 * races it, one whose positions are of another world, or a stranger who has only its name. It says hello, listens for a while, and goes.
 */
final class Ghost implements SimNetwork.Connecting, SocketListener, LineSink {
    private static final long AHEAD = 1_000_000;

    private final SimLoop loop;
    private final Findings findings;
    private final String clientId;
    private final String token;
    private final Map<String, Position> positions = new LinkedHashMap<>();
    private final boolean ahead;
    private final long staysNanos;
    private final LineDecoder decoder = new LineDecoder(64 * 1024);

    Ghost(
            SimLoop loop,
            Findings findings,
            String clientId,
            String token,
            Map<String, Position> positions,
            boolean ahead,
            long staysNanos) {
        this.loop = loop;
        this.findings = findings;
        this.clientId = clientId;
        this.token = token;
        this.ahead = ahead;
        this.staysNanos = staysNanos;
        positions.forEach((stream, position) -> this.positions.put(
                stream, ahead ? new Position(position.epoch(), position.seq() + AHEAD) : position));
    }

    @Override
    public SocketListener opened(SimNetwork.SocketHandle handle) {
        byte[] hello = Line.of("hello", clientId, token, StreamStart.writePositions(positions));
        handle.socket().write(hello, 0, hello.length);
        SimLoop.Alarm end = loop.alarm(() -> handle.socket().cut());
        end.set(loop.nowNanos() + staysNanos);
        return this;
    }

    @Override
    public void refused() {}

    @Override
    public void bytes(byte[] bytes, int from, int to) {
        decoder.decode(bytes, from, to, this);
    }

    @Override
    public void text(byte[] bytes, int from, int to) {
        Line line = Line.parse(bytes, from, to);
        if (line.type().equals("welcome") && ahead) {
            StreamStart.read(line.word(4)).forEach(this::isGap);
        }
    }

    /** "A position ahead of the head is never recovered: it is a gap". */
    private void isGap(String stream, StreamStart start) {
        if (positions.containsKey(stream)) {
            findings.require(
                    start.gap() != null && start.recovered() == 0,
                    "ahead-is-a-gap",
                    "a position far ahead of " + stream + " was answered with " + start);
        }
    }

    @Override
    public void violation(LineFault fault, String reason) {}

    @Override
    public void writable() {}

    @Override
    public void finished() {}

    @Override
    public void lost(boolean reset) {}
}
