package io.holdfast.server.metrics;

import java.util.Locale;

/**
 * Limits that can bite, named as their configuration keys where they have one: {@code
 * holdfast_limit_hits_total}.
 */
public enum LimitName {
    HANDSHAKE_TIMEOUT,
    MAX_HEADER_BYTES,
    MAX_HEADERS,
    MESSAGE_SIZE,
    MAX_FRAGMENTS,
    JSON_DEPTH,
    JSON_STRING,
    MAX_CONNECTIONS,
    MAX_CONNECTIONS_PER_ADDRESS,
    BOT_MAX_CONNECTIONS,
    CONNECTIONS_PER_MINUTE_PER_IP,
    /** No key: connections from addresses that are blocked. */
    BLOCKED,
    MAX_ROOMS,
    MAX_ROOMS_PER_CLIENT,
    MAX_SESSIONS,
    MAX_MESSAGES_PER_MINUTE,
    PINGS_PER_SECOND,
    OUTBOX_LIMIT,
    WRITE_TIMEOUT,
    AUTH_TIMEOUT,
    READ_IDLE_TIMEOUT,
    /** Key {@code handshake_timeout}: for a trusted proxy's header. */
    PROXY_HEADER_TIMEOUT,
    SILENCE_LIMIT,
    HISTORY_TOTAL,
    UNCOMMITTED_LIMIT,
    /** No key: messages with an id that one client may have unacked (spec: delivery). */
    UNACKED_MESSAGES,
    /** No key: work for an event loop that is too far behind. */
    MAILBOX;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
