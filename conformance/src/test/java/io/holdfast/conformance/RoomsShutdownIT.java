package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.conformance.client.Client;
import io.holdfast.conformance.client.Closed;
import io.holdfast.conformance.client.Frame;
import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.client.JdkClient;
import io.holdfast.conformance.client.RawClient;
import io.holdfast.conformance.process.Http;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shutdown sequence, step by step, as rooms clients see it. */
class RoomsShutdownIT {
    private static final Settings PATIENT =
            Settings.QUIET.with(Keys.ROOMS_SHUTDOWN_TIMEOUT, "1800");

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aServerWithoutClientsEndsAtOnce(String signal) {
        try (var server = ServerProcess.start(PATIENT)) {
            assertThat(server.signal(signal).awaitExit()).isZero();
        }
    }

    @Test
    void healthSaysSoBeforeAnybodyIsTold() {
        try (var server = ServerProcess.start(PATIENT.with(Keys.DRAIN_DELAY, "3s"));
                var ann = join(server, "ann")) {
            server.signal("TERM");
            await().atMost(Inbox.PATIENCE)
                    .until(() -> Http.get(server.onPublicPort("/health")).statusCode() == 503);
            assertThat(ann.inbox().isEmpty()).as("nobody told yet").isTrue();

            var health = Http.json(server.onPublicPort("/health"));
            assertThat(health.path("status").asString()).isEqualTo("shutting_down");
            assertThat(health.path("websocket").path("is_shutting_down").asBoolean(false))
                    .isTrue();
            assertThat(health.path("websocket").path("total_connections").asInt())
                    .isEqualTo(1);
            assertThat(Http.get(server.onPublicPort("/health/ready")).statusCode())
                    .isEqualTo(503);
            assertThat(Http.get(server.onPublicPort("/health/live")).statusCode())
                    .isEqualTo(200);
            assertThat(Http.get(server.onOperationsPort("/health")).statusCode())
                    .isEqualTo(503);
            assertThat(Http.get(server.onPublicPort("/deepstream/health")).statusCode())
                    .isEqualTo(503);
            ann.next("shutdown_warning");
        }
    }

    @Test
    void everybodyIsWarnedCanFinishAndTheEndIsNoticedAtOnce() {
        try (var server = ServerProcess.start(PATIENT);
                var ann = join(server, "ann");
                var bob = join(server, "bob")) {
            server.signal("TERM");
            for (var client : new Client[] {ann, bob}) {
                var warning = client.next("shutdown_warning");
                assertThat(warning.path("message").asString()).isNotBlank();
                assertThat(warning.path("timeout_seconds").asInt()).isEqualTo(1800);
                assertThat(warning.path("reconnect_after").isIntegralNumber()).isTrue();
            }
            ann.ask("{\"type\":\"message\",\"data\":\"last words\",\"id\":\"l\"}", "ack");
            assertThat(bob.next("message").path("data").asString()).isEqualTo("last words");
            ann.leave();
            bob.leave();

            assertThat(server.awaitExit()).isZero();
            assertThat(ann.inbox().awaitClose().code()).isEqualTo(1000);
        }
    }

    @Test
    void aNewcomerDuringTheDrainIsToldAndClosedWith1001() {
        try (var server = ServerProcess.start(PATIENT);
                var ann = join(server, "ann")) {
            server.signal("TERM");
            ann.next("shutdown_warning");
            try (var newcomer = JdkClient.connect(server.webSocket("/ws/bob"))) {
                var told = newcomer.next();
                assertThat(type(told)).isEqualTo("shutting_down");
                assertThat(told.path("reconnect_after").isIntegralNumber()).isTrue();
                assertThat(newcomer.inbox().awaitClose())
                        .isEqualTo(new Closed(1001, "Сервер завершує роботу"));
            }
            assertThat(ann.everythingUntilPong())
                    .as("the newcomer never was there")
                    .isEmpty();
        }
    }

    @Test
    void whoeverIsLeftAtTheTimeoutIsClosedWith1001AndTheExitStatusIsStillZero() {
        try (var server =
                        ServerProcess.start(Settings.QUIET.with(Keys.ROOMS_SHUTDOWN_TIMEOUT, "2"));
                var ann = join(server, "ann");
                var never = RawClient.connect(server.http(), 4096).upgraded("/ws/never")) {
            server.signal("TERM");
            ann.next("shutdown_warning");

            assertThat(ann.inbox().awaitClose())
                    .isEqualTo(new Closed(1001, "Server shutdown timeout"));
            assertThat(server.awaitExit()).isZero();
            assertThat(never.awaitClose().code()).isEqualTo(1001);
        }
    }

    @Test
    void aPeerThatIgnoresTheCloseIsCut() {
        try (var server =
                        ServerProcess.start(Settings.QUIET.with(Keys.ROOMS_SHUTDOWN_TIMEOUT, "1"));
                var ignoring = RawClient.webSocket(server.http(), "/ws/ignoring")) {
            server.signal("TERM");

            assertThat(ignoring.awaitClose())
                    .isEqualTo(new Closed(1001, "Server shutdown timeout"));
            assertThat(ignoring.readToEnd()).as("nothing after the close frame").isEmpty();
            assertThat(server.awaitExit()).isZero();
        }
    }

