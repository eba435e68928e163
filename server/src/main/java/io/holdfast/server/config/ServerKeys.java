package io.holdfast.server.config;

import static io.holdfast.server.config.Section.SERVER;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** [server]. */
final class ServerKeys {

    private static final ValueType<Optional<Path>> PEM = ValueType.optional(ValueType.path());

    /** A lone "*" or what a browser sends; anything else is a typing error better told at start. */
    private static final ValueType<WebOrigin> ORIGIN = new ValueType<>(
            "an origin",
            text -> text.equals("*") ? WebOrigin.ANY : WebOrigin.parse(text),
            WebOrigin::toString);

    private static final ValueType<Cidr> CIDR =
            new ValueType<>("a CIDR block", Cidr::parse, Cidr::toString);

    static final Key<String> HOST = Key.of(
            SERVER,
            "host",
            ValueType.text(1, 255),
            "0.0.0.0",
            "Address that the public listener binds; 127.0.0.1 when a proxy on the same"
                    + " host is the only client, :: for IPv6 as well.");

    static final Key<Integer> PORT_PUBLIC = Key.of(
            SERVER,
            "port",
            ValueType.port(),
            "8000",
            "Public port (rooms, deepstream, HTTP); 0 takes a free one and the READY line"
                    + " names it.");

    static final Key<String> OPERATIONS_HOST = Key.of(
            SERVER,
            "operations_host",
            ValueType.text(1, 255),
            "127.0.0.1",
            "Address of the operations listener (health, metrics, admin); widen it only on"
                    + " a network that outsiders cannot reach.");

    static final Key<Integer> OPERATIONS_PORT = Key.of(
            SERVER,
            "operations_port",
            ValueType.port(),
            "8080",
            "Port of the operations listener; 0 takes a free one.");

    static final Key<Integer> EVENT_LOOPS = Key.of(
            SERVER,
            "event_loops",
            ValueType.wholeNumber(0, 1_024),
            "0",
            "Threads that serve connections, 0 for one per core; set it when the container"
                    + " has fewer cores than the JVM sees.");

    static final Key<Duration> KEEP_ALIVE_TIMEOUT = Key.of(
            SERVER,
            "keep_alive_timeout",
            ValueType.duration(Duration.ofSeconds(1), Duration.ofDays(1)),
            "3600s",
            "How long an idle plain HTTP connection stays open; keep it above the idle"
                    + " timeout of a load balancer in front.");

    static final Key<List<WebOrigin>> ALLOWED_ORIGINS = Key.of(
                    SERVER,
                    "allowed_origins",
                    ValueType.list(
                            "origins such as https://app.example.com, null or *", 256, ORIGIN),
                    "",
                    "Pages that may connect from a browser; set it whenever cookies or a"
                            + " network position grant access, since empty lets every"
                            + " page in.")
            .reloadable();

    static final Key<List<Cidr>> TRUSTED_PROXIES = Key.of(
                    SERVER,
                    "trusted_proxies",
                    ValueType.list("CIDR blocks such as 10.0.0.0/8", 256, CIDR),
                    "",
                    "Peers whose X-Forwarded-For is believed, and on the bot port their PROXY"
                            + " protocol header (v1 or v2); list exactly your own proxies, or"
                            + " limits per address count the proxy as one client.")
            .reloadable();

    static final Key<Optional<Path>> TLS_CERTIFICATE =
            pem(SERVER, "tls_certificate", "public", "certificate chain");
    static final Key<Optional<Path>> TLS_KEY =
            pem(SERVER, "tls_key", "public", "PKCS#8 private key");
    static final Key<Optional<Path>> OPERATIONS_TLS_CERTIFICATE =
            pem(SERVER, "operations_tls_certificate", "operations", "certificate chain");
    static final Key<Optional<Path>> OPERATIONS_TLS_KEY =
            pem(SERVER, "operations_tls_key", "operations", "PKCS#8 private key");

    static final Key<LogSettings.Threshold> LOG_LEVEL = Key.of(
                    SERVER,
                    "log_level",
                    ValueType.choice(LogSettings.Threshold.class),
                    "info",
                    "The least serious events that are logged; debug to follow single"
                            + " connections for a while.")
            .alsoFrom("LOG_LEVEL")
            .reloadable();

    static final Key<LogSettings.Format> LOG_FORMAT = Key.of(
            SERVER,
            "log_format",
            ValueType.choice(LogSettings.Format.class),
            "auto",
            "How events are written to standard error: auto is text on a terminal and"
                    + " otherwise json, one object per line.");

    static final Key<Boolean> COMPRESSION = Key.of(
            SERVER,
            "compression",
            ValueType.onOff(),
            "on",
            "Whether permessage-deflate is agreed to when a client offers it; off saves"
                    + " CPU on fast networks.");

    static final Key<Integer> COMPRESSION_MIN_SIZE = Key.of(
            SERVER,
            "compression_min_size",
            ValueType.size(0, 1L << 30),
            "1KiB",
            "Messages shorter than this are sent uncompressed; raise it to trade bandwidth"
                    + " for CPU.");

    static final List<Key<?>> ALL = List.of(
            HOST,
            PORT_PUBLIC,
            OPERATIONS_HOST,
            OPERATIONS_PORT,
            EVENT_LOOPS,
            KEEP_ALIVE_TIMEOUT,
            ALLOWED_ORIGINS,
            TRUSTED_PROXIES,
            TLS_CERTIFICATE,
            TLS_KEY,
            OPERATIONS_TLS_CERTIFICATE,
            OPERATIONS_TLS_KEY,
            LOG_LEVEL,
            LOG_FORMAT,
            COMPRESSION,
            COMPRESSION_MIN_SIZE);

    private ServerKeys() {}

    static Key<Optional<Path>> pem(Section section, String name, String listener, String content) {
        return Key.of(
                section,
                name,
                PEM,
                "",
                "PEM file with the " + content + " of the " + listener
                        + " listener, read again when it"
                        + " changes; set both to encrypt its connections, or neither.");
    }
}
