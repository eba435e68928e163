package io.holdfast.conformance.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.Json;
import io.holdfast.protocol.client.ClientEvent;
import io.holdfast.protocol.client.ClientLifecycle;
import io.holdfast.protocol.client.ClientOutputs;
import io.holdfast.protocol.client.ClientSettings;
import io.holdfast.protocol.client.HealthAnswer;
import io.holdfast.protocol.reconnect.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class ClientVectorsTest {
    /** Not zero: a machine that takes a moment for a length of time is found out. */
    private static final long START_NANOS = 5_000_000_000_000L;

    static Stream<Arguments> vectors() {
        return Stream.concat(Vectors.of("client.json"), Vectors.of("client-moves.json"));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void aClientDoesWhatTheVectorSays(JsonNode vector) {
        new Run(vector).run();
    }

    private static final class Run implements ClientOutputs {
        private final JsonNode vector;
        private final Fractions random = new Fractions();
        private final ClientLifecycle client;
        private final List<ObjectNode> outputs = new ArrayList<>();
        private long nowMillis;
        private long connection;

        Run(JsonNode vector) {
            this.vector = vector;
            ClientSettings settings = ClientSettings.of(Vectors.policy(vector.path("policy")));
            boolean health = vector.path("options").path("health").asBoolean(false);
            this.client = new ClientLifecycle(health ? settings.withHealth() : settings, random);
        }

        void run() {
            int number = 0;
            for (JsonNode step : vector.path("steps")) {
                random.of(step);
                advanceTo(step.path("at_ms").longValue());
                if (step.has("input")) {
                    give(step.path("input"));
                }
                compare(step.path("expect"), "step " + ++number + " " + step);
            }
            assertThat(number).isPositive();
        }

        private void advanceTo(long millis) {
            while (client.nextDeadlineNanos() <= nanos(millis)) {
                long dueNanos = client.nextDeadlineNanos() - START_NANOS;
                nowMillis = Math.max(nowMillis, dueNanos / Vectors.NANOS_PER_MILLI);
                client.timer(nanos(nowMillis), this);
            }
            nowMillis = millis;
        }

        private static long nanos(long millis) {
            return START_NANOS + millis * Vectors.NANOS_PER_MILLI;
        }

        private void give(JsonNode input) {
            long now = nanos(nowMillis);
            long number = input.path("connection").asLong(connection);
            switch (input.path("type").asString()) {
                case "start" -> client.start(now, this);
                case "opened" -> client.opened(number, now);
                case "welcomed" -> client.welcomed(number, now, this);
                case "received" -> client.received(now);
                case "advised" -> client.advised(Vectors.advice(input.path("advice")), now, this);
                case "leave" -> client.leave(now, this);
                case "move" -> client.move(now, this);
                case "ended" ->
                    client.ended(number, Vectors.ending(input.path("ending")), now, this);
                case "health" -> client.healthAnswered(number, health(input), now, this);
                case "slept" ->
                    client.slept(Vectors.millis(input.path("for_ms")).toNanos(), now, this);
                case "online" -> client.online(now, this);
                case "close" -> client.close(now, this);
                default -> throw new AssertionError("an input " + input);
            }
        }

        private static HealthAnswer health(JsonNode input) {
            return input.has("status")
                    ? HealthAnswer.of(
                            input.path("status").intValue(), input.path("says").asString(null))
                    : HealthAnswer.valueOf(
                            input.path("answer").asString().toUpperCase(Locale.ROOT));
        }

        private void compare(JsonNode expect, String where) {
            if (expect.has("state")) {
                assertThat(client.phase().name())
                        .as(where)
                        .isEqualTo(expect.path("state").asString());
            }
            if (expect.has("outputs")) {
                List<JsonNode> expected = expect.path("outputs").valueStream().toList();
                assertThat(outputs).as(where).hasSameSizeAs(expected);
                for (int i = 0; i < expected.size(); i++) {
                    // What the vector does not name is not checked.
                    outputs.get(i).retain(expected.get(i).propertyNames());
                }
                // Through text, so that a number is a number whatever its Java type.
                assertThat(Json.parse(outputs.toString()))
                        .as(where)
                        .isEqualTo(expect.path("outputs"));
            }
            outputs.clear();
        }

        private ObjectNode output(String kind, String what) {
            ObjectNode output = JsonNodeFactory.instance.objectNode();
            output.put(kind, what);
            output.put("at_ms", nowMillis);
            outputs.add(output);
            return output;
        }

        @Override
        public void connect(long number, @Nullable Target target) {
            connection = number;
            to(output("do", "connect"), target);
        }

        private static void to(ObjectNode output, @Nullable Target target) {
            if (target == null) {
                output.putNull("target");
            } else {
                output.putObject("target").put("host", target.host()).put("port", target.port());
            }
        }

        @Override
        public void openBeside(long number, Target target) {
            to(output("do", "open_beside"), target);
        }

        @Override
        public void cutBeside() {
            output("do", "cut_beside");
        }

        @Override
        public void replace(boolean firstIsGone) {
            if (!firstIsGone) {
                close(1000, "");
            }
        }

        @Override
        public void askHealth(long number, @Nullable Target target) {
            connection = number;
            output("do", "ask_health");
        }

        @Override
        public void sendPing() {
            output("do", "ping");
        }

        @Override
        public void close(int code, String reason) {
            output("do", "close").put("code", code);
        }

        @Override
        public void cut() {
            output("do", "cut");
        }

        @Override
        public void report(ClientEvent event) {
            switch (event) {
                case ClientEvent.Connected ignored -> output("report", "CONNECTED");
                case ClientEvent.Disconnected down ->
                    output("report", "DISCONNECTED").put("ending", down.ending().kind());
                case ClientEvent.Reconnecting again ->
                    output("report", "RECONNECTING")
                            .put("delay_ms", again.delayNanos() / Vectors.NANOS_PER_MILLI)
                            .put("attempt", again.attempts());
                case ClientEvent.TimedOut ignored -> output("report", "TIMEOUT");
                case ClientEvent.ShuttingDown ignored -> output("report", "SHUTDOWN");
                case ClientEvent.Closed closed ->
                    output("report", "CLOSED").put("cause", closed.cause().label());
            }
        }
    }
}
