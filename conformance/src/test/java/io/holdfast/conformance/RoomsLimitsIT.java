package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.conformance.client.Closed;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The rate limit at its default, and the periodic message. */
class RoomsLimitsIT {
    @RegisterExtension
    static final RunningServer server = RunningServer.with(
            Settings.QUIET.without(Keys.MESSAGES_PER_MINUTE).with(Keys.BROADCAST_INTERVAL, "1"));

    @Test
    void theSixtyFirstMessageInAMinuteIsDropped() {
        var bob = server.join("bob1");
        var ann = server.join("ann1");
        for (var i = 1; i <= 60; i++) {
            ann.ask("{\"type\":\"message\",\"data\":" + i + "}", "ack");
        }
        var error = ann.ask("{\"type\":\"message\",\"data\":61,\"id\":\"x\"}", "error");

        assertThat(error.path("code").asString()).isEqualTo("rate_limited");
        assertThat(error.path("id").asString()).isEqualTo("x");
        assertThat(error.path("retry_after").asInt()).isBetween(1, 60);
        assertThat(error.path("retryable").asBoolean(false)).isTrue();

        // Sent after the one that was dropped, so it comes right behind the sixty.
        server.join("cyd1").ask("{\"type\":\"message\",\"data\":\"marker\"}", "ack");
        for (var i = 1; i <= 60; i++) {
            assertThat(bob.next("message").path("data").asInt()).isEqualTo(i);
        }
        assertThat(bob.next("message").path("data").asString()).isEqualTo("marker");
    }

    @Test
    void aLimitedClientLimitsNobodyElse() {
        var ann = server.join("ann2");
        for (var i = 0; i < 100; i++) {
            ann.send("{\"type\":\"message\",\"data\":0}");
        }
        ann.next("error");

        assertThat(type(server.join("bob2").ask("{\"type\":\"message\",\"data\":1}", "ack")))
                .isEqualTo("ack");
    }

    @Test
    void theLimitForgivesNobodyWhoGoesOnForAMinute() {
        var ann = server.join("ann3");
        await().atMost(Duration.ofSeconds(100))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    for (var i = 0; i < 5 && !ann.inbox().isClosed(); i++) {
                        sendUnlessClosed(ann);
                    }
                    return ann.inbox().isClosed();
                });

        assertThat(ann.inbox().awaitClose()).extracting(Closed::code).isEqualTo(1008);
    }

    @Test
    void everybodyIsToldTheNumberOfConnectionsPeriodically() {
        var ann = server.join("ann4");
        for (var i = 0; i < 2; i++) {
            var periodic = ann.next("periodic");
            assertThat(periodic.path("connections").asInt()).isEqualTo(1);
            assertThat(periodic.path("timestamp").asString()).matches(".*T.*\\.\\d{3}Z");
        }
    }

    private static void sendUnlessClosed(io.holdfast.conformance.client.Client client) {
        try {
            client.send("{\"type\":\"message\",\"data\":\"again\"}");
        } catch (CompletionException closedMeanwhile) {
            // What the test waits for.
        }
    }
}
