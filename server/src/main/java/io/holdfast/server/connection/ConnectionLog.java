package io.holdfast.server.connection;

import io.holdfast.protocol.CloseCode;
import io.holdfast.server.log.Event;
import io.holdfast.server.log.EventLine;
import io.holdfast.server.log.EventLog;

/** What happens to connections, as log lines with the fields that name the connection. */
public final class ConnectionLog {
    private final EventLog log = new EventLog(ConnectionLog.class);

    void connected(Connection connection, int total) {
        of(log.info(Event.CONNECTED), connection).totalConnections(total).write("client connected");
    }

    void disconnected(Connection connection, int total) {
        int code = connection.closeCode();
        Event event = code == CloseCode.PING_TIMEOUT.code() ? Event.TIMEOUT : Event.DISCONNECTED;
        of(log.info(event), connection)
                .totalConnections(total)
                .with("close_code", code)
                .with("close_reason", connection.closeReason())
                .write(event == Event.TIMEOUT ? "silent client closed" : "client disconnected");
    }

    /** A client that had been here before was answered. */
    void resumed(Connection connection, Arrival arrival) {
        long gaps = arrival.gaps();
        of(log.info(gaps == 0 ? Event.RESUMED : Event.GAP), connection)
                .with("session_restored", arrival.restored())
                .with("streams", arrival.streams().size())
                .with("recovered", arrival.recovered())
                .with("gaps", gaps)
                .write(gaps == 0 ? "client resumed" : "client resumed and has missed messages");
    }

    /** Messages that a client was too slow for were dropped, and it is told. */
    void gap(Connection connection, String stream, long from, long to) {
        of(log.info(Event.GAP), connection)
                .with("stream", stream)
                .with("from", from)
                .with("to", to)
                .write("a slow client has missed messages");
    }

    void ready(Connection connection, boolean restored) {
        of(log.info(Event.CLIENT_STATE), connection)
                .with("state", "connected")
                .with("session_restored", restored)
                .write("application is ready");
    }

    /** A state of the client that operators follow. */
    public void state(Connection connection, String state, String message) {
        of(log.info(Event.CLIENT_STATE), connection).with("state", state).write(message);
    }

    /** Something a client did that it should not have done, and that changes nothing. */
    public void suspicious(Connection connection, String message) {
        of(log.warn(Event.PROTOCOL_ERROR), connection).write(message);
    }

    /** A newcomer was turned away. */
    public void refused(Connection connection, int code, String reason) {
        of(log.info(Event.REFUSED), connection)
                .with("close_code", code)
                .with("close_reason", reason)
                .write("newcomer refused");
    }

    /** Our own fault. */
    void fault(Connection connection, Throwable cause) {
        of(log.error(Event.INTERNAL_ERROR), connection)
                .cause(cause)
                .write("a message could not be handled");
    }

    void store(String message, boolean failed) {
        (failed ? log.error(Event.STORE) : log.info(Event.STORE)).write(message);
    }

    /** Our own fault, of no single connection. */
    void fault(Throwable cause) {
        log.error(Event.INTERNAL_ERROR)
                .cause(cause)
                .write("mail between loops could not be handled");
    }

    private static EventLine of(EventLine line, Connection connection) {
        return line.client(connection.clientId())
                .connection(Long.toString(connection.id()))
                .dialect(connection.dialect().label())
                .remote(connection.remote());
    }
}
