package io.holdfast.server.log;

import java.util.Locale;

/** What happened. The keyword, where there is one, starts the message (client.md). */
public enum Event {
    STARTING,
    READY,
    STATE_CHANGED,
    CONNECTED("[CONNECTED]"),
    DISCONNECTED("[DISCONNECTED]"),
    RESUMED("[RESUMED]"),
    GAP("[GAP]"),
    TIMEOUT("[TIMEOUT]"),
    SHUTDOWN("[SHUTDOWN]"),
    DRAIN_PROGRESS("[SHUTDOWN]"),
    VERDICT("[SHUTDOWN]"),
    CIRCUIT("[CIRCUIT]"),
    STORE,
    REFUSED,
    UNAUTHORIZED,
    RATE_LIMITED,
    SLOW_CONSUMER,
    LIMIT,
    PROTOCOL_ERROR,
    CLIENT_STATE,
    CONFIG_RELOADED,
    CONFIG_REJECTED,
    INTERNAL_ERROR,
    LOG_DROPPED;

    private final String keyword;

    Event() {
        this("");
    }

    Event(String keyword) {
        this.keyword = keyword;
    }

    /** The value of the field "event". */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The message as logged. */
    String prefixed(String message) {
        return keyword.isEmpty() ? message : keyword + " " + message;
    }
}
