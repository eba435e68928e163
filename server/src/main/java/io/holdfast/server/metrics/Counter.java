package io.holdfast.server.metrics;

/** What an event loop counts for each dialect. Exported as {@code holdfast_…_total{dialect}}. */
public enum Counter {
    CONNECTIONS("connections", "Connections opened."),
    DISCONNECTIONS("disconnections", "Connections closed, for whatever reason."),
    MESSAGES_SENT("messages_sent", "Messages written to clients."),
    MESSAGES_RECEIVED("messages_received", "Complete messages read from clients."),
    BYTES_SENT("bytes_sent", "Bytes written to sockets, framing included."),
    BYTES_RECEIVED("bytes_received", "Bytes read from sockets, framing included."),
    FAILED_BROADCASTS("failed_broadcasts", "Clients removed because a broadcast failed for them."),
    SLOW_CONSUMERS("slow_consumers", "Clients closed with 4101."),
    ZOMBIES("zombies", "Clients closed with 4100 after silence."),
    RATE_LIMITED("rate_limited", "Messages dropped by the rate limit."),
    REPLAYED("replayed", "Messages replayed to clients that resumed."),
    DEDUPLICATED("deduplicated", "Repeated messages acked without publishing them again."),
    GAPS("gaps", "Gaps announced to clients."),
    OUTBOX_DROPPED(
            "outbox_dropped",
            "Messages of low priority without room, and those that were too old when there was.");

    private final String metric;
    private final String help;

    Counter(String metric, String help) {
        this.metric = metric;
        this.help = help;
    }

    /** In Micrometer's form; the registry appends "_total". */
    String meterName() {
        return "holdfast." + metric.replace('_', '.');
    }

    String help() {
        return help;
    }
}
