package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.client.Event;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.WhenFull;
import io.holdfast.client.WhileDisconnected;
import io.holdfast.conformance.client.Json;
import io.holdfast.conformance.foreign.EchoConnection;
import io.holdfast.conformance.process.FreePort;
import io.holdfast.conformance.process.Tool;
import io.holdfast.protocol.websocket.FrameLimits;
import io.holdfast.transport.ClientLoop;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.JsonNode;

/**
 * The fuzzing server of the Autobahn test suite against the client's end of our transport, with an
 * echo behind it, and against the client library, whose application echoes. As in
 * {@link AutobahnIT}, the suite runs in Jython.
 */
@Isolated("it keeps all cores busy, and others have timers to meet")
class AutobahnClientIT {
    private static final Path TARGET = Path.of("target", "autobahn").toAbsolutePath();
    /** Jython takes long to read Python's library, and a busy machine takes longer. */
    private static final Duration START = Duration.ofMinutes(2);
    /** For one case; the longest of the suite's own limits is below. */
    private static final long CASE_SECONDS = 120;

    private static final FrameLimits LIMITS = new FrameLimits(32 << 20, 1_000_000);

    /** Plays one case to its end. */
    interface Player {
        void play(URI uri) throws Exception;
    }

    private static CompletableFuture<JsonNode> transport = new CompletableFuture<>();
    private static CompletableFuture<JsonNode> library = new CompletableFuture<>();

    /** Both at once: most of the time a suite computes, on one core. */
    @BeforeAll
    static void play() {
        transport = runAside(
                "client-protocol", echo(), "1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*");
        // Without section 1.2, of binary messages: it speaks in texts.
        library = runAside(
                "client-library",
                AutobahnClientIT::playWithLibrary,
                "1.1.*",
                "2.*",
                "3.*",
                "4.*",
                "5.*",
                "6.*",
                "7.*",
                "10.*");
    }

    @Test
    void theTransportsClientSpeaksTheProtocolAsTheSuiteExpects() throws Exception {
        var cases = transport.get();

        assertThat(cases).hasSize(247);
        passed(cases);
        assertThat(count(cases, "behavior").getOrDefault("NON-STRICT", 0)).isLessThanOrEqualTo(2);
    }

    /**
     * Where the suite breaks a rule right after a message, the connection has ended before the
     * application, on a thread of its own, has answered: the suite calls that not strict.
     */
    @Test
    void theLibrarySpeaksTheProtocolAsTheSuiteExpects() throws Exception {
        var cases = library.get();

        assertThat(cases).hasSize(239);
        passed(cases);
    }

    @Test
    @Tag("autobahn-all")
    void messagesOfManyMegabytesAreEchoed() throws Exception {
        var cases = run("client-sizes", echo(), "9.*");

        assertThat(cases).hasSize(54);
        assertThat(count(cases, "behavior")).containsOnlyKeys("OK");
        assertThat(count(cases, "behaviorClose")).containsOnlyKeys("OK");
    }

    private static void passed(JsonNode cases) {
        assertThat(count(cases, "behavior").keySet())
                .isSubsetOf("OK", "NON-STRICT", "INFORMATIONAL");
        assertThat(count(cases, "behaviorClose").keySet()).isSubsetOf("OK", "INFORMATIONAL");
    }

    private static Player echo() {
        return uri -> {
            try (var loop = new ClientLoop("autobahn")) {
                EchoConnection.echo(loop, uri, LIMITS).get(CASE_SECONDS, TimeUnit.SECONDS);
            }
        };
    }

    /**
     * Until it is disconnected for the first time. It would come back by itself, also while it is
     * being closed, for the sake of an echo that waits: then the suite would judge that connection.
     */
    private static void playWithLibrary(URI uri) throws Exception {
        var ended = new CompletableFuture<Event>();
        var self = new CompletableFuture<HoldfastClient>();
        try (var client = HoldfastClient.feed()
                .raw()
                .url(uri.toString())
                .queue(10_000, WhenFull.PAUSE)
                .whileDisconnected(WhileDisconnected.FAIL)
                .listener(event -> {
                    switch (event) {
                        case Event.Message message -> self.get().send(message.data());
                        case Event.Disconnected gone -> ended.complete(gone);
                        case Event.Closed closed -> ended.complete(closed);
                        default -> {}
                    }
                })
                .open()) {
            self.complete(client);
            ended.get(CASE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static CompletableFuture<JsonNode> runAside(
            String name, Player player, String... sections) {
        var cases = new CompletableFuture<JsonNode>();
        Thread.ofVirtual().name(name).start(() -> {
            try {
                cases.complete(run(name, player, sections));
            } catch (Throwable failed) {
                cases.completeExceptionally(failed);
            }
        });
        return cases;
    }

    private static JsonNode run(String name, Player player, String... sections) throws Exception {
        var reports = TARGET.resolve("reports-" + name);
        var url = "ws://127.0.0.1:" + FreePort.next();
        var specification = Files.writeString(TARGET.resolve(name + ".json"), """
                {"url": "%s", "options": {"failByDrop": false}, "outdir": "%s", "webport": 0,
                 "cases": ["%s"], "exclude-cases": [], "exclude-agent-cases": {}}
                """.formatted(
                        url, reports, String.join("\", \"", sections)));
        var command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Dpython.cachedir.skip=true",
                "-jar",
                TARGET.resolve("jython-standalone.jar").toString(),
                Path.of("src", "test", "autobahn", "server.py").toAbsolutePath().toString(),
                TARGET.resolve("suite").toString(),
                specification.toString());
        try (var suite = Tool.start(TARGET, Map.of(), command);
                var loop = new ClientLoop("autobahn-control")) {
            await("the suite to listen")
                    .atMost(START)
                    .until(() -> suite.lines().soFar().contains("LISTENING"));
            var count = Integer.parseInt(ask(loop, url + "/getCaseCount"));
            for (var i = 1; i <= count; i++) {
                var which = "?case=" + i + "&agent=holdfast";
                player.play(URI.create(url + "/runCase" + which));
                // Answered when the case is judged, which may be after the connection's end here.
                ask(loop, url + "/getCaseStatus" + which);
            }
            ask(loop, url + "/updateReports?agent=holdfast");
        }
        var cases = Json.parse(Files.readString(reports.resolve("index.json"))).path("holdfast");
        System.out.println("Autobahn " + name + ": " + cases.size() + " cases, behavior "
                + count(cases, "behavior") + ", close " + count(cases, "behaviorClose"));
        cases.propertyStream()
                .filter(one -> !List.of("OK", "INFORMATIONAL")
                                .contains(one.getValue().path("behavior").asString())
                        || !List.of("OK", "INFORMATIONAL")
                                .contains(one.getValue().path("behaviorClose").asString()))
                .forEach(one -> System.out.println("  " + one.getKey() + " " + one.getValue()));
        return cases;
    }

    /** The suite's answer to a request of its own, which is a text and a close. */
    private static String ask(ClientLoop loop, String url) throws Exception {
        return EchoConnection.ask(loop, URI.create(url), LIMITS)
                .get(CASE_SECONDS, TimeUnit.SECONDS);
    }

    private static Map<String, Integer> count(JsonNode cases, String field) {
        var counts = new TreeMap<String, Integer>();
        cases.forEach(one -> counts.merge(one.path(field).asString(), 1, Integer::sum));
        return counts;
    }
}
