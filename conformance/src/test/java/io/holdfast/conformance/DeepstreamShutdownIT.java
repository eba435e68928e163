package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.type;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.Client;
import io.holdfast.conformance.client.Closed;
import io.holdfast.conformance.client.JdkClient;
import io.holdfast.conformance.client.RawClient;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The farewell between the server and its pipeline applications. */
class DeepstreamShutdownIT {
    private static final Closed TIMED_OUT = new Closed(1001, "Server shutdown timeout");

    @Test
    void aPoliteApplicationIsClosedWith1000AndTheServerEndsAtOnce() {
        try (var server = ServerProcess.start(
                        Settings.QUIET.with(Keys.DEEPSTREAM_SHUTDOWN_TIMEOUT, "600"));
                var app = ready(server, "polite")) {
            server.signal("TERM");
            var terminate = app.next("terminate_app");
            assertThat(terminate.path("reason").asString()).isEqualTo("Server shutting down");
            var requestId = terminate.path("request_id").asString();
            assertThat(UUID.fromString(requestId)).hasToString(requestId);
            app.send(terminated(requestId, "OK"));

            assertThat(app.inbox().awaitClose()).isEqualTo(new Closed(1000, "Client terminated"));
            assertThat(server.awaitExit()).isZero();
        }
    }

    @Test
    void eachWhoDoesNotAnswerRightIsClosedWith1001WhenTheTimeIsUpAndDelaysNobody() {
        try (var server = ServerProcess.start(
                        Settings.QUIET.with(Keys.DEEPSTREAM_SHUTDOWN_TIMEOUT, "3"));
                var wrongStatus = ready(server, "wrong-status");
                var unknownRequest = ready(server, "unknown-request");
                var mute = ready(server, "mute");
                var neverReading =
                        RawClient.connect(server.http(), 4096).upgraded("/deepstream/ws");
                var polite = ready(server, "polite")) {
            neverReading.sendText(DeepstreamIT.ready("never-reading", false));
            server.signal("TERM");
            wrongStatus.send(terminated(
                    wrongStatus.next("terminate_app").path("request_id").asString(), "ok"));
            unknownRequest.next("terminate_app");
            unknownRequest.send(terminated(UUID.randomUUID().toString(), "OK"));
            mute.next("terminate_app");
            polite.send(
                    terminated(polite.next("terminate_app").path("request_id").asString(), "OK"));

            assertThat(polite.inbox().awaitClose().code()).isEqualTo(1000);
            assertThat(wrongStatus.inbox().awaitClose()).isEqualTo(TIMED_OUT);
            assertThat(unknownRequest.inbox().awaitClose()).isEqualTo(TIMED_OUT);
            assertThat(mute.inbox().awaitClose()).isEqualTo(TIMED_OUT);
            assertThat(server.awaitExit()).isZero();
            assertThat(server.err().all())
                    .anyMatch(line -> line.contains("WARN") && line.contains("unknown-request"));
        }
    }

    @Test
    void everyApplicationHasARequestIdOfItsOwn() {
        try (var server = ServerProcess.start(
                        Settings.QUIET.with(Keys.DEEPSTREAM_SHUTDOWN_TIMEOUT, "600"));
                var first = ready(server, "first");
                var second = ready(server, "second")) {
            server.signal("TERM");
            var firstId = first.next("terminate_app").path("request_id").asString();
            var secondId = second.next("terminate_app").path("request_id").asString();
            assertThat(firstId).isNotEqualTo(secondId);

            first.send(terminated(secondId, "OK"));
            second.send(terminated(secondId, "OK"));
            assertThat(second.inbox().awaitClose().code()).isEqualTo(1000);
            first.send(terminated(firstId, "OK"));
            assertThat(first.inbox().awaitClose().code()).isEqualTo(1000);
            assertThat(server.awaitExit()).isZero();
        }
    }

    @Test
    void aNewcomerDuringTheDrainIsToldAndClosedWith1013() {
        try (var server = ServerProcess.start(
                        Settings.QUIET.with(Keys.DEEPSTREAM_SHUTDOWN_TIMEOUT, "600"));
                var app = ready(server, "staying")) {
            server.signal("TERM");
            var terminate = app.next("terminate_app");
            try (var newcomer = JdkClient.connect(server.webSocket("/deepstream/ws"))) {
                var told = newcomer.next();
                assertThat(type(told)).isEqualTo("shutting_down");
                assertThat(told.path("reconnect_after").isIntegralNumber()).isTrue();
                assertThat(newcomer.inbox().awaitClose())
                        .isEqualTo(new Closed(1013, "Server temporarily unavailable"));
            }
            app.send(terminated(terminate.path("request_id").asString(), "OK"));
            assertThat(server.awaitExit()).isZero();
        }
    }

    @Test
    void theDialectWithTheShorterTimeoutIsToldWhenTheOtherHasGone() {
        var settings = Settings.QUIET
                .with(Keys.ROOMS_SHUTDOWN_TIMEOUT, "600")
                .with(Keys.DEEPSTREAM_SHUTDOWN_TIMEOUT, "5");
        try (var server = ServerProcess.start(settings);
                var app = ready(server, "cam-7");
                var ann = JdkClient.connect(server.webSocket("/ws/ann"))) {
            ann.next("welcome");
            server.signal("TERM");
            ann.next("shutdown_warning");
            assertThat(app.everythingUntilPong()).as("not yet told").isEmpty();
            ann.leave();

            app.send(terminated(app.next("terminate_app").path("request_id").asString(), "OK"));
            assertThat(app.inbox().awaitClose().code()).isEqualTo(1000);
            assertThat(server.awaitExit()).isZero();
        }
    }

    @Test
    void theDialectWithTheShorterTimeoutIsToldWhenOnlyItsOwnTimeIsLeft() {
        var settings = Settings.QUIET
                .with(Keys.ROOMS_SHUTDOWN_TIMEOUT, "5")
                .with(Keys.DEEPSTREAM_SHUTDOWN_TIMEOUT, "2");
        try (var server = ServerProcess.start(settings);
                var app = ready(server, "cam-7");
                var ann = JdkClient.connect(server.webSocket("/ws/ann"))) {
            ann.next("welcome");
            server.signal("TERM");
            ann.next("shutdown_warning");
            assertThat(app.everythingUntilPong()).as("not yet told").isEmpty();

            app.next("terminate_app");
            assertThat(ann.inbox().isClosed()).as("still being waited for").isFalse();
            assertThat(app.inbox().awaitClose()).isEqualTo(TIMED_OUT);
            assertThat(ann.inbox().awaitClose()).isEqualTo(TIMED_OUT);
            assertThat(server.awaitExit()).isZero();
        }
    }

    private static Client ready(ServerProcess server, String instanceId) {
        var app = JdkClient.connect(server.webSocket("/deepstream/ws"));
        app.ask(DeepstreamIT.ready(instanceId, false), "ready_ack");
        return app;
    }

    private static String terminated(String requestId, String status) {
        return "{\"type\":\"app_terminated\",\"request_id\":\"" + requestId + "\",\"status\":\""
                + status + "\",\"message\":\"Application terminated gracefully\"}";
    }
}
