package io.holdfast.server.config;

import static io.holdfast.server.config.Section.STORE;

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

    static final List<Key<?>> ALL = List.of(MAX_SESSIONS);

    private StoreKeys() {}
}
