package io.holdfast.server.config;

import static io.holdfast.server.config.Section.DEEPSTREAM;

import java.time.Duration;
import java.util.List;

/** [deepstream]. */
final class DeepstreamKeys {

    static final Key<Duration> SHUTDOWN_TIMEOUT = Key.of(
                    DEEPSTREAM,
                    "shutdown_timeout",
                    ValueType.duration(Duration.ZERO, Duration.ofDays(1)),
                    "10s",
                    "How long a shutdown waits for applications to answer terminate_app;"
                            + " raise it when pipelines need longer to stop.")
            .reloadable();

    static final Key<Duration> AUTH_TIMEOUT = Key.of(
                    DEEPSTREAM,
                    "auth_timeout",
                    ValueType.duration(Duration.ofMillis(100), Duration.ofMinutes(10)),
                    "10s",
                    "How long an application may take to authenticate with its first" + " message.")
            .reloadable();

    static final Key<Duration> PING_INTERVAL = Key.of(
                    DEEPSTREAM,
                    "ping_interval",
                    ValueType.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
                    "30s",
                    "Time between two pings to an application; keep it under the idle"
                            + " timeout of proxies in between.")
            .reloadable();

    static final Key<Duration> SILENCE_LIMIT = Key.of(
                    DEEPSTREAM,
                    "silence_limit",
                    ValueType.duration(Duration.ofSeconds(2), Duration.ofHours(3)),
                    "90s",
                    "An application that sends nothing for this long, pongs included, is"
                            + " closed with 4100; must exceed ping_interval.")
            .reloadable();

    static final Key<Duration> SESSION_TTL = Key.of(
                    DEEPSTREAM,
                    "session_ttl",
                    ValueType.duration(Duration.ofSeconds(1), Duration.ofDays(1)),
                    "600s",
                    "How long a lost application can resume its session, for those who connect"
                            + " after a change; longer than a deploy keeps it away, at most"
                            + " history_ttl.")
            .reloadable();

    static final List<Key<?>> ALL =
            List.of(SHUTDOWN_TIMEOUT, AUTH_TIMEOUT, PING_INTERVAL, SILENCE_LIMIT, SESSION_TTL);

    private DeepstreamKeys() {}
}