    @Test
    void aClientThatStoppedReadingDelaysNobody() {
        try (var server = ServerProcess.start(PATIENT);
                var stuck = RawClient.connect(server.http(), 4096).upgraded("/ws/stuck");
                var ann = join(server, "ann");
                var bob = join(server, "bob")) {
            for (var i = 0; i < 40; i++) {
                ann.ask("{\"type\":\"message\",\"data\":\"" + "x".repeat(100_000) + "\"}", "ack");
            }
            server.signal("TERM");
            ann.next("shutdown_warning");
            bob.next("shutdown_warning");
            stuck.reset();
            ann.leave();
            bob.leave();

            assertThat(server.awaitExit()).isZero();
        }
    }

    @Test
    void theTimeoutCanBeSetOnTheCommandLine() {
        try (var server = ServerProcess.start(
                        Settings.QUIET.argument("--set", Keys.ROOMS_SHUTDOWN_TIMEOUT + "=77"));
                var ann = join(server, "ann")) {
            server.signal("TERM");

            assertThat(ann.next("shutdown_warning").path("timeout_seconds").asInt())
                    .isEqualTo(77);
        }
    }

    @Test
    void aSecondSignalEndsTheWaitingWithStatusThree() {
        try (var server = ServerProcess.start(PATIENT);
                var ann = join(server, "ann")) {
            server.signal("TERM");
            ann.next("shutdown_warning");
            server.signal("TERM");

            assertThat(ann.inbox().awaitClose().code()).isEqualTo(1001);
            assertThat(server.awaitExit()).isEqualTo(3);
        }
    }

    @Test
    void aThirdSignalHalts() {
        try (var server = ServerProcess.start(PATIENT);
                var ignoring = RawClient.webSocket(server.http(), "/ws/ignoring")) {
            ignoring.readText();
            server.signal("INT");
            assertThat(ignoring.readText()).contains("shutdown_warning");
            server.signal("INT");
            assertThat(ignoring.awaitClose().code()).isEqualTo(1001);
            server.signal("INT");

            assertThat(server.awaitExit()).isNotZero();
        }
    }

    @Test
    void presenceDuringADrainIsCoalesced() {
        try (var server = ServerProcess.start(PATIENT);
                var ann = join(server, "ann");
                var bob = join(server, "bob")) {
            ann.next("client_connected");
            server.signal("TERM");
            ann.next("shutdown_warning");
            bob.next("shutdown_warning");
            bob.leave();

            var change = ann.next();
            assertThat(type(change)).isEqualTo("presence_change");
            assertThat(change.path("left").path(0).asString()).isEqualTo("bob");
            assertThat(change.path("connections").asInt()).isEqualTo(1);
        }
    }

    @Test
    void thePeriodicMessageStopsWithTheDrain() {
        try (var server = ServerProcess.start(PATIENT.with(Keys.BROADCAST_INTERVAL, "1"));
                var ann = RawClient.webSocket(server.http(), "/ws/ann")) {
            assertThat(ann.readText()).contains("welcome");
            assertThat(ann.readText()).contains("periodic");
            server.signal("TERM");
            var text = ann.readText();
            while (!text.contains("shutdown_warning")) {
                text = ann.readText();
            }
            var start = uptime(server);
            await("two intervals have passed")
                    .atMost(Inbox.PATIENCE)
                    .until(() -> uptime(server) > start + 2);
            ann.sendText("{\"type\":\"ping\"}");

            assertThat(ann.readText()).contains("pong");
        }
    }

    @Test
    void theLogTellsTheProgressAndEndsWithTheVerdict() {
        try (var server = ServerProcess.start(
                        Settings.QUIET.with(Keys.ROOMS_SHUTDOWN_TIMEOUT, "12"));
                var ann = join(server, "ann");
                var bob = join(server, "bob")) {
            server.signal("TERM");
            ann.next("shutdown_warning");
            bob.leave();
            server.err().await(line -> line.contains("remaining"), "of progress");

            assertThat(server.awaitExit()).isZero();
            assertThat(server.err().all().getLast())
                    .contains("drain_id")
                    .contains("told")
                    .contains("forced")
                    .contains("undelivered");
            assertThat(ann.inbox().awaitClose().code()).isEqualTo(1001);
        }
    }

    @Test
    void aCloseFrameDuringTheDrainIsAnsweredAndNotForced() {
        try (var server = ServerProcess.start(PATIENT);
                var raw = RawClient.webSocket(server.http(), "/ws/raw")) {
            raw.readText();
            server.signal("TERM");
            assertThat(raw.readText()).contains("shutdown_warning");
            raw.send(Frame.close(1000).masked());

            assertThat(raw.awaitClose().code()).isEqualTo(1000);
            assertThat(server.awaitExit()).isZero();
        }
    }

    private static double uptime(ServerProcess server) {
        return Http.json(server.onPublicPort("/health"))
                .path("system")
                .path("uptime")
                .asDouble();
    }

    static Client join(ServerProcess server, String clientId) {
        var client = JdkClient.connect(server.webSocket("/ws/" + clientId));
        client.next("welcome");
        return client;
    }
}
