package io.holdfast.server.connection;

import io.holdfast.protocol.connection.ConnectionLifecycle;
import io.holdfast.protocol.connection.ConnectionSettings;
import io.holdfast.protocol.outbox.Priority;
import io.holdfast.server.metrics.DialectName;
import io.holdfast.transport.TestWire;

import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/** A connection that is open to nobody. */
final class TestConnection extends Connection {
    final TestWire line;
    /** Any thread. */
    final List<String> freshTokens = new CopyOnWriteArrayList<>();
    /** Whether it is sent what it could do without. */
    volatile boolean takesLow = true;

    TestConnection(TestServer server) {
        super(server.core, DialectName.ROOMS, "192.0.2.1");
        line = server.onLoop(() -> {
            TestWire made = new TestWire(server.loop(), this);
            opened(made);
            return made;
        });
    }

    @Override
    protected ConnectionLifecycle begin(long nowNanos) {
        return ConnectionLifecycle.open(ConnectionSettings.DEFAULT, nowNanos, new Random(1));
    }

    @Override
    protected boolean takes(Priority priority) {
        return priority != Priority.LOW || takesLow;
    }

    @Override
    public void freshToken(String token) {
        freshTokens.add(token);
    }

    @Override
    protected void onOpened() {}

    @Override
    protected void onText(byte[] bytes, int from, int to) {}

    @Override
    protected void onLost() {}

    @Override
    public boolean tellShutdown(long reconnectAfterSeconds, long timeoutSeconds) {
        return true;
    }
}
