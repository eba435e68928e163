package io.holdfast.conformance.process;

/** The configuration keys that tests set, in one place. */
public final class Keys {
    public static final String ALLOWED_ORIGINS = "server.allowed_origins";
    public static final String COMPRESSION = "server.compression";
    public static final String TLS_CERTIFICATE = "server.tls_certificate";
    public static final String TLS_KEY = "server.tls_key";
    public static final String TRUSTED_PROXIES = "server.trusted_proxies";

    public static final String ROOMS_SHUTDOWN_TIMEOUT = "rooms.shutdown_timeout";
    public static final String BROADCAST_INTERVAL = "rooms.broadcast_interval";
    public static final String ROOMS_PING_INTERVAL = "rooms.ping_interval";
    public static final String ROOMS_SILENCE_LIMIT = "rooms.silence_limit";
    public static final String MESSAGES_PER_MINUTE = "rooms.max_messages_per_minute";

    public static final String DEEPSTREAM_SHUTDOWN_TIMEOUT = "deepstream.shutdown_timeout";
    public static final String DEEPSTREAM_PING_INTERVAL = "deepstream.ping_interval";
    public static final String DEEPSTREAM_SILENCE_LIMIT = "deepstream.silence_limit";
    public static final String DEEPSTREAM_AUTH_TIMEOUT = "deepstream.auth_timeout";

    public static final String BOT_CONNECTIONS_PER_MINUTE = "bot.connections_per_minute_per_ip";
    public static final String BOT_BLOCK_IP = "bot.block_ip";
    public static final String BOT_MESSAGES_PER_MINUTE = "bot.max_messages_per_minute";
    public static final String BOT_AUTH_TIMEOUT = "bot.auth_timeout";
    public static final String BOT_PING_INTERVAL = "bot.ping_interval";
    public static final String BOT_PONG_TIMEOUT = "bot.pong_timeout";
    public static final String BOT_READ_IDLE_TIMEOUT = "bot.read_idle_timeout";
    public static final String BOT_SHUTDOWN_TIMEOUT = "bot.shutdown_timeout";
    public static final String BOT_RECONNECT_AFTER = "bot.reconnect_after";
    public static final String BOT_SESSION_TTL = "bot.session_ttl";
    public static final String BOT_TLS_CERTIFICATE = "bot.tls_certificate";
    public static final String BOT_TLS_KEY = "bot.tls_key";

    public static final String DRAIN_RATE = "drain.drain_rate";
    public static final String DRAIN_DELAY = "drain.drain_delay";
    public static final String TERMINATION_GRACE = "drain.termination_grace";

    public static final String TOKENS = "auth.tokens";
    public static final String JWT_ALGORITHM = "auth.jwt_algorithm";
    public static final String JWT_KEY_FILE = "auth.jwt_key_file";

    public static final String MAX_CONNECTIONS = "limits.max_connections";
    public static final String MAX_CONNECTIONS_PER_ADDRESS = "limits.max_connections_per_address";
    public static final String BOT_MAX_CONNECTIONS = "limits.bot_max_connections";
    public static final String HANDSHAKE_TIMEOUT = "limits.handshake_timeout";
    public static final String WRITE_TIMEOUT = "limits.write_timeout";

    private Keys() {}
}
