package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.holdfast.protocol.reconnect.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** When every client library alarms its application; see conformance/vectors/README.md. */
class AlertVectorsTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    /** Of the module: Maven runs tests there. */
    private static final Path FILE = Path.of("..", "conformance", "vectors", "alerts.json");
    /** Not zero: a moment that is taken for a length of time is found out. */
    private static final long START_NANOS = 5_000_000_000_000L;

    @TestFactory
    Stream<DynamicTest> alerts() throws IOException {
        return JSON.readTree(Files.readString(FILE))
                .path("vectors")
                .valueStream()
                .map(vector ->
                        dynamicTest(vector.path("name").asString(), () -> new Run(vector).all()));
    }

    private static final class Run {
        private final JsonNode vector;
        private final List<AlertCondition> conditions = new ArrayList<>();
        private final List<String> told = new ArrayList<>();
        private final Alerts alerts;
        private long nowNanos = START_NANOS;

        Run(JsonNode vector) {
            this.vector = vector;
            vector.path("options").path("alerts").forEach(one -> conditions.add(condition(one)));
            alerts = new Alerts(conditions, nowNanos, alert -> {
                int number = conditions.indexOf(alert.condition());
                told.add(number + " at " + TimeUnit.NANOSECONDS.toMillis(nowNanos - START_NANOS));
            });
        }

        private static AlertCondition condition(JsonNode one) {
            if (one.has("failures")) {
                return new AlertCondition.Failures(
                        one.path("failures").intValue(),
                        Duration.ofMillis(one.path("within_ms").longValue()));
            }
            return one.has("gap")
                    ? new AlertCondition.MissedMessages()
                    : new AlertCondition.NotConnected(
                            Duration.ofMillis(one.path("not_connected_ms").longValue()));
        }

        void all() {
            int number = 0;
            for (JsonNode step : vector.path("steps")) {
                advanceTo(START_NANOS
                        + TimeUnit.MILLISECONDS.toNanos(step.path("at_ms").longValue()));
                give(step.path("input"));
                List<String> expected = step.path("expect")
                        .path("alerts")
                        .valueStream()
                        .map(alert -> alert.path("condition").intValue() + " at "
                                + alert.path("at_ms").longValue())
                        .toList();
                assertThat(told).as("step " + ++number + " " + step).isEqualTo(expected);
                told.clear();
            }
            assertThat(number).isPositive();
        }

        private void advanceTo(long nanos) {
            while (alerts.nextDeadlineNanos() <= nanos) {
                nowNanos = alerts.nextDeadlineNanos();
                alerts.timer(nowNanos);
            }
            nowNanos = nanos;
        }

        private void give(JsonNode input) {
            switch (input.path("type").asString("")) {
                case "", "start" -> {} // It has started when it was made.
                case "connected" -> alerts.connected();
                case "ended" -> alerts.ended(ending(input.path("ending")), nowNanos);
                case "gap" ->
                    alerts.missed(
                            new Event.Gap("lobby", "missed", 1, 2, Event.Gap.Origin.ON_RESUME));
                default -> throw new AssertionError("an input " + input);
            }
        }

        private static Ending ending(JsonNode ending) {
            String kind = ending.path("kind").asString();
            return switch (kind) {
                case "closed" -> new Ending.Closed(ending.path("code").intValue(), "");
                case "refused" -> new Ending.Refused("");
                case "silence" -> new Ending.Silence();
                case "server_not_ready" -> new Ending.ServerNotReady("");
                case "left" -> new Ending.Left();
                default -> throw new AssertionError("an ending of kind " + kind);
            };
        }
    }
}
