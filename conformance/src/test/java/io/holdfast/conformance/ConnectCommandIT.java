package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.client.Event;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.json.JsonWriter;
import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.client.Json;
import io.holdfast.conformance.process.CommandRun;
import io.holdfast.conformance.process.FreePort;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.process.StoreKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code holdfast connect}, piped and in a terminal. */
class ConnectCommandIT {
    /** Clears the screen, sets the title, rings, turns the writing, and fakes a line. */
    private static final String HOSTILE = "\u001b[2J\u001b]0;owned\u0007\u009b31m\u202e\r\nfake";

    private static final String HARMLESS =
            "\\u001b[2J\\u001b]0;owned\\u0007\\u009b31m\\u202e\\r\\nfake";
    private static final char ESCAPE = '\u001b';

    @TempDir
    Path directory = Path.of("");

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    private <T extends AutoCloseable> T opened(T one) {
        opened.add(one);
        return one;
    }

    private static String url(ServerProcess server) {
        return "ws://127.0.0.1:" + server.http();
    }

    /** Another client, who has joined the kitchen. */
    private HoldfastClient bob(ServerProcess server, List<Event.Message> heard) throws Exception {
        HoldfastClient bob = opened(HoldfastClient.feed()
                .url(url(server))
                .clientId("bob")
                .listener(event -> {
                    if (event instanceof Event.Message message) {
                        heard.add(message);
                    }
                })
                .open());
        bob.join("kitchen").get(Inbox.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return bob;
    }

    private static void say(HoldfastClient client, String room, String text) throws Exception {
        client.send(room, JsonWriter.quoted(text))
                .get(Inbox.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void pipedLinesAreSaidAndTheEndOfInputEndsItWhenAllAreAcked() throws Exception {
        ServerProcess server = opened(ServerProcess.start(Settings.QUIET));
        List<Event.Message> heard = new CopyOnWriteArrayList<>();
        bob(server, heard);
        CommandRun piped = opened(CommandRun.start("connect", url(server), "--client-id", "ann"));
        piped.type("""
                to the lobby
                /join kitchen
                to the kitchen
                /json {"n": 1}
                /to bob psst
                /who
                //slash
                """);
        piped.endInput();
        assertThat(piped.awaitExit()).isZero();
        await().atMost(Inbox.PATIENCE).until(() -> heard.size() >= 5);
        assertThat(heard)
                .extracting(message -> message.room() + " " + message.data())
                .contains("null \"psst\"") // In a stream of its own, and so at any place.
                .filteredOn(line -> !line.startsWith("null"))
                .containsExactly(
                        "lobby \"to the lobby\"",
                        "kitchen \"to the kitchen\"",
                        "kitchen {\"n\": 1}",
                        "kitchen \"/slash\"");
        assertThat(piped.out().all()).containsExactly("#kitchen 2 clients: bob, ann");
        assertThat(piped.err().all()).contains("* connected as ann");
    }

    @Test
    void whatAStrangerSendsCannotActOnATerminal() throws Exception {
        ServerProcess server = opened(ServerProcess.start(Settings.QUIET));
        HoldfastClient bob = bob(server, new CopyOnWriteArrayList<>());
        CommandRun plain =
                opened(CommandRun.start("connect", url(server), "--listen", "--room", "kitchen"));
        CommandRun json = opened(CommandRun.start(
                "connect", url(server), "--listen", "--json", "--room", "kitchen"));
        await().atMost(Inbox.PATIENCE).until(() -> bob.who("kitchen").get().count() == 3);
        say(bob, "kitchen", HOSTILE);
        assertThat(plain.out().await("fake")).isEqualTo("#kitchen bob: " + HARMLESS);
        String line = json.out().await("fake");
        assertThat(line.chars()).allMatch(c -> c >= ' ' && c < 0x7F);
        assertThat(Json.parse(line).path("data").asString()).isEqualTo(HOSTILE);
        assertThat(plain.interrupt().awaitExit()).isZero();
        assertThat(json.interrupt().awaitExit()).isZero();
    }

    @Test
    void aRestartIsShownAndNothingIsMissed() throws Exception {
        Settings settings = Settings.QUIET
                .with(StoreKeys.DIRECTORY, directory)
                .with(Keys.ROOMS_SHUTDOWN_TIMEOUT, "1s")
                .flag("--port", Integer.toString(FreePort.next()));
        ServerProcess first = opened(ServerProcess.start(settings));
        CommandRun ann = opened(CommandRun.start(
                "connect", url(first), "--client-id", "ann", "--resume", "--room", "kitchen"));
        ann.type("before\n/who\n");
        ann.out().await("#kitchen 1 client: ann");
        first.signal("TERM").awaitExit();
        ann.err().await("* disconnected: ");
        ann.type("while away\n");
        ServerProcess second = opened(ServerProcess.start(settings));
        say(bob(second, new CopyOnWriteArrayList<>()), "kitchen", "perhaps before ann was back");
        ann.err().await("* back in the same session");
        ann.out().await("#kitchen bob: perhaps before ann was back");
        assertThat(ann.endInput().awaitExit()).isZero();
    }

    @Test
    void aTerminalHasColoursHistoryAndACleanEnd() throws Exception {
        ServerProcess server = opened(ServerProcess.start(Settings.QUIET));
        List<Event.Message> heard = new CopyOnWriteArrayList<>();
        HoldfastClient bob = bob(server, heard);
        CommandRun ann = opened(CommandRun.inTerminal(
                Map.of("TERM", "xterm-256color", "XDG_STATE_HOME", directory.toString()),
                "connect",
                url(server),
                "--client-id",
                "ann",
                "--room",
                "kitchen"));
        ann.out().await(ESCAPE + "[32mconnected");
        ann.type("a back\\slash and \"quotes!\r");
        await().atMost(Inbox.PATIENCE).until(() -> !heard.isEmpty());
        assertThat(heard.getFirst().text()).contains("a back\\slash and \"quotes!");
        say(bob, "kitchen", HOSTILE);
        assertThat(ann.out().await("fake"))
                .endsWith(HARMLESS)
                .doesNotContain(ESCAPE + "[2J", ESCAPE + "]0;owned", "\u0007", "\u009b");
        ann.type("/nonsense\r");
        ann.out().await("There is no /nonsense. /help lists what there is");
        ann.type("\u0003"); // Ctrl-C
        ann.out().await("left");
        assertThat(ann.awaitExit()).isZero();
        Path history = directory.resolve("holdfast/connect-history");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(history)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(history)).contains("quotes!", "/nonsense");
    }

    @Test
    void noColoursWhereTheyAreNotWanted() throws Exception {
        ServerProcess server = opened(ServerProcess.start(Settings.QUIET));
        CommandRun ann = opened(CommandRun.inTerminal(
                Map.of(
                        "TERM",
                        "xterm-256color",
                        "NO_COLOR",
                        "1",
                        "XDG_STATE_HOME",
                        directory.toString()),
                "connect",
                url(server)));
        assertThat(ann.out().await(" connected as")).doesNotContain(ESCAPE + "[32m");
        ann.type("\u0004"); // Ctrl-D
        assertThat(ann.awaitExit()).isZero();
    }

    @Test
    void whatGoesWrongIsToldAndLeavesAStatus() throws Exception {
        ServerProcess server = opened(ServerProcess.start(Settings.QUIET));
        CommandRun mistyped = opened(CommandRun.start("connect", url(server)));
        assertThat(mistyped.type("/foo\n").endInput().awaitExit()).isEqualTo(1);
        assertThat(mistyped.err().all()).anyMatch(line -> line.contains("There is no /foo."));
        CommandRun refused = opened(CommandRun.start("connect", url(server)));
        assertThat(refused.type("/to nobody hi\n").endInput().awaitExit()).isEqualTo(1);
        assertThat(refused.err().all()).anyMatch(line -> line.contains("not_connected"));
        CommandRun alone = opened(CommandRun.start("connect", "127.0.0.1:1", "--timeout", "1s"));
        assertThat(alone.endInput().awaitExit()).isEqualTo(3);
        assertThat(alone.err().all()).anyMatch(line -> line.contains("Is the server running?"));
        assertThat(opened(CommandRun.start("connect", "ftp://x")).awaitExit()).isEqualTo(2);
    }

    @Test
    void withoutCredentialsItEndsAtOnceAndSaysSo() throws Exception {
        ServerProcess server = opened(ServerProcess.start(
                Settings.QUIET.with(Keys.TOKENS, "tester:a-token-of-32-characters-at-least")));
        CommandRun ann = opened(CommandRun.start("connect", url(server)));
        assertThat(ann.awaitExit()).isEqualTo(4);
        assertThat(ann.err().all()).anyMatch(line -> line.contains("credentials were refused"));
    }
}
