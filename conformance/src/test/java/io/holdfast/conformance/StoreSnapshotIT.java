package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.type;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.CuttableClient;
import io.holdfast.conformance.client.ResumingClient;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.process.StoreKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The memory engine over a restart: a graceful one loses nothing, a kill is owned up to. */
class StoreSnapshotIT {
    /** Messages on their way at once; a server takes 512. */
    private static final int WINDOW = 200;

    @TempDir
    Path directory = Path.of("");

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (var one : opened) {
            one.close();
        }
    }

    private ServerProcess start(Settings settings) {
        var server = ServerProcess.start(settings.with(StoreKeys.DIRECTORY, directory)
                .with(Keys.ROOMS_SHUTDOWN_TIMEOUT, "0")
                .with(Keys.DEEPSTREAM_SHUTDOWN_TIMEOUT, "0"));
        opened.add(server);
        return server;
    }

    private static void stop(ServerProcess server) {
        server.signal("TERM");
        assertThat(server.awaitExit()).isZero();
    }

    private ResumingClient arrived(ServerProcess server, String id) {
        var client = ResumingClient.of(server.http(), "/ws/" + id);
        opened.add(client);
        client.come();
        return client;
    }

    private static JsonNode stream(JsonNode ack, String name) {
        return ack.path("streams").path(name);
    }

    @Test
    void aGracefulRestartLosesNoSessionNoMessageAndNoId() {
        // Longer than a start takes on a busy machine.
        var settings = Settings.QUIET.with(StoreKeys.PRESENCE_GRACE, "100s");
        var first = start(settings);
        var ann = arrived(first, "ann");
        ann.join("room");
        var bob = arrived(first, "bob");
        bob.join("room");
        var id = bob.publish("room", "1");
        var ack = bob.answerTo(id);
        ann.readUntil("room", 1);
        ann.connection().cut();
        for (var i = 2; i <= 6; i++) {
            bob.published("room", Integer.toString(i));
        }
        // Ann's departure is seen when it is queued.
        var directs = 0;
        do {
            directs++;
        } while (!bob.answerTo(bob.direct("ann", Integer.toString(directs)))
                .path("status")
                .asString()
                .equals("queued"));
        bob.readUntil("room", 6);
        stop(first);
        var second = start(settings);

        var bobs = bob.movedTo(second.http()).comeBack();
        assertThat(bobs.path("session_restored").asBoolean()).isTrue();
        assertThat(stream(bobs, "room").path("recovered").asInt(-1)).isZero();
        bob.connection()
                .send("{\"type\":\"message\",\"room\":\"room\",\"data\":1,\"id\":\"" + id + "\"}");
        assertThat(bob.readTo("ack")).as("a repeat").isEqualTo(ack);

        var anns = ann.movedTo(second.http()).comeBack();
        assertThat(anns.path("session_restored").asBoolean()).isTrue();
        assertThat(anns.path("server_status").asString()).isEqualTo("running");
        assertThat(stream(anns, "room").path("recovered").asInt()).isEqualTo(5);
        assertThat(stream(anns, "@ann").path("recovered").asInt()).isEqualTo(directs);
        assertThat(bob.published("room", "7").path("seq").asInt()).isEqualTo(7);
        ann.readUntil("room", 7);
        ann.readUntil("@ann", directs);
        assertThat(ann.data("room")).containsExactly("1", "2", "3", "4", "5", "6", "7");
        assertThat(bob.readThroughOwn("lobby").stream().map(message -> type(message)))
                .as("ann was never gone")
                .doesNotContain("client_connected", "client_disconnected");
    }

    @Test
    void aStartThatFailsLeavesTheSnapshotToTheNext() throws IOException {
        var first = start(Settings.QUIET);
        var ann = arrived(first, "ann");
        ann.published("lobby", "1");
        stop(first);
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var failed = ServerProcess.launch(Settings.QUIET
                    .with(StoreKeys.DIRECTORY, directory)
                    .flag("--port", Integer.toString(taken.getLocalPort())));
            opened.add(failed);
            assertThat(failed.awaitExit()).isEqualTo(2);
        }
        var second = start(Settings.QUIET);

        var anns = ann.movedTo(second.http()).comeBack();
        assertThat(anns.path("session_restored").asBoolean()).isTrue();
        assertThat(stream(anns, "lobby").path("head").asInt()).isEqualTo(1);
    }

    @Test
    void whatIsPublishedWhileTheServerStopsIsThereExactlyOnceOrNotAcked() {
        var settings = Settings.QUIET.with(StoreKeys.HISTORY_SIZE, "100000");
        var first = start(settings);
        var ann = arrived(first, "ann");
        var bob = arrived(first, "bob");
        var texts = new ArrayList<String>();
        for (var i = 0; i < WINDOW; i++) {
            bob.publish("lobby", Integer.toString(i));
            texts.add(Integer.toString(i));
        }
        first.signal("TERM");
        publishUntilClosed(bob, texts);
        assertThat(first.awaitExit()).isZero();
        var second = start(settings);

        var ack = bob.movedTo(second.http()).comeBack();
        assertThat(ack.path("session_restored").asBoolean()).isTrue();
        bob.unacked()
                .forEach(id -> assertThat(bob.answerTo(id).path("status").asString(""))
                        .as(() -> bob.answerTo(id).toString())
                        .isEqualTo("ok"));
        ann.movedTo(second.http()).comeBack();
        ann.readUntil("lobby", texts.size());
        assertThat(ann.data("lobby")).isEqualTo(texts);
    }

    /** As fast as it is acked. What it sends may have arrived, or not. */
    private static void publishUntilClosed(ResumingClient bob, List<String> texts) {
        while (!bob.connection().inbox().isClosed()) {
            while (!bob.connection().inbox().isEmpty()) {
                bob.read();
            }
            if (bob.unacked().size() >= WINDOW) {
                Thread.onSpinWait();
                continue;
            }
            texts.add(Integer.toString(texts.size()));
            try {
                bob.publish("lobby", texts.getLast());
            } catch (UncheckedIOException closedMeanwhile) {
                break;
            }
        }
        while (!bob.connection().inbox().isEmpty()) {
            bob.read();
        }
    }

    @Test
    void aKillIsOwnedUpToAndAnOldSnapshotIsNotUsedAgain() throws IOException {
        var first = start(Settings.QUIET);
        var ann = arrived(first, "ann");
        ann.readThroughOwn("lobby");
        stop(first);
        var kept = Files.readAllBytes(directory.resolve("snapshot"));
        var second = start(Settings.QUIET);
        assertThat(ann.movedTo(second.http())
                        .comeBack()
                        .path("session_restored")
                        .asBoolean())
                .isTrue();
        assertThat(directory.resolve("snapshot")).as("consumed").doesNotExist();
        ann.readThroughOwn("lobby");
        second.signal("KILL");
        second.awaitExit();
        Files.write(directory.resolve("snapshot"), kept);
        var third = start(Settings.QUIET);

        var ack = ann.movedTo(third.http()).comeBack();

        assertThat(ack.path("session_restored").asBoolean(true)).isFalse();
        for (var stream : List.of("lobby", "@ann")) {
            assertThat(stream(ack, stream).path("gap").toString())
                    .isEqualTo("{\"reason\":\"epoch\"}");
            assertThat(stream(ack, stream).path("recovered").asInt(-1)).isZero();
        }
        third.err().await("WARN", "was used by an earlier start", "was not used again");
        assertThat(ann.published("lobby", "1").path("seq").asInt()).isEqualTo(1);
    }

    @Test
    void withoutASnapshotARestartIsOwnedUpTo() {
        var forgetful = Settings.QUIET.with(StoreKeys.SNAPSHOT, "off");
        var first = start(forgetful);
        var ann = arrived(first, "ann");
        ann.readThroughOwn("lobby");
        stop(first);
        assertThat(directory).isEmptyDirectory();
        var second = start(forgetful);

        var ack = ann.movedTo(second.http()).comeBack();

        assertThat(ack.path("session_restored").asBoolean(true)).isFalse();
        assertThat(stream(ack, "lobby").path("gap").toString()).isEqualTo("{\"reason\":\"epoch\"}");
    }

    @Test
    void anApplicationThatWasClosedByTheShutdownFindsItsSessionAgain() {
        var first = start(Settings.QUIET);
        var app = CuttableClient.connect(first.http(), "/deepstream/ws");
        opened.add(app);
        app.ask(DeepstreamIT.ready("cam-7", false), "ready_ack");
        first.signal("TERM");
        assertThat(app.inbox().awaitClose().code()).isEqualTo(1001);
        assertThat(first.awaitExit()).isZero();
        var second = start(Settings.QUIET);
        var again = CuttableClient.connect(second.http(), "/deepstream/ws");
        opened.add(again);

        var ack = again.ask(DeepstreamIT.ready("cam-7", true), "reconnection_ack");

        assertThat(ack.path("session_restored").asBoolean()).isTrue();
    }
}
