package io.holdfast.server.config;

import static io.holdfast.server.config.Section.ROOMS;

import java.time.Duration;
import java.util.List;

/** [rooms]. */
final class RoomsKeys {

    /** RFC 6455 section 5.5: 125 bytes of control payload less two for the code. */
    private static final int MAX_CLOSE_REASON_BYTES = 123;

    static final Key<Duration> SHUTDOWN_TIMEOUT = Key.of(
                    ROOMS,
                    "shutdown_timeout",
                    ValueType.duration(Duration.ZERO, Duration.ofDays(1)),
                    "1800s",
                    "How long a shutdown waits for clients to leave by themselves; shorten"
                            + " it where deploys must be quick.")
            .alsoFrom("SHUTDOWN_TIMEOUT")
            .reloadable();

    static final Key<String> SHUTDOWN_REASON = Key.of(
                    ROOMS,
                    "shutdown_reason",
                    ValueType.text(0, MAX_CLOSE_REASON_BYTES),
                    "Сервер завершує роботу",
                    "Close reason for newcomers during a shutdown; put it into your"
                            + " users' language.")
            .reloadable();

    static final Key<String> WELCOME_MESSAGE = Key.of(
                    ROOMS,
                    "welcome_message",
                    ValueType.text(0, 1_024),
                    "Welcome · Вітаємо · 환영합니다, {client_id}!",
                    "Text of the first message to each client; {client_id} is replaced.")
            .reloadable();

    static final Key<Duration> BROADCAST_INTERVAL = Key.of(
                    ROOMS,
                    "broadcast_interval",
                    ValueType.duration(Duration.ZERO, Duration.ofDays(1)),
                    "10s",
                    "Time between two periodic messages to all, in whole seconds rounded up,"
                            + " 0 for none; lengthen it with many thousands of clients.")
            .alsoFrom("BROADCAST_INTERVAL")
            .reloadable();

    static final Key<Integer> MAX_MESSAGES_PER_MINUTE = Key.of(
                    ROOMS,
                    "max_messages_per_minute",
                    ValueType.wholeNumber(0, 1_000_000),
                    "60",
                    "Messages that one client may send in any 60 s, 0 for no limit; raise"
                            + " it for machines that publish.")
            .reloadable();

    static final Key<Integer> MAX_ROOMS_PER_CLIENT = Key.of(
                    ROOMS,
                    "max_rooms_per_client",
                    ValueType.wholeNumber(1, 10_000),
                    "100",
                    "Rooms that one client may be in; each costs some hundred bytes.")
            .reloadable();

    static final Key<Integer> PRESENCE_COALESCE_ABOVE = Key.of(
                    ROOMS,
                    "presence_coalesce_above",
                    ValueType.wholeNumber(0, 1_000_000),
                    "200",
                    "Members above which presence becomes one message a second; lower it"
                            + " when joins and leaves dominate the traffic.")
            .reloadable();

    static final Key<Integer> PRESENCE_LIST_MAX = Key.of(
                    ROOMS,
                    "presence_list_max",
                    ValueType.wholeNumber(1, 10_000),
                    "1000",
                    "Names in one presence message; the count is exact all the same.")
            .reloadable();

    static final Key<Duration> PING_INTERVAL = Key.of(
                    ROOMS,
                    "ping_interval",
                    ValueType.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
                    "30s",
                    "Time between two pings to a client; keep it under the idle timeout of"
                            + " proxies in between.")
            .reloadable();

    static final Key<Duration> SILENCE_LIMIT = Key.of(
                    ROOMS,
                    "silence_limit",
                    ValueType.duration(Duration.ofSeconds(2), Duration.ofHours(3)),
                    "90s",
                    "A client that sends nothing for this long, pongs included, is closed"
                            + " with 4100; must exceed ping_interval.")
            .reloadable();

    static final Key<Duration> AUTH_TIMEOUT = Key.of(
                    ROOMS,
                    "auth_timeout",
                    ValueType.duration(Duration.ofMillis(100), Duration.ofMinutes(10)),
                    "10s",
                    "How long a client that asked to resume may take to say hello.")
            .reloadable();

    static final Key<Duration> SESSION_TTL = Key.of(
                    ROOMS,
                    "session_ttl",
                    ValueType.duration(Duration.ofSeconds(1), Duration.ofDays(1)),
                    "120s",
                    "How long a lost client can resume its session, for those who connect after"
                            + " a change; at most history_ttl.")
            .reloadable();

    static final Key<Duration> PRESENCE_GRACE = Key.of(
                    ROOMS,
                    "presence_grace",
                    ValueType.duration(Duration.ZERO, Duration.ofHours(1)),
                    "15s",
                    "How long the others are not told that a client which can resume is away;"
                            + " 0 tells them at once.")
            .reloadable();

    static final List<Key<?>> ALL = List.of(
            SHUTDOWN_TIMEOUT,
            SHUTDOWN_REASON,
            WELCOME_MESSAGE,
            BROADCAST_INTERVAL,
            MAX_MESSAGES_PER_MINUTE,
            MAX_ROOMS_PER_CLIENT,
            PRESENCE_COALESCE_ABOVE,
            PRESENCE_LIST_MAX,
            PING_INTERVAL,
            SILENCE_LIMIT,
            AUTH_TIMEOUT,
            SESSION_TTL,
            PRESENCE_GRACE);

    private RoomsKeys() {}
}
