package io.holdfast.conformance.process;

/** The configuration keys of sessions, streams and their store. */
public final class StoreKeys {
    public static final String ENGINE = "store.engine";
    public static final String DIRECTORY = "store.directory";
    public static final String SNAPSHOT = "store.snapshot";
    public static final String FSYNC = "store.fsync";
    public static final String HISTORY_SIZE = "store.history_size";
    public static final String HISTORY_BYTES = "store.history_bytes";

    public static final String SESSION_TTL = "rooms.session_ttl";
    public static final String AUTH_TIMEOUT = "rooms.auth_timeout";
    public static final String PRESENCE_GRACE = "rooms.presence_grace";
    public static final String DEEPSTREAM_SESSION_TTL = "deepstream.session_ttl";
    public static final String TOKEN_TTL = "auth.session_token_ttl";

    private StoreKeys() {}
}
