package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.names;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.BotClient;
import io.holdfast.conformance.client.ResumingBot;
import io.holdfast.conformance.process.Keys;
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

/** Bots over a restart of the server: a graceful one, and a SIGKILL with a durable store. */
class BotRestartIT {
    @TempDir
    Path directory = Path.of("");

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (var one : opened) {
            one.close();
        }
    }

    private ServerProcess start(String engine) {
        var server = ServerProcess.start(Settings.QUIET
                .with(StoreKeys.ENGINE, engine)
                .with(StoreKeys.DIRECTORY, directory)
                .with(StoreKeys.HISTORY_SIZE, 100_000)
                .with(Keys.BOT_SHUTDOWN_TIMEOUT, "0"));
        opened.add(server);
        return server;
    }

    private ResumingBot arrived(ServerProcess server, String key) {
        var bot = ResumingBot.of(server.botPort(), key);
        opened.add(bot);
        bot.come();
        return bot;
    }

    private static JsonNode stream(JsonNode welcome, String name) {
        return welcome.path("streams").path(name);
    }

    private static boolean restored(JsonNode welcome) {
        return welcome.path("session_restored").asBoolean(false);
    }

    @Test
    void aDrainAndARestartLoseNoSessionNoMessageAndNoId() {
        var first = start("memory");
        var ann = arrived(first, "ann");
        ann.join("room");
        ann.connection().finishWriting();
        ann.connection().awaitEnd();
        var bob = arrived(first, "bob");
        bob.join("room");
        var id = bob.publish("room", "1");
        var ack = bob.answerTo(id);
        for (var i = 2; i <= 5; i++) {
            bob.published("room", Integer.toString(i));
        }
        bob.answerTo(bob.direct("ann", "\"queued\""));
        bob.readUntil("room", 5);
        first.signal("TERM");
        assertThat(bob.readTo("serverShutdown")
                        .path("data")
                        .path("reconnect_after")
                        .asInt())
                .isPositive();
        assertThat(bob.connection().awaitEnd()).isEqualTo(BotClient.End.FIN);
        assertThat(first.awaitExit()).isZero();
        var second = start("memory");

        var bobs = bob.movedTo(second.botPort()).comeBack();
        assertThat(restored(bobs)).isTrue();
        assertThat(stream(bobs, "room").path("recovered").asInt(-1)).isZero();
        bob.connection()
                .send("{\"event\":\"message\",\"room\":\"room\",\"data\":1,\"id\":\"" + id + "\"}");
        assertThat(bob.readTo("ack")).as("a repeat").isEqualTo(ack);
        var anns = ann.movedTo(second.botPort()).comeBack();
        assertThat(restored(anns)).isTrue();
        assertThat(anns.path("server_status").asString()).isEqualTo("running");
        assertThat(names(anns.path("streams"))).containsExactlyInAnyOrder("bot", "room", "@ann");
        assertThat(stream(anns, "@ann").path("recovered").asInt()).isEqualTo(1);
        assertThat(bob.published("room", "6").path("seq").asInt()).isEqualTo(6);
        ann.readUntil("room", 6);
        ann.readUntil("@ann", 1);
        assertThat(ann.data("room")).containsExactly("1", "2", "3", "4", "5", "6");
        assertThat(ann.data("@ann")).containsExactly("\"queued\"");
    }

    @Test
    void afterAKillEverythingAckedIsThereExactlyOnce() {
        var first = start("disk");
        var ann = arrived(first, "ann");
        ann.join("room");
        var bob = arrived(first, "bob");
        var id = bob.publish("room", "0");
        var ack = bob.answerTo(id);
        ann.readUntil("room", 1);
        ann.connection().cut();
        var texts = new ArrayList<>(List.of("0"));
        for (var i = 1; i <= 400; i++) {
            texts.add(Integer.toString(i));
            bob.publish("room", texts.getLast());
        }
        // Killed while some are committed, some are on their way and some acks are.
        while (bob.unacked().size() > 200) {
            bob.read();
        }
        first.signal("KILL");
        first.awaitExit();
        var second = start("disk");

        assertThat(restored(ann.movedTo(second.botPort()).comeBack())).isTrue();
        assertThat(restored(bob.movedTo(second.botPort()).comeBack())).isTrue();
        bob.unacked()
                .forEach(sent -> assertThat(BotClient.event(bob.answerTo(sent))).isEqualTo("ack"));
        bob.connection()
                .send("{\"event\":\"message\",\"room\":\"room\",\"data\":0,\"id\":\"" + id + "\"}");
        assertThat(bob.readTo("ack")).as("a repeat").isEqualTo(ack);
        ann.readUntil("room", texts.size());
        assertThat(ann.data("room")).isEqualTo(texts);
        assertThat(bob.published("room", "1").path("seq").asInt()).isEqualTo(texts.size() + 1);
    }

    @Test
    void aKillWithTheMemoryEngineIsOwnedUpTo() {
        var first = start("memory");
        var ann = arrived(first, "ann");
        ann.readThroughOwn("bot");
        first.signal("KILL");
        first.awaitExit();
        var second = start("memory");

        var welcome = ann.movedTo(second.botPort()).comeBack();

        assertThat(restored(welcome)).isFalse();
        assertThat(stream(welcome, "bot").path("gap").toString())
                .isEqualTo("{\"reason\":\"epoch\"}");
        assertThat(BotClient.event(ann.published("bot", "1"))).isEqualTo("ack");
    }
}
