package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.holdfast.client.FakeNetwork.FakeLink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What every client library does with messages; see conformance/vectors/README.md. */
class MessageVectorsTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    /** Of the module: Maven runs tests there. */
    private static final Path VECTORS = Path.of("..", "conformance", "vectors");

    @TestFactory
    Stream<DynamicTest> rooms() throws IOException {
        return vectors("rooms");
    }

    @TestFactory
    Stream<DynamicTest> deepstream() throws IOException {
        return vectors("deepstream");
    }

    @TestFactory
    Stream<DynamicTest> bot() throws IOException {
        return vectors("bot");
    }

    private static Stream<DynamicTest> vectors(String dialect) throws IOException {
        JsonNode file =
                JSON.readTree(Files.readString(VECTORS.resolve("messages-" + dialect + ".json")));
        assertThat(file.path("format").asString()).isEqualTo("holdfast-vectors/1");
        return file.path("vectors")
                .valueStream()
                .map(vector -> dynamicTest(
                        vector.path("name").asString(), () -> new Run(dialect, vector).all()));
    }

    /** One vector. */
    private static final class Run {
        private final FakeNetwork network = new FakeNetwork();
        private final JsonNode vector;
        private final ArrayDeque<String> ids = new ArrayDeque<>();
        private final List<Map<String, Object>> settled = new ArrayList<>();
        private final HoldfastClient client;
        /** What the library has for the ids that the vector calls "$1" and so on. */
        private final Map<String, String> made = new HashMap<>();
        /** Why the client has ended, in the words of the vectors. */
        private @Nullable String stop;
        /** The link that the test has opened last. */
        private @Nullable FakeLink opened;

        Run(String dialect, JsonNode vector) {
            this.vector = vector;
            client = new HoldfastClient(
                    builder(dialect, vector.path("options")).options(), network, ids::remove);
            client.start();
            network.run();
        }

        private static ClientBuilder builder(String dialect, JsonNode options) {
            ClientBuilder builder = switch (dialect) {
                case "rooms" -> HoldfastClient.feed().url("ws://server:80").clientId("a");
                case "deepstream" ->
                    HoldfastClient.deepstream()
                            .url("ws://server:80")
                            .clientId(options.path("instance_id").asString());
                default ->
                    HoldfastClient.bot()
                            .url("tcp://server:9000")
                            .clientId(options.path("client_key").asString())
                            .linesOnly();
            };
            if (options.path("resume").asBoolean(true)) {
                builder.resume();
            }
            if (options.has("saved")) {
                builder.resumeFrom(saved(options.path("saved")));
            }
            if (options.has("config")) {
                builder.config(options.path("config").toString());
            }
            if (options.path("while_disconnected").asString("wait").equals("fail")) {
                builder.whileDisconnected(WhileDisconnected.FAIL);
            }
            return builder.pending(
                            options.path("max_unacked").asInt(512),
                            options.path("max_waiting").asInt(1_024),
                            Duration.ofSeconds(30))
                    .completions(Runnable::run)
                    .withoutJitter()
                    .backoff(Duration.ofMillis(1), Duration.ofMillis(1))
                    // Nothing but the vector's own steps.
                    .connectTimeout(Duration.ofHours(1))
                    .heartbeat(Duration.ofHours(1), Duration.ofHours(2));
        }

        private static SavedSession saved(JsonNode saved) {
            Map<String, SavedSession.Place> positions = new LinkedHashMap<>();
            saved.path("positions").propertyStream().forEach(stream -> {
                JsonNode at = stream.getValue();
                positions.put(
                        stream.getKey(),
                        new SavedSession.Place(
                                at.path("epoch").asString(), at.path("seq").asLong()));
            });
            List<String> rooms = positions.keySet().stream()
                    .filter(stream -> !stream.startsWith("@") && !stream.equals("lobby"))
                    .toList();
            return new SavedSession(null, saved.path("token").asString(), positions, rooms);
        }

        void all() throws InterruptedException {
            int number = 0;
            for (JsonNode step : vector.path("steps")) {
                String name = "step " + number++ + " " + step.path("input");
                settled.clear();
                takeEvents();
                if (step.has("at_ms")) {
                    long at = step.path("at_ms").asLong() * 1_000_000;
                    network.pass(Duration.ofNanos(Math.max(0, at - network.nowNanos())));
                }
                JsonNode input = step.path("input");
                if (!input.isMissingNode()) {
                    give(input);
                }
                network.run();
                check(name, step.path("expect"), takeEvents());
            }
        }

        private void give(JsonNode input) {
            String id = input.path("id").asString("");
            if (!id.isEmpty()) {
                ids.add(id);
            }
            switch (input.path("type").asString()) {
                case "open" -> open();
                case "receive" -> link().say(withIds(input.path("message")));
                case "lost" -> link().close(input.path("code").asInt(1006), "");
                case "send" -> send(id, input);
                case "join" -> watch(id, client.join(input.path("room").asString()));
                case "leave" -> watch(id, client.leave(input.path("room").asString()));
                case "close" -> {
                    client.driver().close(Duration.ZERO);
                    link().close(1000, "");
                }
                default -> throw new AssertionError("unknown input " + input);
            }
        }

        private String withIds(JsonNode message) {
            ObjectNode said = ((ObjectNode) message).deepCopy();
            String id = made.get(said.path("id").asString(""));
            return (id == null ? said : said.put("id", id)).toString();
        }

        /** Ids that the library made are called as the vector calls them. */
        private List<JsonNode> named(List<String> sent, JsonNode expected) {
            List<JsonNode> all = new ArrayList<>();
            for (String text : sent) {
                JsonNode message = JSON.readTree(text);
                String name = expected.path(all.size()).path("id").asString("");
                if (name.startsWith("$")) {
                    made.put(name, message.path("id").asString());
                    ((ObjectNode) message).put("id", name);
                }
                all.add(message);
            }
            return all;
        }

        private void open() {
            for (int i = 0; network.link().equals(opened) && i < 100_000; i++) {
                network.pass(Duration.ofMillis(1));
            }
            opened = network.link();
            opened.open(true);
        }

        private FakeLink link() {
            return network.link();
        }

        private void send(String id, JsonNode input) {
            String data = input.path("data").toString();
            JsonNode room = input.path("room");
            watch(
                    id,
                    input.has("name")
                            ? client.event(input.path("name").asString(), data)
                            : client.send(room.isMissingNode() ? null : room.asString(), data));
        }

        private void watch(String id, CompletableFuture<Ack> future) {
            future.whenComplete((ack, failed) -> {
                Map<String, Object> outcome = new LinkedHashMap<>();
                outcome.put("id", id);
                if (failed == null) {
                    outcome.put("outcome", "acked");
                    if (ack.stream() != null) {
                        outcome.put("stream", ack.stream());
                        outcome.put("seq", ack.seq());
                    }
                } else {
                    Throwable cause =
                            failed instanceof CompletionException ? failed.getCause() : failed;
                    assertThat(cause).isInstanceOf(ClientException.class);
                    describe((ClientException) cause, outcome);
                }
                settled.add(outcome);
            });
        }

        private static void describe(ClientException failed, Map<String, Object> outcome) {
            switch (failed.kind()) {
                case REJECTED -> {
                    outcome.put("outcome", "refused");
                    outcome.put("code", failed.serverCode());
                }
                case NOT_SENT ->
                    outcome.put(
                            "outcome",
                            String.valueOf(failed.getMessage()).endsWith("not connected")
                                    ? "not_connected"
                                    : "not_sent");
                default -> outcome.put("outcome", failed.kind().name().toLowerCase(Locale.ROOT));
            }
        }

        private List<Event> takeEvents() throws InterruptedException {
            List<Event> events = new ArrayList<>();
            for (Event event = client.receive(Duration.ZERO);
                    event != null;
                    event = client.receive(Duration.ZERO)) {
                if (event instanceof Event.Closed closed) {
                    stop = closed.cause().name().toLowerCase(Locale.ROOT);
                    break; // It comes again for ever.
                }
                events.add(event);
            }
            return events;
        }

        private void check(String name, JsonNode expect, List<Event> events) {
            List<String> sent = network.links.stream()
                    .flatMap(link -> link.taken().stream())
                    .toList();
            expect.propertyStream().forEach(expected -> {
                JsonNode value = expected.getValue();
                String what = name + ": " + expected.getKey();
                switch (expected.getKey()) {
                    case "sent" -> assertThat(named(sent, value)).as(what).isEqualTo(list(value));
                    case "delivered" ->
                        assertThat(only(events, Event.Message.class)
                                        .map(message -> JSON.readTree(message.data()))
                                        .toList())
                                .as(what)
                                .isEqualTo(list(value));
                    case "settled" -> assertThat(nodes(settled)).as(what).isEqualTo(list(value));
                    case "gaps" ->
                        assertThat(nodes(gaps(events))).as(what).isEqualTo(announced(value));
                    case "resumed" ->
                        assertThat(only(events, Event.Resumed.class).findAny().isPresent())
                                .as(what)
                                .isEqualTo(value.asBoolean());
                    case "token" ->
                        assertThat(session().token()).as(what).isEqualTo(value.asString());
                    case "positions" ->
                        assertThat(node(session().positions())).as(what).isEqualTo(value);
                    case "stop" -> assertThat(stop).as(what).isEqualTo(value.asString(null));
                    case "retry_ms" ->
                        assertThat(only(events, Event.Disconnected.class)
                                        .map(end -> end.retryIn().toMillis())
                                        .toList())
                                .as(what)
                                .containsExactly(value.asLong());
                    case "advised" -> assertThat(advice(events)).as(what).isEqualTo(value);
                    default -> throw new AssertionError("unknown expectation " + expected);
                }
            });
        }

        private Session session() {
            return client.driver().conversation().session();
        }

        private static <E extends Event> Stream<E> only(List<Event> events, Class<E> type) {
            return events.stream().filter(type::isInstance).map(type::cast);
        }

        private static List<Map<String, Object>> gaps(List<Event> events) {
            return only(events, Event.Gap.class)
                    .map(gap -> {
                        Map<String, Object> told = new LinkedHashMap<>();
                        told.put("stream", gap.stream());
                        if (gap.reason().equals("missed")) {
                            told.put("from", gap.from());
                            told.put("to", gap.to());
                        } else {
                            told.put("reason", gap.reason());
                        }
                        return told;
                    })
                    .toList();
        }

        /** This library tells all gaps alike, whether the server announced them or not. */
        private static List<JsonNode> announced(JsonNode gaps) {
            return gaps.valueStream()
                    .map(gap -> {
                        Map<String, Object> fields = new LinkedHashMap<>();
                        gap.propertyStream()
                                .filter(field -> !field.getKey().equals("unannounced"))
                                .forEach(field -> fields.put(field.getKey(), field.getValue()));
                        return node(fields);
                    })
                    .toList();
        }

        private static JsonNode advice(List<Event> events) {
            Event.Advice advice = only(events, Event.Advice.class).findFirst().orElseThrow();
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("after_ms", advice.comeBackAfter().toMillis());
            String target = advice.target();
            if (target != null) {
                int colon = target.lastIndexOf(':');
                told.put("host", target.substring(0, colon));
                told.put("port", Integer.valueOf(target.substring(colon + 1)));
            }
            return node(told);
        }

        /** Numbers as JSON has them, whatever Java type they came from. */
        private static JsonNode node(Object value) {
            return JSON.readTree(JSON.writeValueAsString(value));
        }

        private static List<JsonNode> nodes(List<Map<String, Object>> maps) {
            return maps.stream()
                    .map(map -> JSON.readTree(JSON.writeValueAsString(map)))
                    .toList();
        }

        private static List<JsonNode> list(JsonNode array) {
            return array.valueStream().toList();
        }
    }
}
