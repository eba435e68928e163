package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A start that fails says why in one line and exits with status 2. */
class StartUpIT {
    @TempDir
    Path directory = Path.of("");

    @Test
    void aReadyServerSaysItsPortsAndItsProcess() {
        try (var server = ServerProcess.start(Settings.QUIET)) {
            assertThat(server.readyLine())
                    .matches("READY http=\\d+ bot=\\d+ operations=\\d+ pid=\\d+")
                    .endsWith("pid=" + server.pid());
            assertThat(server.out().soFar()).hasSize(1);
        }
    }

    @Test
    void logsAreOneJsonEventALine() {
        try (var server = ServerProcess.start(Settings.QUIET)) {
            server.signal("TERM");
            assertThat(server.awaitExit()).isZero();
            assertThat(server.err().all())
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(io.holdfast.conformance.client.Json.parse(line)
                                    .isObject())
                            .isTrue());
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = String.valueOf(taken.getLocalPort());
            assertRefused(ServerProcess.launch(Settings.QUIET.flag("--port", port)), port);
        }
    }

    /** RFC 5737 keeps 192.0.2.1 for documents: it is no address of any machine. */
    @Test
    void anAddressOfAnotherMachineIsNamedAsThat() throws IOException {
        assertRefused(
                ServerProcess.launch(Settings.QUIET.with("server.host", "192.0.2.1")),
                "192.0.2.1",
                "give an address of this machine");
    }

    @Test
    void anOperationsPortThatIsTakenIsNamed() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = String.valueOf(taken.getLocalPort());
            assertRefused(
                    ServerProcess.launch(Settings.QUIET.flag("--operations-port", port)), port);
        }
    }

    @Test
    void aBotPortThatIsTakenIsNamed() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = String.valueOf(taken.getLocalPort());
            assertRefused(
                    ServerProcess.launch(Settings.QUIET.flag("--bot-port", port)),
                    "127.0.0.1:" + port,
                    "choose another with bot.port");
        }
    }

    @Test
    void anUnknownKeyIsNamedWithItsFileAndLine() throws IOException {
        var file = config("[server]\nhost = 127.0.0.1\n\n[rooms]\nbroadcast_intervall = 10\n");

        assertRefused(serve(file), "broadcast_intervall", file.getFileName().toString(), "5");
    }

    @Test
    void anUnknownSectionIsNamed() throws IOException {
        assertRefused(serve(config("[rooom]\nx = 1\n")), "rooom");
    }

    @Test
    void aWrongTypeIsNamedWithWhatIsAllowed() throws IOException {
        var file = config("[rooms]\nmax_messages_per_minute = many\n");

        assertRefused(
                serve(file),
                "max_messages_per_minute",
                "many",
                file.getFileName().toString(),
                "2");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertRefused(serve(directory.resolve("missing.ini")), "missing.ini");
    }

    @Test
    void aDirectoryIsNoFile() {
        assertRefused(serve(directory), directory.getFileName().toString());
    }

    @Test
    void aFileThatIsNotIniIsRefused() throws IOException {
        assertRefused(serve(config("{\"server\": {}}\n")), "holdfast.ini");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--prot=1",
                "--port=http",
                "--port=70000",
                "--bot-port=9000x",
                "--set=rooms",
                "--set=rooms.nothing=1"
            })
    void aBadFlagIsNamed(String flag) {
        var named = flag.startsWith("--set") ? "rooms" : flag.substring(2, 6);
        assertRefused(ServerProcess.command("serve", flag), named);
    }

    @Test
    void checkConfigIsContentWithAGoodFile() throws IOException {
        var file = config("[rooms]\nbroadcast_interval = 30s\nshutdown_timeout = 5m\n");
        try (var check = ServerProcess.command("check-config", "--config", file.toString())) {
            assertThat(check.awaitExit()).isZero();
            assertThat(check.out().all()).noneMatch(line -> line.startsWith("READY"));
        }
    }

    @Test
    void checkConfigRefusesWhatServeWouldRefuse() throws IOException {
        var file = config("[limits]\nnothing_like_this = 1\n");

        assertRefused(
                ServerProcess.command("check-config", "--config", file.toString()),
                "nothing_like_this",
                file.getFileName().toString(),
                "2");
    }

    @Test
    void printConfigSaysWhereEachValueCameFromAndMasksSecrets() {
        var settings = Settings.QUIET
                .with(Keys.TOKENS, "tester:correct-horse-battery-staple")
                .argument("--set", "rooms.shutdown_timeout=77", "--print-config");
        try (var server = ServerProcess.launch(settings)) {
            var timeout = server.out().await("shutdown_timeout", "77");
            assertThat(timeout).containsAnyOf("--set", "flag", "command");
            assertThat(server.out().await("max_messages_per_minute")).contains("holdfast.ini");
            var tokens = server.out().await("tokens");
            assertThat(tokens).contains("***").doesNotContain("correct-horse-battery-staple");
            server.out().await("drain_rate", "default");
        }
    }

    @Test
    void aFlagWinsOverTheFile() {
        var settings = Settings.QUIET.with("server.port", "1").argument("--print-config");
        try (var server = ServerProcess.launch(settings)) {
            server.out()
                    .await(line -> line.matches(".*\\bport\\b.*\\b0\\b.*"), "with the flag's port");
        }
    }

    @Test
    void aSignalDuringTheStartEndsTheProcess() {
        try (var server = ServerProcess.launch(Settings.QUIET)) {
            server.signal("TERM");

            // 143: the JVM's own answer to SIGTERM, before the server handles it.
            assertThat(server.awaitExit()).isIn(0, 143);
        }
    }

    @Test
    void aSignalAtTheMomentOfReadinessEndsTheProcessInOrder() {
        try (var server = ServerProcess.launch(Settings.QUIET)) {
            server.awaitReady().signal("TERM");

            assertThat(server.awaitExit()).isZero();
        }
    }

    @Test
    void everyCommandHasHelp() {
        for (var command : new String[] {"serve", "check-config"}) {
            try (var help = ServerProcess.command(command, "--help")) {
                assertThat(help.awaitExit()).isZero();
                assertThat(String.join("\n", help.out().all()))
                        .contains(command)
                        .contains("--config");
            }
        }
    }

    private Path config(String text) throws IOException {
        return Files.writeString(directory.resolve("holdfast.ini"), text);
    }

    private static ServerProcess serve(Path config) {
        return ServerProcess.command(
                "serve",
                "--port",
                "0",
                "--bot-port",
                "0",
                "--operations-port",
                "0",
                "--config",
                config.toString());
    }

    private static void assertRefused(ServerProcess process, String... named) {
        try (process) {
            assertThat(process.awaitExit())
                    .as(() -> String.join("\n", process.err().tail(20)))
                    .isEqualTo(2);
            assertThat(process.out().all()).isEmpty();
            assertThat(process.err().all()).hasSize(1);
            assertThat(process.err().all().getFirst()).contains(named);
        }
    }
}
