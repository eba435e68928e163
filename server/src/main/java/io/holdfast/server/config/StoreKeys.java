package io.holdfast.server.config;

import static io.holdfast.server.config.Section.STORE;

import java.time.Duration;
import java.util.List;

/** [store]: what is remembered for clients that resume. */
final class StoreKeys {

    static final Key<Integer> MAX_SESSIONS = Key.of(
            STORE,
            "max_sessions",
            ValueType.wholeNumber(1, 10_000_000),
            "200000",
            "Sessions kept at once, present and away; raise it together with"
                    + " max_connections, about 1 KiB each.");

    static final Key<Integer> HISTORY_SIZE = Key.of(
            STORE,
            "history_size",
            ValueType.wholeNumber(1, 1_000_000),
            "1000",
            "Messages kept per stream for clients that come back; raise it for busy" + " rooms.");

    static final Key<Duration> HISTORY_TTL = Key.of(
            STORE,
            "history_ttl",
            ValueType.duration(Duration.ofSeconds(1), Duration.ofDays(7)),
            "600s",
            "Age at which a message leaves the history; must not be shorter than any"
                    + " session_ttl.");

    static final Key<Integer> HISTORY_BYTES = Key.of(
            STORE,
            "history_bytes",
            ValueType.size(4_096, 1L << 30),
            "8MiB",
            "Bytes of history per stream; lower it when there are many busy rooms.");

    static final List<Key<?>> ALL = List.of(MAX_SESSIONS, HISTORY_SIZE, HISTORY_TTL, HISTORY_BYTES);

    private StoreKeys() {}
}
