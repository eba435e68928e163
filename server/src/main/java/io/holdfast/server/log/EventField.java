package io.holdfast.server.log;

import java.util.List;

/** Names of the fields that have a place of their own in every line. */
final class EventField {

    static final String EVENT = "event";
    static final String CLIENT_ID = "client_id";
    static final String CONNECTION_ID = "connection_id";
    static final String DIALECT = "dialect";
    static final String REMOTE = "remote";
    static final String TOTAL_CONNECTIONS = "total_connections";

    /** After time, level, event and message, in this order; further fields follow. */
    static final List<String> IN_ORDER =
            List.of(CLIENT_ID, CONNECTION_ID, DIALECT, REMOTE, TOTAL_CONNECTIONS);

    private EventField() {}
}
