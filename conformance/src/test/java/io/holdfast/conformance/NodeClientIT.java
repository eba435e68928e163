package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.Json;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.process.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Node's ws package as a client, with compression. Needs node and npm. */
class NodeClientIT {
    private static final Path SOURCES = Path.of("src", "test", "node");
    private static final Path DIRECTORY = Path.of("target", "node").toAbsolutePath();

    @BeforeAll
    static void installWs() throws IOException {
        Tool.require("node");
        var npm = Tool.require("npm");
        Files.createDirectories(DIRECTORY);
        for (var name : List.of(".npmrc", "package.json", "package-lock.json", "client.mjs")) {
            Files.copy(
                    SOURCES.resolve(name),
                    DIRECTORY.resolve(name),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        var command = List.of(
                npm.toString(),
                "ci",
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
                "--prefer-offline");
        try (var install = Tool.start(DIRECTORY, Map.of(), command)) {
            assertThat(install.awaitExit())
                    .as(() -> String.join("\n", install.lines().tail(20)))
                    .isZero();
        }
    }

    @Test
    void wsTalksCompressedSeesTheWarningAndIsClosedWith1001() {
        var settings = Settings.QUIET.with("rooms.shutdown_timeout", "2");
        try (var server = ServerProcess.start(settings);
                var ann = RoomsShutdownIT.join(server, "ann");
                var node = Tool.start(
                        DIRECTORY,
                        Map.of(),
                        List.of(
                                Tool.require("node").toString(),
                                "client.mjs",
                                server.webSocket("/ws/node").toString()))) {
            assertThat(node.lines().await("\"open\"")).contains("permessage-deflate");
            node.lines().await("welcome", "Вітаємо");
            ann.next("client_connected");

            node.say("{\"type\":\"message\",\"data\":\"from node 😀\",\"id\":\"n1\"}");
            assertThat(ann.next("message").path("data").asString()).isEqualTo("from node 😀");
            node.lines().await("ack", "n1");
            var long10k = "привіт ".repeat(10_000);
            ann.send("{\"type\":\"message\",\"data\":\"" + long10k + "\"}");
            assertThat(node.lines().await("привіт")).contains(long10k);

            server.signal("TERM");
            node.lines().await("shutdown_warning");
            var close = Json.parse(node.lines().await("\"event\":\"close\""));
            assertThat(close.path("code").asInt()).isEqualTo(1001);
            assertThat(close.path("reason").asString()).isEqualTo("Server shutdown timeout");
            assertThat(node.awaitExit()).isZero();
            assertThat(server.awaitExit()).isZero();
        }
    }
}
