package io.holdfast.conformance.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.Json;
import io.holdfast.conformance.process.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/** Node's ws package as a server, with permessage-deflate for whatever length. Needs node and npm. */
public final class NodeWsServer implements ForeignServer {
    private static final Path SOURCES = Path.of("src", "test", "node");
    /** Its own: the client's test installs ws beside this one, at the same time. */
    private static final Path DIRECTORY = Path.of("target", "node-server").toAbsolutePath();

    private final Tool.Run node;
    private final int port;

    public NodeWsServer() {
        install();
        node = Tool.start(
                DIRECTORY, Map.of(), List.of(Tool.require("node").toString(), "server.mjs"));
        port = Json.parse(node.lines().await("\"listening\"")).path("port").asInt();
    }

    private static void install() {
        var npm = Tool.require("npm");
        try {
            Files.createDirectories(DIRECTORY);
            for (var name : List.of(".npmrc", "package.json", "package-lock.json", "server.mjs")) {
                Files.copy(
                        SOURCES.resolve(name),
                        DIRECTORY.resolve(name),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException failed) {
            throw new AssertionError(failed);
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

    @Override
    public String url() {
        return "ws://127.0.0.1:" + port;
    }

    @Override
    public int asked(String path) {
        return (int) node.lines().soFar().stream()
                .filter(line -> line.equals("{\"asked\":\"" + path + "\"}"))
                .count();
    }

    @Override
    public void close() {
        node.close();
    }
}
