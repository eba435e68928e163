package io.holdfast.server.config;

import static io.holdfast.server.config.Section.LIMITS;

import java.time.Duration;
import java.util.List;

/** [limits]: each is on by default and counted in holdfast_limit_hits_total when it bites. */
final class LimitsKeys {

    static final Key<Duration> HANDSHAKE_TIMEOUT = limit(
            "handshake_timeout",
            ValueType.duration(Duration.ofMillis(100), Duration.ofMinutes(10)),
            "10s",
            "Time from accept to a complete request; raise it only for very slow links.");

    static final Key<Integer> MAX_HEADER_BYTES = limit(
            "max_header_bytes",
            ValueType.size(512, 1 << 20),
            "8KiB",
            "Request line and headers together; raise it for large cookies or tokens.");

    static final Key<Integer> MAX_HEADERS = limit(
            "max_headers", ValueType.wholeNumber(8, 10_000), "100", "Header lines in one request.");

    static final Key<Integer> MESSAGE_SIZE = limit(
            "message_size",
            ValueType.size(128, 32 << 20),
            "1MiB",
            "Largest message after decompression (1009 above it); lower it when clients"
                    + " only send small ones.");

    static final Key<Integer> MAX_FRAGMENTS = limit(
            "max_fragments",
            ValueType.wholeNumber(1, 1_000_000),
            "1024",
            "Frames that one message may come in.");

    static final Key<Integer> JSON_DEPTH = limit(
            "json_depth",
            ValueType.wholeNumber(4, 1_000),
            "64",
            "Nesting of objects and arrays in a client's JSON.");

    static final Key<Integer> JSON_STRING = limit(
            "json_string",
            ValueType.wholeNumber(128, 64 << 20),
            "1048576",
            "Characters in one string that is a field of a client's message; lower it to refuse"
                    + " blobs in text.");

    static final Key<Integer> MAX_CONNECTIONS = limit(
            "max_connections",
            ValueType.wholeNumber(1, 10_000_000),
            "100000",
            "Connections in all (1013 above it); the process needs as many file" + " descriptors.");

    static final Key<Integer> MAX_CONNECTIONS_PER_ADDRESS = limit(
            "max_connections_per_address",
            ValueType.wholeNumber(0, 10_000_000),
            "10000",
            "Connections from one client address, 0 for no limit; lower it when clients"
                    + " do not share addresses behind carrier or office NAT.");

    static final Key<Integer> BOT_MAX_CONNECTIONS = limit(
            "bot_max_connections",
            ValueType.wholeNumber(1, 1_000_000),
            "100",
            "Connections to the bot port at once; raise it to the number of your bots and some to"
                    + " spare.");

    static final Key<Integer> MAX_ROOMS = limit(
            "max_rooms",
            ValueType.wholeNumber(1, 1_000_000),
            "10000",
            "Rooms with a subscriber at once, each some hundred bytes and those of its members.");

    static final Key<Integer> PINGS_PER_SECOND = limit(
            "pings_per_second",
            ValueType.wholeNumber(1, 10_000),
            "10",
            "Pings of one client that are answered in a second; more is a flood.");

    static final Key<Integer> OUTBOX_LIMIT = limit(
            "outbox_limit",
            ValueType.size(1_024, 256 << 20),
            "4MiB",
            "Unsent bytes kept for one connection (4101 above it); at least twice"
                    + " message_size.");

    static final Key<Duration> WRITE_TIMEOUT = limit(
            "write_timeout",
            ValueType.duration(Duration.ofMillis(100), Duration.ofMinutes(10)),
            "10s",
            "A client whose connection takes no bytes for this long is closed with 4101.");

    static final List<Key<?>> ALL = List.of(
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
            MAX_ROOMS,
            PINGS_PER_SECOND,
            OUTBOX_LIMIT,
            WRITE_TIMEOUT);

    private LimitsKeys() {}

    private static <T> Key<T> limit(
            String name, ValueType<T> type, String defaultText, String description) {
        return Key.of(LIMITS, name, type, defaultText, description).reloadable();
    }
}
