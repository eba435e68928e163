package io.holdfast.server.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Values that are each allowed and cannot be used together. The complaint is about the one that
 * somebody set, and names the other.
 */
final class ImpossiblePairs {

    /** lifecycle.md step 7: kept for writing the sessions and shutting the pools. */
    private static final Duration KEPT_FOR_THE_END = Duration.ofSeconds(5);

    /** Where a listener listens. */
    private record Place(Key<String> host, Key<Integer> port) {}

    private final Values values;

    private ImpossiblePairs(Values values) {
        this.values = values;
    }

    static void check(Values values) throws ConfigException {
        ImpossiblePairs pairs = new ImpossiblePairs(values);
        pairs.checkListeners();
        pairs.checkTimes();
        pairs.checkStore();
        pairs.checkAuth();
    }

    private void checkListeners() throws ConfigException {
        both(ServerKeys.TLS_CERTIFICATE, ServerKeys.TLS_KEY);
        both(ServerKeys.OPERATIONS_TLS_CERTIFICATE, ServerKeys.OPERATIONS_TLS_KEY);
        both(BotKeys.TLS_CERTIFICATE, BotKeys.TLS_KEY);
        Place publicOne = new Place(ServerKeys.HOST, ServerKeys.PORT_PUBLIC);
        Place operations = new Place(ServerKeys.OPERATIONS_HOST, ServerKeys.OPERATIONS_PORT);
        Place bot = new Place(BotKeys.HOST, BotKeys.PORT);
        apart(publicOne, operations);
        apart(publicOne, bot);
        apart(bot, operations);
        twiceAMessage(LimitsKeys.OUTBOX_LIMIT);
    }

    private void apart(Place place, Place other) throws ConfigException {
        int port = values.get(place.port());
        boolean samePort = port != 0 && port == values.get(other.port());
        if (samePort && overlap(values.get(place.host()), values.get(other.host()))) {
            throw clash(
                    place.port(),
                    other.port(),
                    "the two listeners need different ports, or 0 for a free one");
        }
    }

    private static boolean overlap(String host, String other) {
        return host.equals(other) || isWildcard(host) || isWildcard(other);
    }

    private static boolean isWildcard(String host) {
        return host.equals("0.0.0.0") || host.equals("::");
    }

    private void checkTimes() throws ConfigException {
        shorter(RoomsKeys.PING_INTERVAL, RoomsKeys.SILENCE_LIMIT);
        shorter(DeepstreamKeys.PING_INTERVAL, DeepstreamKeys.SILENCE_LIMIT);
        shorter(BotKeys.PING_INTERVAL, BotKeys.PONG_TIMEOUT);
        Setting<Optional<Duration>> grace = values.setting(DrainKeys.TERMINATION_GRACE);
        Duration delay = values.get(DrainKeys.DRAIN_DELAY);
        boolean tooLong = grace.value().isPresent()
                && delay.plus(KEPT_FOR_THE_END).compareTo(grace.value().get()) >= 0;
        // A grace that was only assumed shall not stop a start.
        if (tooLong && !grace.isDefault()) {
            throw clash(
                    DrainKeys.DRAIN_DELAY,
                    DrainKeys.TERMINATION_GRACE,
                    "drain_delay must end at least 5s before termination_grace");
        }
    }

    /** A largest message with its envelope fits, and does not drive out all others. */
    private void twiceAMessage(Key<Integer> limit) throws ConfigException {
        if (2L * values.get(LimitsKeys.MESSAGE_SIZE) > values.get(limit)) {
            throw clash(
                    LimitsKeys.MESSAGE_SIZE,
                    limit,
                    limit.name() + " must be at least twice message_size");
        }
    }

