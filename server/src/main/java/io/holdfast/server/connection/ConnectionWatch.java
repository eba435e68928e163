package io.holdfast.server.connection;

/** Hears of connections that come and go, on their event loops. */
public interface ConnectionWatch {
    /** Before anybody watches. */
    ConnectionWatch NOBODY = new ConnectionWatch() {
        @Override
        public void joined(Connection connection) {}

        @Override
        public void departed(Connection connection, Departure how) {}
    };

    void joined(Connection connection);

    void departed(Connection connection, Departure how);
}
