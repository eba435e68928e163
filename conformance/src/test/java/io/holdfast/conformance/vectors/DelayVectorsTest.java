package io.holdfast.conformance.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.reconnect.Decision;
import io.holdfast.protocol.reconnect.Decision.Retry;
import io.holdfast.protocol.reconnect.Decision.Stop;
import io.holdfast.protocol.reconnect.Ending;
import io.holdfast.protocol.reconnect.Reconnect;
import io.holdfast.protocol.reconnect.ServerAdvice;
import io.holdfast.protocol.reconnect.Target;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class DelayVectorsTest {
    static Stream<Arguments> vectors() {
        return Stream.concat(Vectors.of("delays.json"), Vectors.of("delays-targets.json"));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void aClientComesBackAsTheVectorSays(JsonNode vector) {
        Fractions random = new Fractions();
        Run run = new Run(new Reconnect(Vectors.policy(vector.path("policy")), random));
        int number = 0;
        for (JsonNode step : vector.path("steps")) {
            String where = "step " + ++number + " " + step;
            random.of(step);
            for (int i = step.path("repeat").asInt(1); i > 1; i--) {
                run.step(step);
            }
            JsonNode expect = step.path("expect");
            if (step.has("move")) {
                compareMove(run.move(step), run.reconnect.attempts(), expect, where);
                continue;
            }
            switch (run.step(step)) {
                case Retry again -> compare(again, expect, where);
                case Stop stop ->
                    assertThat(stop.cause().label())
                            .as(where)
                            .isEqualTo(expect.path("stop").asString(null));
            }
        }
        assertThat(number).isPositive();
    }

    /** One client, and its clock. */
    private static final class Run {
        final Reconnect reconnect;
        private long nowNanos;
        /** Where a move has brought the client without a retry. */
        private boolean calling;

        Run(Reconnect reconnect) {
            this.reconnect = reconnect;
        }

        Decision step(JsonNode step) {
            long upNanos = step.has("connected_ms")
                    ? Vectors.millis(step.path("connected_ms")).toNanos()
                    : Reconnect.NEVER_UP;
            Ending ending = Vectors.ending(step.path("ending"));
            ServerAdvice advice = Vectors.advice(step.path("ending").path("advice"));
            begin(!(ending instanceof Ending.ServerNotReady));
            nowNanos += Math.max(0, upNanos);
            Decision decision = reconnect.ended(ending, advice, upNanos, nowNanos);
            calling = false;
            if (decision instanceof Retry again) {
                nowNanos += again.delayNanos();
            }
            return decision;
        }

        /** Returns how long the connection stayed. */
        long move(JsonNode step) {
            begin(true);
            long upNanos = Vectors.millis(step.path("connected_ms")).toNanos();
            long stayNanos = reconnect.leastStayNanos(upNanos);
            nowNanos += upNanos + stayNanos;
            Target to = Objects.requireNonNull(Vectors.target(step.path("move")));
            reconnect.moved(to, upNanos + stayNanos, nowNanos);
            calling = true;
            return stayNanos;
        }

        private void begin(boolean calls) {
            if (calls && !calling) {
                reconnect.connecting(nowNanos);
                calling = true;
            }
        }
    }

    private static void compareMove(long stayNanos, int attempts, JsonNode expect, String where) {
        assertThat(Math.round((double) stayNanos / Vectors.NANOS_PER_MILLI))
                .as(where)
                .isEqualTo(expect.path("stay_ms").longValue());
        assertThat(attempts).as(where).isEqualTo(expect.path("attempts").asInt(attempts));
    }

    private static void compare(Retry again, JsonNode expect, String where) {
        assertThat(expect.has("retry_ms"))
                .as("%s: the client comes back", where)
                .isTrue();
        assertThat(Math.round((double) again.delayNanos() / Vectors.NANOS_PER_MILLI))
                .as(where)
                .isEqualTo(expect.path("retry_ms").longValue());
        if (expect.has("target")) {
            assertThat(again.target()).as(where).isEqualTo(Vectors.target(expect.path("target")));
        }
        if (expect.has("counts")) {
            assertThat(again.countsAsAttempt())
                    .as(where)
                    .isEqualTo(expect.path("counts").booleanValue());
        }
        if (expect.has("attempts")) {
            assertThat(again.attempts())
                    .as(where)
                    .isEqualTo(expect.path("attempts").intValue());
        }
    }
}
