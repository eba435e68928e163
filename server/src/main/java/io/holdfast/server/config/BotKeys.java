package io.holdfast.server.config;

import static io.holdfast.server.config.Section.BOT;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** [bot]: all but where and how it listens may change while running. */
final class BotKeys {

    static final Key<String> HOST = Key.of(
            BOT,
            "host",
            ValueType.text(1, 255),
            "0.0.0.0",
            "Address that the bot listener binds; 127.0.0.1 when a proxy on the same host is the"
                    + " only client, :: for IPv6 as well.");

    static final Key<Integer> PORT = Key.of(
            BOT,
            "port",
            ValueType.port(),
            "9000",
            "Port of the bot listener (TCP); 0 takes a free one and the READY line names it;"
                    + " change it when something else uses 9000.");

    static final Key<Optional<Path>> TLS_CERTIFICATE =
            ServerKeys.pem(BOT, "tls_certificate", "bot", "certificate chain");

    static final Key<Optional<Path>> TLS_KEY =
            ServerKeys.pem(BOT, "tls_key", "bot", "PKCS#8 private key");

    static final Key<Integer> CONNECTIONS_PER_MINUTE_PER_IP = live(
            "connections_per_minute_per_ip",
            // A window remembers each connection in it: 800 KB for an address at the most.
            ValueType.wholeNumber(0, 100_000),
            "10",
            "New connections that one address may make in any 60 s, 0 for no limit; raise it when"
                    + " more bots begin anew behind one address (those that come back with a"
                    + " session token are exempt).");

    static final Key<Duration> BLOCK_IP = live(
            "block_ip",
            ValueType.duration(Duration.ofSeconds(1), Duration.ofDays(7)),
            "3600s",
            "How long an address is turned away after 10 refusals within a minute without a valid"
                    + " session token; shorten it when whole sites share an address.");

    static final Key<Integer> MAX_MESSAGES_PER_MINUTE = live(
            "max_messages_per_minute",
            ValueType.wholeNumber(0, 1_000_000),
            "0",
            "Messages that one bot may send in any 60 s, 0 for no limit; set it when a bot gone"
                    + " wrong must not drown the others.");

    static final Key<Duration> AUTH_TIMEOUT = live(
            "auth_timeout",
            ValueType.duration(Duration.ofMillis(100), Duration.ofMinutes(10)),
            "10s",
            "How long a bot may take to send its first event; raise it only for very slow links.");

    static final Key<Duration> PING_INTERVAL = live(
            "ping_interval",
            ValueType.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
            "30s",
            "Time between two pings to a bot; keep it under the idle timeout of proxies and NAT in"
                    + " between.");

    static final Key<Duration> PONG_TIMEOUT = live(
            "pong_timeout",
            ValueType.duration(Duration.ofSeconds(2), Duration.ofHours(3)),
            "90s",
            "A bot that answers no ping for this long is closed, one on a poor connection after up"
                    + " to twice as long; must exceed ping_interval, raise it where links stall.");

    static final Key<Duration> READ_IDLE_TIMEOUT = live(
            "read_idle_timeout",
            ValueType.duration(Duration.ofMillis(100), Duration.ofMinutes(10)),
            "30s",
            "A bot that begins a line or a frame and then sends nothing for this long is closed;"
                    + " raise it for links that stall in the middle of a message.");

    static final Key<Duration> SHUTDOWN_TIMEOUT = live(
            "shutdown_timeout",
            ValueType.duration(Duration.ZERO, Duration.ofDays(1)),
            "30s",
            "How long a shutdown waits for bots to finish the work in progress; shorten it where"
                    + " deploys must be quick.");

    static final Key<Duration> RECONNECT_AFTER = live(
            "reconnect_after",
            ValueType.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
            "60s",
            "When the first bots are told to come back after a shutdown, in whole seconds rounded"
                    + " up, the others later at drain_rate; set it to what a restart takes.");

    static final Key<Duration> SESSION_TTL = live(
            "session_ttl",
            ValueType.duration(Duration.ofSeconds(1), Duration.ofDays(1)),
            "120s",
            "How long a lost bot can resume its session, for those who connect after a change;"
                    + " longer than reconnect_after keeps it away, at most history_ttl.");

    static final List<Key<?>> ALL = List.of(
            HOST,
            PORT,
            TLS_CERTIFICATE,
            TLS_KEY,
            CONNECTIONS_PER_MINUTE_PER_IP,
            BLOCK_IP,
            MAX_MESSAGES_PER_MINUTE,
            AUTH_TIMEOUT,
            PING_INTERVAL,
            PONG_TIMEOUT,
            READ_IDLE_TIMEOUT,
            SHUTDOWN_TIMEOUT,
            RECONNECT_AFTER,
            SESSION_TTL);

    private BotKeys() {}

    private static <T> Key<T> live(
            String name, ValueType<T> type, String defaultText, String description) {
        return Key.of(BOT, name, type, defaultText, description).reloadable();
    }
}