    /** spec: delivery, "Streams": who resumes in time must find what it missed. */
    private void checkStore() throws ConfigException {
        keptFor(RoomsKeys.SESSION_TTL);
        keptFor(DeepstreamKeys.SESSION_TTL);
        keptFor(BotKeys.SESSION_TTL);
        twiceAMessage(StoreKeys.HISTORY_BYTES);
        twiceAMessage(StoreKeys.UNCOMMITTED_LIMIT);
        if (values.get(StoreKeys.HISTORY_BYTES) > values.get(StoreKeys.HISTORY_TOTAL)) {
            throw clash(
                    StoreKeys.HISTORY_BYTES,
                    StoreKeys.HISTORY_TOTAL,
                    "history_bytes of one stream must be at most history_total of all");
        }
        // Whole files are dropped: with fewer than four, too much would go at once.
        if (4L * values.get(StoreKeys.SEGMENT_SIZE) > values.get(StoreKeys.DISK_SIZE)) {
            throw clash(
                    StoreKeys.SEGMENT_SIZE,
                    StoreKeys.DISK_SIZE,
                    "segment_size must be at most a quarter of disk_size");
        }
    }

    private void keptFor(Key<Duration> sessionTtl) throws ConfigException {
        if (values.get(StoreKeys.HISTORY_TTL).compareTo(values.get(sessionTtl)) < 0) {
            throw clash(
                    sessionTtl,
                    StoreKeys.HISTORY_TTL,
                    "history_ttl must be at least as long as session_ttl");
        }
    }

    private void shorter(Key<Duration> key, Key<Duration> limit) throws ConfigException {
        if (values.get(key).compareTo(values.get(limit)) >= 0) {
            throw clash(key, limit, key.name() + " must be shorter than " + limit.name());
        }
    }

    private void checkAuth() throws ConfigException {
        AuthSettings auth = AuthSettings.from(values);
        if (auth.mode() == AuthSettings.Mode.ON && !auth.hasCredentials()) {
            throw alone(AuthKeys.ENABLED, "needs one of tokens, tokens_file or jwt_algorithm");
        }
        if (auth.jwtKeyFile().isPresent() && auth.jwksFile().isPresent()) {
            throw clash(
                    AuthKeys.JWT_KEY_FILE, AuthKeys.JWKS_FILE, "only one of the two can be used");
        }
        boolean key = auth.jwtKeyFile().isPresent() || auth.jwksFile().isPresent();
        if (auth.jwtAlgorithm().isPresent() && !key) {
            throw alone(AuthKeys.JWT_ALGORITHM, "needs jwt_key_file or jwks_file as well");
        }
        if (auth.jwtAlgorithm().isEmpty()) {
            for (Key<? extends Optional<?>> needing : List.of(
                    AuthKeys.JWT_KEY_FILE,
                    AuthKeys.JWKS_FILE,
                    AuthKeys.JWT_ISSUER,
                    AuthKeys.JWT_AUDIENCE)) {
                if (values.get(needing).isPresent()) {
                    throw alone(needing, "needs jwt_algorithm as well: hs256, rs256 or es256");
                }
            }
        }
    }

    private void both(Key<? extends Optional<?>> key, Key<? extends Optional<?>> other)
            throws ConfigException {
        boolean present = values.get(key).isPresent();
        if (present != values.get(other).isPresent()) {
            Key<?> set = present ? key : other;
            Key<?> missing = present ? other : key;
            throw alone(set, "needs " + missing.name() + " as well");
        }
    }

    private ConfigException alone(Key<?> key, String rule) {
        Setting<?> setting = values.setting(key);
        return new ConfigException("%s = %s: %s"
                .formatted(setting.source().where(key), Escaping.of(setting.shown()), rule));
    }

    private ConfigException clash(Key<?> first, Key<?> second, String rule) {
        Setting<?> blamed = values.setting(first);
        Setting<?> other = values.setting(second);
        if (blamed.isDefault()) {
            Setting<?> innocent = blamed;
            blamed = other;
            other = innocent;
        }
        return new ConfigException("%s = %s: does not go with %s = %s; %s"
                .formatted(
                        blamed.source().where(blamed.key()),
                        Escaping.of(blamed.shown()),
                        other.source().where(other.key()),
                        Escaping.of(other.shown()),
                        rule));
    }
}
