package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.names;
import static io.holdfast.conformance.client.Json.type;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.CuttableClient;
import io.holdfast.conformance.client.ResumingClient;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.process.StoreKeys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The disk engine over a SIGKILL. */
class StoreDiskIT {
    @TempDir
    Path directory = Path.of("");

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (var one : opened) {
            one.close();
        }
    }

    private ServerProcess start(String... keysAndValues) {
        var settings = Settings.QUIET
                .with(StoreKeys.ENGINE, "disk")
                .with(StoreKeys.DIRECTORY, directory)
                .with(StoreKeys.HISTORY_SIZE, "100000");
        for (var i = 0; i < keysAndValues.length; i += 2) {
            settings = settings.with(keysAndValues[i], keysAndValues[i + 1]);
        }
        var server = ServerProcess.start(settings);
        opened.add(server);
        return server;
    }

    private static void kill(ServerProcess server) {
        server.signal("KILL");
        server.awaitExit();
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
    void afterAKillEverythingAckedIsThereExactlyOnce() {
        var first = start();
        var ann = arrived(first, "ann");
        ann.join("room");
        ann.join("left");
        ann.answerTo(ann.request("\"type\":\"leave\",\"room\":\"left\""));
        var bob = arrived(first, "bob");
        var id = bob.publish("room", "0");
        var ack = bob.answerTo(id);
        ann.readUntil("room", 1);
        ann.connection().cut();
        // Ann's departure is seen when it is queued.
        var directs = 0;
        do {
            directs++;
        } while (!bob.answerTo(bob.direct("ann", Integer.toString(directs)))
                .path("status")
                .asString()
                .equals("queued"));
        var app = CuttableClient.connect(first.http(), "/deepstream/ws");
        opened.add(app);
        app.ask(DeepstreamIT.ready("cam-7", false), "ready_ack");
        var texts = new ArrayList<>(List.of("0"));
        for (var i = 1; i <= 400; i++) {
            texts.add(Integer.toString(i));
            bob.publish("room", texts.getLast());
        }
        // Killed while some are committed, some are on their way and some acks are.
        while (bob.unacked().size() > 200) {
            bob.read();
        }
        kill(first);
        var second = start();

        var anns = ann.movedTo(second.http()).comeBack();
        assertThat(anns.path("session_restored").asBoolean()).isTrue();
        assertThat(names(anns.path("streams"))).containsExactlyInAnyOrder("lobby", "room", "@ann");
        assertThat(stream(anns, "@ann").path("recovered").asInt()).isEqualTo(directs);
        assertThat(stream(anns, "room").path("head").asInt()).isGreaterThanOrEqualTo(200);
        var bobs = bob.movedTo(second.http()).comeBack();
        assertThat(bobs.path("session_restored").asBoolean()).isTrue();
        bob.unacked().forEach(sent -> assertThat(type(bob.answerTo(sent))).isEqualTo("ack"));
        bob.connection()
                .send("{\"type\":\"message\",\"room\":\"room\",\"data\":0,\"id\":\"" + id + "\"}");
        assertThat(bob.readTo("ack")).as("a repeat").isEqualTo(ack);
        ann.readUntil("room", texts.size());
        ann.readUntil("@ann", directs);
        assertThat(ann.data("room")).isEqualTo(texts);
        assertThat(bob.published("room", "1").path("seq").asInt()).isEqualTo(texts.size() + 1);
        var again = CuttableClient.connect(second.http(), "/deepstream/ws");
        opened.add(again);
        assertThat(again.ask(DeepstreamIT.ready("cam-7", true), "reconnection_ack")
                        .path("session_restored")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void aRepeatIsNotAckedBeforeItsOriginalIsOnDisk() {
        var first = start("store.commit_interval", "1s");
        var ann = arrived(first, "ann");
        var text = "{\"type\":\"message\",\"data\":1,\"id\":\"x\"}";
        ann.connection().send(text);
        ann.connection().send(text);
        var ack = ann.readTo("ack");
        kill(first);
        var second = start();

        var lobby = stream(ann.movedTo(second.http()).comeBack(), "lobby");

        assertThat(lobby.path("head").asLong()).isEqualTo(ack.path("seq").asLong());
    }

    @Test
    void withoutFsyncAKillBeginsNewEpochsAndAGracefulStopDoesNot() {
        var first = start(StoreKeys.FSYNC, "off");
        var ann = arrived(first, "ann");
        ann.readThroughOwn("lobby");
        first.signal("TERM");
        ann.connection().close();
        assertThat(first.awaitExit()).isZero();
        var second = start(StoreKeys.FSYNC, "off");

        var graceful = ann.movedTo(second.http()).comeBack();
        assertThat(graceful.path("session_restored").asBoolean()).isTrue();
        assertThat(stream(graceful, "lobby").has("gap")).isFalse();
        ann.readThroughOwn("lobby");
        kill(second);
        var third = start(StoreKeys.FSYNC, "off");

        var killed = ann.movedTo(third.http()).comeBack();
        for (var stream : List.of("lobby", "@ann")) {
            assertThat(stream(killed, stream).path("gap").toString())
                    .isEqualTo("{\"reason\":\"epoch\"}");
            assertThat(stream(killed, stream).path("recovered").asInt(-1)).isZero();
        }
        assertThat(type(ann.published("lobby", "1"))).isEqualTo("ack");
    }
}
