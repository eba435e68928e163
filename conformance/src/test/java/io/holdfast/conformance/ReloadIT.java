package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.type;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.Client;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import org.junit.jupiter.api.Test;

/** SIGHUP: the configuration is read again, under the clients that are there. */
class ReloadIT {
    private static final Settings TWO_A_MINUTE = Settings.QUIET.with(Keys.MESSAGES_PER_MINUTE, "2");

    @Test
    void aLimitThatWasLoweredHoldsForClientsThatAreConnected() {
        try (var server = ServerProcess.start(Settings.QUIET);
                var ann = RoomsShutdownIT.join(server, "ann")) {
            for (var i = 0; i < 10; i++) {
                assertThat(answerToAMessage(ann)).isEqualTo("ack");
            }
            server.reload(TWO_A_MINUTE.file());
            server.err().await("config_reloaded", "rooms.max_messages_per_minute");

            assertThat(answerToAMessage(ann)).isEqualTo("ack");
            assertThat(answerToAMessage(ann)).isEqualTo("ack");
            assertThat(answerToAMessage(ann)).isEqualTo("error");
        }
    }

    @Test
    void aLimitThatWasLiftedHoldsForClientsThatAreConnected() {
        try (var server = ServerProcess.start(TWO_A_MINUTE);
                var ann = RoomsShutdownIT.join(server, "ann")) {
            answerToAMessage(ann);
            answerToAMessage(ann);
            assertThat(answerToAMessage(ann)).isEqualTo("error");
            server.reload(Settings.QUIET.file());
            server.err().await("config_reloaded", "rooms.max_messages_per_minute");

            assertThat(answerToAMessage(ann)).isEqualTo("ack");
        }
    }

    @Test
    void aBrokenFileIsRefusedInOneLineAndTheOldConfigurationStays() {
        try (var server = ServerProcess.start(TWO_A_MINUTE);
                var ann = RoomsShutdownIT.join(server, "ann")) {
            server.reload("[rooms]\nmax_messages_per_minute = many\n");
            var refusal = server.err().await("config_rejected");
            assertThat(refusal)
                    .contains("WARN", "holdfast.ini:2", "max_messages_per_minute", "many");
            answerToAMessage(ann);
            answerToAMessage(ann);
            assertThat(answerToAMessage(ann)).as("still two a minute").isEqualTo("error");

            server.reload(Settings.QUIET.file());
            server.err().await("config_reloaded");
            assertThat(server.err().soFar())
                    .filteredOn(line -> line.contains("config_rejected"))
                    .hasSize(1);
            assertThat(answerToAMessage(ann)).isEqualTo("ack");
        }
    }

    @Test
    void aSettingThatNeedsARestartIsSaidToNeedOne() {
        try (var server = ServerProcess.start(Settings.QUIET);
                var ann = RoomsShutdownIT.join(server, "ann")) {
            server.reload(Settings.QUIET.with(Keys.COMPRESSION, "off").file());

            assertThat(server.err().await("config_reloaded", "server.compression"))
                    .contains("WARN", "next start");
            assertThat(answerToAMessage(ann)).isEqualTo("ack");
        }
    }

    @Test
    void aTokenThatWasAddedLetsItsClientIn() {
        try (var server =
                ServerProcess.start(Settings.QUIET.with(Keys.TOKENS, "one:first-token"))) {
            server.reload(Settings.QUIET
                    .with(Keys.TOKENS, "one:first-token, two:second-token")
                    .file());
            assertThat(server.err().await("config_reloaded", "auth.tokens"))
                    .doesNotContain("second-token");
            try (var two = RoomsShutdownIT.join(server, "two?token=second-token");
                    var one = RoomsShutdownIT.join(server, "one?token=first-token")) {
                assertThat(answerToAMessage(two)).isEqualTo("ack");
                assertThat(answerToAMessage(one)).isEqualTo("ack");
            }
        }
    }

    /** {@code ack}, or {@code error} when the limit was met. */
    private static String answerToAMessage(Client client) {
        client.send("{\"type\":\"message\",\"data\":1}");
        return type(client.inbox()
                .upTo(message -> type(message).equals("ack") || type(message).equals("error"))
                .getLast());
    }
}
