package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.holdfast.client.FakeNetwork.FakeLink;
import io.holdfast.protocol.client.SendOutcome;
import io.holdfast.protocol.reconnect.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the application hears, and what the log says; see conformance/vectors/README.md. */
class NamesVectorsTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    /** Of the module: Maven runs tests there. */
    private static final Path VECTORS = Path.of("..", "conformance", "vectors", "names.json");

    private static final String ROOMS = "ws://server.example:8000";
    private static final String WELCOME = """
            {"type":"welcome","client_id":"alice","session_token":"T1",
            "streams":{"lobby":{"epoch":"e","seq":0}}}""";
    private static final String RESUMED = """
            {"type":"reconnection_ack","session_restored":true,"session_token":"T2",
            "streams":{"lobby":{"epoch":"e","head":0,"recovered":0}}}""";
    private static final String MISSED = """
            {"type":"reconnection_ack","session_restored":true,"session_token":"T2",
            "streams":{"lobby":{"epoch":"e","head":9,"recovered":0,"gap":{"from":1,"to":9}}}}""";
    private static final Duration SECOND = Duration.ofSeconds(1);

    @TestFactory
    Stream<DynamicContainer> names() throws IOException {
        return JSON.readTree(Files.readString(VECTORS))
                .path("vectors")
                .valueStream()
                .map(vector -> dynamicContainer(
                        vector.path("name").asString(),
                        vector.path("steps")
                                .valueStream()
                                .map(step -> dynamicTest(step.toString(), () -> check(step)))));
    }

    private static void check(JsonNode step) throws Exception {
        JsonNode expect = step.path("expect");
        try (Lines lines = new Lines()) {
            World world = new World();
            if (step.has("stop")) {
                assertThat(world.stopped(step)).isEqualTo(expect.path("cause").asString());
            } else if (step.has("ending")) {
                world.end(step.path("ending"));
                assertThat(world.error().kind().name().toLowerCase(Locale.ROOT))
                        .isEqualTo(expect.path("kind").asString());
                lines.assertSaid(expect, false);
            } else if (step.has("outcome")) {
                assertThat(world.kindOf(step.path("outcome").asString()))
                        .isEqualTo(expect.path("kind").asString());
            } else {
                world.tell(step.path("told").asString(), lines);
                lines.assertSaid(expect, step.path("told").asString().equals("closed"));
            }
        }
    }

    /** A client, and the server that the test plays. */
    private static final class World {
        private FakeNetwork network = new FakeNetwork();
        private HoldfastClient client = start(rooms());

        private static ClientBuilder rooms() {
            return HoldfastClient.feed().url(ROOMS).clientId("alice").resume().withoutJitter();
        }

        /** Another client, in a world of its own. */
        private HoldfastClient start(ClientBuilder builder) {
            network = new FakeNetwork();
            client = new HoldfastClient(builder.options(), network);
            client.start();
            network.run();
            return client;
        }

        private FakeLink link() {
            return network.link();
        }

        private void up() {
            link().open(true).say(WELCOME);
            network.run();
        }

        private void end(Ending ending) {
            link().end(ending);
            network.run();
        }

        void end(JsonNode ending) {
            if (List.of("closed", "left", "silence", "protocol")
                    .contains(ending.path("kind").asString())) {
                up();
            }
            end(endingOf(ending));
        }

        /** Of the first connection that ended. */
        ClientException error() throws InterruptedException {
            for (Event event = client.receive(Duration.ZERO);
                    event != null;
                    event = client.receive(Duration.ZERO)) {
                if (event instanceof Event.Disconnected gone) {
                    return gone.error();
                }
                if (event instanceof Event.Closed over && over.error() != null) {
                    return over.error();
                }
            }
            throw new AssertionError("no connection ended");
        }

        String stopped(JsonNode step) throws InterruptedException {
            String stop = step.path("stop").asString();
            if (stop.equals("asked")) {
                up();
                client.driver().close(Duration.ZERO);
                link().close(1000, "");
                network.run();
            } else if (stop.equals("attempts_exhausted")) {
                start(rooms().maxAttempts(1));
                end(new Ending.Refused("nobody listens"));
                network.pass(SECOND);
                end(new Ending.Refused("nobody listens"));
            } else {
                end(step.path("ending"));
            }
            for (Event event = client.receive(Duration.ZERO);
                    event != null;
                    event = client.receive(Duration.ZERO)) {
                if (event instanceof Event.Closed over) {
                    return over.cause().name().toLowerCase(Locale.ROOT);
                }
            }
            throw new AssertionError("the client is not closed");
        }

        String kindOf(String outcome) {
            ClientException failure = switch (outcome) {
                case "refused" -> Failures.of(new SendOutcome.Refused("rate_limited", null));
                case "outcome_unknown" -> Failures.of(new SendOutcome.OutcomeUnknown());
                case "not_sent" -> Failures.of(new SendOutcome.NotSent());
                case "not_connected" -> Failures.of(new SendOutcome.NotConnected());
                case "queue_full" -> Failures.of(new SendOutcome.QueueFull());
                case "closed_before" -> {
                    client.driver().close(Duration.ZERO);
                    client.driver().abort();
                    network.run();
                    CompletableFuture<Ack> sent = client.send("1");
                    yield (ClientException) sent.exceptionNow();
                }
                default -> throw new AssertionError("unknown outcome " + outcome);
            };
            return failure.kind().name().toLowerCase(Locale.ROOT);
        }

        void tell(String what, Lines lines) {
            switch (what) {
                case "connected" -> up();
                case "reconnecting" -> lostAfter(lines);
                case "move_begins", "move_failed", "moved" -> move(what, lines);
                case "resumed" -> again(RESUMED, lines);
                case "gap" -> again(MISSED, lines);
                case "silence" -> {
                    up();
                    lines.forget();
                    network.pass(Duration.ofSeconds(75));
                }
                case "connect_timeout" -> network.pass(Duration.ofSeconds(10));
                case "server_leaves" -> {
                    up();
                    lines.forget();
                    link().say("{\"type\":\"shutting_down\",\"reconnect_after\":5}");
                }
                case "server_asks_to_terminate" -> {
                    start(HoldfastClient.deepstream().url(ROOMS).clientId("alice"));
                    link().open(true).say("{\"type\":\"ready_ack\",\"status\":\"ok\"}");
                    lines.forget();
                    link().say("{\"type\":\"terminate_app\",\"request_id\":\"r\"}");
                }
                case "circuit_open", "circuit_half_open", "circuit_closed" -> circuit(what, lines);
                case "closed" -> {
                    up();
                    lines.forget();
                    end(new Ending.Closed(4502, ""));
                }
                default -> throw new AssertionError("unknown line " + what);
            }
            network.run();
        }

        private void lostAfter(Lines lines) {
            up();
            lines.forget();
            end(new Ending.Closed(1006, ""));
        }

        private void again(String answer, Lines lines) {
            lostAfter(lines);
            network.pass(SECOND);
            lines.forget();
            link().open(true).say(answer);
        }

        private void move(String what, Lines lines) {
            up();
            lines.forget();
            link().say("""
                    {"type":"server_migration","new_host":"b.example","new_port":81,\
                    "migrate_after":0}""");
            network.run();
            network.pass(Duration.ofSeconds(2));
            if (what.equals("move_begins")) {
                return;
            }
            lines.forget();
            if (what.equals("moved")) {
                link().open(true).say(RESUMED);
            } else {
                end(new Ending.Refused("nobody listens"));
            }
        }

        private void circuit(String what, Lines lines) {
            start(rooms().circuitBreaker());
            for (int failures = 0; failures < 5; failures++) {
                lines.forget();
                end(new Ending.Refused("nobody listens"));
                if (failures < 4) {
                    network.pass(SECOND.multipliedBy(1L << failures));
                }
            }
            if (what.equals("circuit_open")) {
                return;
            }
            lines.forget();
            network.pass(Duration.ofMinutes(1));
            if (what.equals("circuit_closed")) {
                up();
                network.pass(Duration.ofSeconds(10));
                lines.forget();
                end(new Ending.Closed(1011, ""));
            }
        }

        private static Ending endingOf(JsonNode ending) {
            return switch (ending.path("kind").asString()) {
                case "closed" -> new Ending.Closed(ending.path("code").asInt(), "");
                case "left" -> new Ending.Left();
                case "silence" -> new Ending.Silence();
                case "protocol" -> new Ending.ProtocolFault("no JSON");
                case "refused" -> new Ending.Refused("nobody listens");
                case "unreachable" -> new Ending.Unreachable("no such name");
                case "timeout" -> new Ending.TimedOut("10 s");
                case "tls" -> new Ending.Tls("expired");
                case "server_not_ready" -> new Ending.ServerNotReady("it shuts down");
                case "no_token" -> new Ending.NoToken("the identity provider is down");
                case "handshake" -> new Ending.Handshake(ending.path("status").asInt(), null);
                default -> throw new AssertionError("unknown ending " + ending);
            };
        }
    }

    /** The lines that clients write while this is open. */
    private static final class Lines extends Handler implements AutoCloseable {
        private static final Logger LOG = Logger.getLogger(HoldfastClient.class.getName());

        private final List<LogRecord> records = new ArrayList<>();

        Lines() {
            LOG.addHandler(this);
        }

        void forget() {
            records.clear();
        }

        /** The keyword and the client, and never on another level. */
        void assertSaid(JsonNode expect, boolean forGood) {
            String keyword = "[" + expect.path("keyword").asString() + "] alice at " + ROOMS;
            Level level =
                    expect.path("level").asString().equals("INFO") ? Level.INFO : Level.SEVERE;
            assertThat(records)
                    .filteredOn(line -> line.getMessage().startsWith(keyword)
                            && line.getMessage().contains(": for good: ") == forGood)
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line.getLevel()).isEqualTo(level));
        }

        @Override
        public synchronized void publish(LogRecord line) {
            records.add(line);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            LOG.removeHandler(this);
        }
    }
}
