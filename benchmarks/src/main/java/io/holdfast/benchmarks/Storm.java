package io.holdfast.benchmarks;

import io.holdfast.benchmarks.storm.Correspondent;
import io.holdfast.benchmarks.storm.Fleet;
import io.holdfast.benchmarks.storm.Outcome;
import io.holdfast.benchmarks.storm.Returns;
import io.holdfast.benchmarks.storm.ServerLog;
import io.holdfast.client.ClientBuilder;
import io.holdfast.client.HoldfastClient;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/** A server is restarted under a fleet of real clients, in place: same ports, same store. */
final class Storm {
    /** Nobody may be away for longer than its session, on whatever machine. */
    private static final List<String> SETTINGS = List.of(
            "store.engine=disk",
            "rooms.session_ttl=600s",
            "bot.session_ttl=600s",
            "bot.connections_per_minute_per_ip=0",
            "limits.bot_max_connections=20000");

    private static final int EXIT_LIMIT_SECONDS = 60;
    private static final Duration BACK_LIMIT = Duration.ofMinutes(3);
    private static final Duration HEARD_LIMIT = Duration.ofMinutes(1);
    /** For the correspondent: so that it writes to the new server while the fleet is still away. */
    private static final Duration SOON = Duration.ofMillis(200);
    /** After this a connection was a success, and the backoff begins anew (spec: client). */
    private static final Duration STABLE = Duration.ofSeconds(11);

    /** A line for each step of a thousand clients; held here, or the setting is collected. */
    private static final Logger CLIENTS = Logger.getLogger("io.holdfast.client");

    private static final Pattern CONNECTIONS =
            Pattern.compile("(?m)^holdfast_connections_total\\{[^}]*} ([0-9.E]+)$");

    private final Settings settings;
    private final int clients;
    private final int rate;
    private final int messagesPerSecond;
    private final PrintStream progress;

    /** @param rate that a drain spreads the return over, in clients a second */
    Storm(Settings settings, int clients, int rate, int messagesPerSecond, PrintStream progress) {
        this.settings = settings;
        this.clients = clients;
        this.rate = rate;
        this.messagesPerSecond = messagesPerSecond;
        this.progress = progress;
        CLIENTS.setLevel(Level.OFF);
        // Netty else finds the server's logging library here, which prints its debug messages.
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
    }

    /** Where both servers listen, one after the other. */
    private record Ports(int http, int bot, int operations) {
        static Ports free() throws IOException {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            try (ServerSocket http = new ServerSocket(0, 1, loopback);
                    ServerSocket bot = new ServerSocket(0, 1, loopback);
                    ServerSocket operations = new ServerSocket(0, 1, loopback)) {
                return new Ports(
                        http.getLocalPort(), bot.getLocalPort(), operations.getLocalPort());
            }
        }

        List<String> settings() {
            return List.of(
                    "server.port=" + http,
                    "bot.port=" + bot,
                    "server.operations_port=" + operations);
        }
    }

    Outcome take(StormCase storm) throws IOException, InterruptedException {
        progress.println("storm, " + storm.title() + ": " + clients + " clients connect");
        Ports ports = Ports.free();
        Contestant before = contestant(storm, ports, "before");
        Contestant after = contestant(storm, ports, "after");
        Path log = ServerProcess.log(settings, after);
        Files.deleteIfExists(log);
        try (StoreDirectory store = StoreDirectory.in(settings.stores());
                ServerProcess first =
                        ServerProcess.start(before, settings, settings.heap(), store);
                Correspondent correspondent = Correspondent.connect(
                        client(ports, StormCase.Speaks.ROOMS, "correspondent").backoff(SOON, SOON),
                        clients,
                        messagesPerSecond);
                Fleet fleet = Fleet.open(clients, id -> client(ports, storm.speaks(), id))) {
            correspondent.start();
            Thread.sleep(STABLE);
            long signalNanos = System.nanoTime();
            if (storm.drains()) {
                first.terminate();
            } else {
                first.kill();
            }
            if (first.awaitExit(EXIT_LIMIT_SECONDS) < 0) {
                throw new IOException("The server did not end: see the logs.");
            }
            long exitNanos = System.nanoTime();
            try (ServerProcess ignored =
                    ServerProcess.start(after, settings, settings.heap(), store)) {
                long readyNanos = System.nanoTime();
                boolean back = fleet.awaitBack(exitNanos, BACK_LIMIT);
                boolean acked = correspondent.finish();
                int[] published = correspondent.published();
                boolean heard = fleet.awaitHeard(published, HEARD_LIMIT);
                progress.printf(
                        "storm, %s: all back %s, all acked %s, all heard %s; first failure: %s%n",
                        storm.title(), back, acked, heard, correspondent.firstFailure());
                return new Returns(fleet, storm.drains(), signalNanos, exitNanos, readyNanos)
                        .outcome(
                                storm.preset(),
                                ServerLog.arrivals(log),
                                connections(ports),
                                published,
                                correspondent.failed());
            }
        }
    }

    private Contestant contestant(StormCase storm, Ports ports, String when) {
        List<String> all = new ArrayList<>(SETTINGS);
        all.addAll(storm.settings(rate));
        all.addAll(ports.settings());
        return Contestant.holdfast(
                "storm-" + storm.name().toLowerCase(Locale.ROOT) + "-" + when,
                all.toArray(String[]::new));
    }

    private static ClientBuilder client(Ports ports, StormCase.Speaks dialect, String id) {
        return switch (dialect) {
            case ROOMS ->
                HoldfastClient.feed().url("ws://127.0.0.1:" + ports.http()).clientId(id);
            case DEEPSTREAM ->
                HoldfastClient.deepstream()
                        .url("ws://127.0.0.1:" + ports.http())
                        .clientId(id);
            case BOT ->
                HoldfastClient.bot().url("tcp://127.0.0.1:" + ports.bot()).clientId(id);
        };
    }

    /** What the new server has counted since it started. */
    private static long connections(Ports ports) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI metrics = URI.create("http://127.0.0.1:" + ports.operations() + "/metrics");
            String page = http.send(
                            HttpRequest.newBuilder(metrics).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            return CONNECTIONS
                    .matcher(page)
                    .results()
                    .mapToLong(line -> (long) Double.parseDouble(line.group(1)))
                    .sum();
        }
    }
}
