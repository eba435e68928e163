package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import org.junit.jupiter.api.Test;

/** The environment: the three plain names, the long ones, and what wins. */
class EnvironmentIT {
    private static final Settings BY_DEFAULT =
            Settings.QUIET.without(Keys.BROADCAST_INTERVAL).without(Keys.ROOMS_SHUTDOWN_TIMEOUT);

    @Test
    void shutdownTimeoutSetsHowLongRoomsClientsHave() {
        assertThat(toldTimeout(BY_DEFAULT.environment("SHUTDOWN_TIMEOUT", "77")))
                .isEqualTo(77);
    }

    @Test
    void theEnvironmentWinsOverTheFileAndTheLongNameOverThePlainOne() {
        var inFile = BY_DEFAULT.with(Keys.ROOMS_SHUTDOWN_TIMEOUT, "55");
        var plain = inFile.environment("SHUTDOWN_TIMEOUT", "66");
        var both = plain.environment("HOLDFAST_ROOMS_SHUTDOWN_TIMEOUT", "77");

        assertThat(toldTimeout(plain)).isEqualTo(66);
        assertThat(toldTimeout(both)).isEqualTo(77);
        assertThat(toldTimeout(both.argument("--set", Keys.ROOMS_SHUTDOWN_TIMEOUT + "=88")))
                .as("a flag wins over all")
                .isEqualTo(88);
    }

    @Test
    void broadcastIntervalSetsThePeriodicMessage() {
        try (var server = ServerProcess.start(BY_DEFAULT.environment("BROADCAST_INTERVAL", "1"));
                var ann = RoomsShutdownIT.join(server, "ann")) {
            ann.next("periodic");
            assertThat(ann.next("periodic").path("connections").asInt()).isEqualTo(1);
        }
    }

    @Test
    void logLevelSetsWhatIsLogged() {
        try (var loud = ServerProcess.start(BY_DEFAULT.environment("LOG_LEVEL", "INFO"));
                var quiet = ServerProcess.start(BY_DEFAULT.environment("LOG_LEVEL", "ERROR"))) {
            loud.signal("TERM");
            quiet.signal("TERM");

            assertThat(loud.awaitExit()).isZero();
            assertThat(quiet.awaitExit()).isZero();
            assertThat(loud.err().all()).anyMatch(line -> line.contains("verdict"));
            assertThat(quiet.err().all()).isEmpty();
        }
    }

    @Test
    void aVariableThatIsWrongStopsTheStartAndIsNamed() {
        assertRefused("SHUTDOWN_TIMEOUT", "soon");
        assertRefused("LOG_LEVEL", "CHATTY");
        assertRefused("HOLDFAST_ROOMS_NOTHING_LIKE_THIS", "1");
    }

    private static int toldTimeout(Settings settings) {
        try (var server = ServerProcess.start(settings);
                var ann = RoomsShutdownIT.join(server, "ann")) {
            server.signal("TERM");
            return ann.next("shutdown_warning").path("timeout_seconds").asInt();
        }
    }

    private static void assertRefused(String name, String value) {
        try (var server = ServerProcess.launch(Settings.QUIET.environment(name, value))) {
            assertThat(server.awaitExit()).isEqualTo(2);
            assertThat(server.err().all()).hasSize(1);
            assertThat(server.err().all().getFirst()).contains(name);
        }
    }
}
