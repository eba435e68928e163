package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.conformance.client.Closed;
import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.process.Http;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import org.junit.jupiter.api.Test;

/** What stretches a shutdown, and what cuts it. */
class ShutdownTimesIT {
    private static final Settings PATIENT =
            Settings.QUIET.with(Keys.ROOMS_SHUTDOWN_TIMEOUT, "1800");

    @Test
    void theTerminationGraceCutsTheWaits() {
        // 10 s less 5 s for the store and 2 s for close frames: 3 s of the 1800 are left.
        try (var server = ServerProcess.start(PATIENT.with(Keys.TERMINATION_GRACE, "10s"));
                var ann = RoomsShutdownIT.join(server, "ann")) {
            server.signal("TERM");
            var warning = ann.next("shutdown_warning");
            assertThat(warning.path("timeout_seconds").asInt(-1))
                    .as("what the client is told is what it has")
                    .isBetween(0, 3);

            assertThat(ann.inbox().awaitClose())
                    .isEqualTo(new Closed(1001, "Server shutdown timeout"));
            assertThat(server.awaitExit()).isZero();
        }
    }

    @Test
    void aTerminationGraceThatIsLongEnoughCutsNothing() {
        try (var server = ServerProcess.start(Settings.QUIET
                        .with(Keys.ROOMS_SHUTDOWN_TIMEOUT, "60")
                        .with(Keys.TERMINATION_GRACE, "600s"));
                var ann = RoomsShutdownIT.join(server, "ann")) {
            server.signal("TERM");

            assertThat(ann.next("shutdown_warning").path("timeout_seconds").asInt())
                    .isEqualTo(60);
        }
    }

    @Test
    void underKubernetesTwentyFiveSecondsAreAssumed() {
        var settings = Settings.QUIET
                .environment("KUBERNETES_SERVICE_HOST", "10.0.0.1")
                .argument("--print-config");
        try (var server = ServerProcess.launch(settings)) {
            assertThat(server.out().await("termination_grace")).contains("25s", "Kubernetes");
            assertThat(server.awaitExit()).isZero();
        }
    }

    @Test
    void duringTheDrainDelayClientsAreServedAndNewcomersLetInWhileHealthSays503() {
        try (var server = ServerProcess.start(PATIENT.with(Keys.DRAIN_DELAY, "5s"));
                var ann = RoomsShutdownIT.join(server, "ann")) {
            server.signal("TERM");
            await().atMost(Inbox.PATIENCE)
                    .until(() -> Http.get(server.onPublicPort("/health")).statusCode() == 503);
            try (var bob = RoomsShutdownIT.join(server, "bob")) {
                bob.ask("{\"type\":\"message\",\"data\":\"served\"}", "ack");
                var seen = ann.inbox().upTo(message -> message.has("data"));
                assertThat(seen)
                        .as("nobody told yet")
                        .noneMatch(message ->
                                message.path("type").asString("").equals("shutdown_warning"));
                assertThat(Http.get(server.onPublicPort("/health")).statusCode())
                        .isEqualTo(503);

                ann.next("shutdown_warning");
                bob.next("shutdown_warning");
                ann.leave();
                bob.leave();
                assertThat(server.awaitExit()).isZero();
            }
        }
    }

    @Test
    void aSecondSignalEndsTheDrainDelayAsWell() {
        try (var server = ServerProcess.start(PATIENT.with(Keys.DRAIN_DELAY, "600s"));
                var ann = RoomsShutdownIT.join(server, "ann")) {
            server.signal("TERM");
            server.err().await("drain started");
            server.signal("TERM");

            assertThat(ann.inbox().awaitClose().code()).isEqualTo(1001);
            assertThat(server.awaitExit()).isEqualTo(3);
        }
    }
}
