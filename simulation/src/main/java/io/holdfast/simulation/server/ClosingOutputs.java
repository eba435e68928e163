package io.holdfast.simulation.server;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.connection.ConnectionOutputs;
import io.holdfast.simulation.wire.Line;

/** What the machine of a connection asks for, done on the socket. */
final class ClosingOutputs implements ConnectionOutputs {
    private final ServerConnection connection;

    ClosingOutputs(ServerConnection connection) {
        this.connection = connection;
    }

    @Override
    public void sendPing() {}

    @Override
    public void sendClose(int code, String reason) {
        connection.checker.closing(code);
        if (code == CloseCode.PING_TIMEOUT.code()) {
            connection.socket().cut();
            return;
        }
        // As a bot is told: the time for a first message was too short, come back.
        boolean policy = code == CloseCode.POLICY_VIOLATION.code();
        boolean late = policy && !connection.hasSpoken();
        int meant = late ? CloseCode.PING_TIMEOUT.code() : code;
        boolean rate = policy && connection.hasSpoken();
        if (meant != CloseCode.NORMAL.code() && !rate) {
            connection.write(Line.of("close", meant));
        }
        connection.socket().finish();
    }

    @Override
    public void finish() {
        connection.socket().finish();
    }

    @Override
    public void cut() {
        connection.socket().cut();
    }
}
