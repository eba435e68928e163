package io.holdfast.benchmarks.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Many connections, each with one request outstanding. */
public final class EchoLoad extends Load implements ConnectionListener {
    private final Wire wire;
    private final int connections;
    private final int payloadBytes;
    private final List<Connection> all = new ArrayList<>();
    private final List<Request> requests = new ArrayList<>();
    private final long[] sentAtNanos;
    private final ExpectedMessage answer;
    private Phase phase = Phase.CONNECTING;
    private long outstanding;
    private int probed;

    private enum Phase {
        CONNECTING,
        PROBING,
        RUNNING,
        STOPPING
    }

    public EchoLoad(Wire wire, int connections, int payloadBytes) {
        this.wire = wire;
        this.connections = connections;
        this.payloadBytes = payloadBytes;
        this.sentAtNanos = new long[connections];
        this.answer = new ExpectedMessage(wire::isAnswer);
    }

    @Override
    public void prepare(Generator generator) {
        for (int index = 0; index < connections; index++) {
            makeRoom(generator, index);
            requests.add(wire.echoRequest(index, payloadBytes));
            all.add(
                    wire.isLines()
                            ? generator.connectLines(index, this)
                            : generator.connect(index, wire.echoPath(index), this));
        }
        awaitOpened(generator, connections);
        awaitQuiet(generator);
        phase = Phase.PROBING;
        for (Connection connection : all) {
            connection.captureData(true);
            connection.send(requests.get(connection.index()).next());
        }
        await(
                generator,
                () -> probed == connections,
                Duration.ofSeconds(10),
                "answer to each first request");
    }

    @Override
    public void start() {
        phase = Phase.RUNNING;
        for (Connection connection : all) {
            request(connection, System.nanoTime());
        }
    }

    @Override
    public void stop() {
        phase = Phase.STOPPING;
    }

    @Override
    public boolean finished() {
        return outstanding == 0;
    }

    @Override
    public long missing() {
        return outstanding;
    }

    @Override
    public int payloadBytes() {
        return answer.payloadBytes();
    }

    private void request(Connection connection, long nowNanos) {
        outstanding++;
        sentAtNanos[connection.index()] = nowNanos;
        connection.send(requests.get(connection.index()).next());
    }

    @Override
    public void opened(Connection connection) {
        countOpened();
        for (byte[] frame : wire.echoPreparation(connection.index())) {
            connection.send(frame);
        }
    }

    @Override
    public void message(Connection connection, int length, long nowNanos) {
        switch (phase) {
            case CONNECTING -> noteMessage(nowNanos);
            case PROBING -> probe(connection, length);
            case RUNNING, STOPPING -> answered(connection, length, nowNanos);
        }
    }

    private void probe(Connection connection, int length) {
        if (answer.learn(connection.payload(), length)) {
            connection.captureData(false);
            probed++;
        } else {
            unexpected++;
        }
    }

    private void answered(Connection connection, int length, long nowNanos) {
        if (!answer.matches(length)) {
            unexpected++;
            return;
        }
        completed++;
        outstanding--;
        record(nowNanos - sentAtNanos[connection.index()]);
        if (phase == Phase.RUNNING) {
            request(connection, nowNanos);
        }
    }

    @Override
    public void closed(Connection connection, int code) {
        countBroken();
    }
}
