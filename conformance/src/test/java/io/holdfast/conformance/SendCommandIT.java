package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.client.Event;
import io.holdfast.client.HoldfastClient;
import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.client.Json;
import io.holdfast.conformance.process.AckSwallower;
import io.holdfast.conformance.process.Certificate;
import io.holdfast.conformance.process.CommandRun;
import io.holdfast.conformance.process.FreePort;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.process.StoreKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code holdfast send}: its exit status says whether the server has the message. */
class SendCommandIT {
    private static final String TOKEN = "a-token-of-32-characters-at-least";

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

    private ServerProcess start(Settings settings) {
        return opened(ServerProcess.start(settings));
    }

    private CommandRun send(String... arguments) {
        String[] all = IntStream.range(0, arguments.length + 1)
                .mapToObj(i -> i == 0 ? "send" : arguments[i - 1])
                .toArray(String[]::new);
        return opened(CommandRun.start(all));
    }

    /** Hears all messages of a room, over restarts. */
    private List<Event.Message> listenTo(int port, String room) throws Exception {
        List<Event.Message> heard = new CopyOnWriteArrayList<>();
        HoldfastClient client = opened(HoldfastClient.feed()
                .url("ws://127.0.0.1:" + port)
                .resume()
                .backoff(Duration.ofMillis(50), Duration.ofMillis(500))
                .listener(event -> {
                    if (event instanceof Event.Message message) {
                        heard.add(message);
                    }
                })
                .open());
        client.join(room).get(Inbox.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return heard;
    }

    private static void awaitCount(List<?> list, int count) {
        await().atMost(Inbox.PATIENCE).until(() -> list.size() >= count);
    }

    @Test
    void anAckedMessageIsHeardAndItsPlaceInTheStreamIsPrinted() throws Exception {
        ServerProcess server = start(Settings.QUIET);
        List<Event.Message> heard = listenTo(server.http(), "kitchen");
        String url = "ws://127.0.0.1:" + server.http();
        CommandRun json =
                send(url, "--room", "kitchen", "--format", "json", "--json", "{\"n\": 1}");
        assertThat(json.awaitExit()).isZero();
        awaitCount(heard, 1);
        assertThat(heard.getFirst().data()).isEqualTo("{\"n\": 1}");
        var ack = Json.parse(json.out().all().getFirst());
        assertThat(ack.path("stream").asString()).isEqualTo("kitchen");
        assertThat(ack.path("seq").asLong()).isEqualTo(heard.getFirst().seq());
        assertThat(json.err().all()).isEmpty();

        CommandRun piped =
                send(url, "--room", "kitchen", "-").type("two\nlines\n").endInput();
        assertThat(piped.awaitExit()).isZero();
        awaitCount(heard, 2);
        assertThat(heard.getLast().text()).contains("two\nlines");
        assertThat(piped.out().all()).isEmpty();
    }

    @Test
    void botsAndPipelineApplicationsSendToo() throws Exception {
        ServerProcess server = start(Settings.QUIET);
        List<Event.Message> bots = listenTo(server.http(), "bot");
        List<Event.Message> events = listenTo(server.http(), "deepstream.events");
        CommandRun bot = send("tcp://127.0.0.1:" + server.botPort(), "--key", "door-3", "open");
        assertThat(bot.awaitExit()).isZero();
        awaitCount(bots, 1);
        assertThat(bots.getFirst().from()).isEqualTo("door-3");
        CommandRun application = send(
                "ws://127.0.0.1:" + server.http() + "/deepstream/ws",
                "--event",
                "fps_low",
                "--format",
                "json",
                "9");
        assertThat(application.awaitExit()).isZero();
        awaitCount(events, 1);
        assertThat(events.getFirst().data()).isEqualTo("{\"name\":\"fps_low\",\"data\":9}");
    }

    @Test
    void aRefusalIsStatusOneAndSaysWhy() {
        ServerProcess server = start(Settings.QUIET);
        String url = "ws://127.0.0.1:" + server.http();
        CommandRun refused = send(url, "--room", "deepstream.x", "--json", "hello");
        assertThat(refused.awaitExit()).isEqualTo(1);
        assertThat(refused.err().all()).singleElement().asString().contains("forbidden");
        var outcome = Json.parse(refused.out().all().getFirst());
        assertThat(outcome.path("event").asString()).isEqualTo("not_acked");
        assertThat(outcome.path("code").asString()).isEqualTo("forbidden");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ws://127.0.0.1:1",
                "ftp://127.0.0.1:1 x",
                "ws://127.0.0.1:1 --format json {",
                "ws://127.0.0.1:1 --room a --to b x",
                "ws://127.0.0.1:1 --timeout soon x",
                "ws://127.0.0.1:1 --event e x",
                "ws://127.0.0.1:1 --lines x",
                "ws://127.0.0.1:1 --token-file no-such-file x",
                "tcp://127.0.0.1 x"
            })
    void aWrongCommandLineIsStatusTwoAndOneLine(String arguments) {
        CommandRun wrong = send(arguments.split(" ", -1));
        assertThat(wrong.awaitExit()).isEqualTo(2);
        assertThat(wrong.err().all()).singleElement().asString().startsWith("holdfast: ");
        assertThat(wrong.out().all()).isEmpty();
    }

    @Test
    void noServerWithinTheTimeoutIsStatusThree() {
        CommandRun send = send("ws://127.0.0.1:1", "--timeout", "1s", "x");
        assertThat(send.awaitExit()).isEqualTo(3);
        assertThat(send.err().all()).anyMatch(line -> line.contains("nobody listens there"));
    }

    @Test
    void onlyTheRightTokenIsLetInAndItComesFromTheEnvironmentOrAFile() throws Exception {
        ServerProcess server = start(Settings.QUIET.with(Keys.TOKENS, "tester:" + TOKEN));
        String url = "ws://127.0.0.1:" + server.http();
        assertThat(send(url, "x").awaitExit()).isEqualTo(4);
        Path file = Files.writeString(directory.resolve("token"), TOKEN + "\n");
        assertThat(send(url, "--token-file", file.toString(), "x").awaitExit()).isZero();
        CommandRun environment =
                opened(CommandRun.start(Map.of("HOLDFAST_TOKEN", TOKEN), "send", url, "x"));
        assertThat(environment.awaitExit()).isZero();
        CommandRun wrong =
                opened(CommandRun.start(Map.of("HOLDFAST_TOKEN", "wrong"), "send", url, "x"));
        assertThat(wrong.awaitExit()).isEqualTo(4);
    }

    @Test
    void theTokenInAShellIsNoSettingOfAServerThatIsStartedThere() {
        CommandRun check =
                opened(CommandRun.start(Map.of("HOLDFAST_TOKEN", TOKEN), "check-config"));
        assertThat(check.awaitExit()).isZero();
    }

    @Test
    void aCertificateIsTrustedWhenItIsNamed() throws Exception {
        Certificate certificate = Certificate.make("send-it");
        Path pem = directory.resolve("certificate.pem");
        Path key = directory.resolve("key.pem");
        certificate.write(pem, key);
        ServerProcess server =
                start(Settings.QUIET.with(Keys.TLS_CERTIFICATE, pem).with(Keys.TLS_KEY, key));
        String url = "wss://localhost:" + server.http();
        assertThat(send(url, "--ca", pem.toString(), "x").awaitExit()).isZero();
        CommandRun stranger = send(url, "--timeout", "1s", "x");
        assertThat(stranger.awaitExit()).isEqualTo(3);
        assertThat(stranger.err().all()).anyMatch(line -> line.contains("certificate"));
    }

    @Test
    void linesAreSentInOrderUpToTheFirstThatIsWrong() throws Exception {
        ServerProcess server = start(Settings.QUIET);
        List<Event.Message> heard = listenTo(server.http(), "lobby");
        String url = "ws://127.0.0.1:" + server.http();
        CommandRun lines = send(url, "--lines", "--format", "json");
        lines.type("1\n2\n\n3\n");
        awaitCount(heard, 3); // Each goes as it is read, not at the end of input.
        lines.type("not JSON\n").endInput();
        assertThat(lines.awaitExit()).isEqualTo(2);
        assertThat(lines.err().all()).first().asString().contains("line 5");
        assertThat(heard).extracting(Event.Message::data).containsExactly("1", "2", "3");
    }

    @Test
    void aServerThatComesWithinTheTimeoutIsWaitedFor() throws Exception {
        int port = FreePort.next();
        CommandRun early = send("ws://127.0.0.1:" + port, "--json", "early");
        early.err().await("trying again");
        start(Settings.QUIET.flag("--port", Integer.toString(port)));
        assertThat(early.awaitExit()).isZero();
        assertThat(early.out().all()).singleElement().asString().contains("\"event\":\"ack\"");
    }

    /** The server has the message, the ack is lost, the server ends: the hardest moment. */
    @ParameterizedTest
    @CsvSource({"TERM, memory", "KILL, disk"})
    void aMessageWhoseAckWasLostInARestartIsPublishedOnce(String signal, String engine)
            throws Exception {
        Settings settings = restartable().with(StoreKeys.ENGINE, engine);
        ServerProcess first = start(settings);
        List<Event.Message> heard = listenTo(first.http(), "lobby");
        AckSwallower between = opened(new AckSwallower(first.http()));
        CommandRun send = send("ws://127.0.0.1:" + between.port(), "--json", "once");
        awaitCount(heard, 1);
        await().atMost(Inbox.PATIENCE).until(between::hasSwallowed);
        assertThat(send.isAlive()).as("it does not know yet").isTrue();
        first.signal(signal);
        first.awaitExit();
        ServerProcess second = start(settings);

        assertThat(send.awaitExit()).isZero();
        var ack = Json.parse(send.out().all().getFirst());
        assertThat(ack.path("seq").asLong()).isEqualTo(heard.getFirst().seq());
        assertThat(send("ws://127.0.0.1:" + second.http(), "after").awaitExit()).isZero();
        awaitCount(heard, 2);
        assertThat(heard)
                .extracting(message -> message.text().orElseThrow())
                .containsExactly("once", "after");
    }

    @Test
    void linesGoOnOverARestartAndNoneIsLostOrDoubled() throws Exception {
        Settings settings = restartable();
        ServerProcess first = start(settings);
        List<Event.Message> heard = listenTo(first.http(), "lobby");
        CommandRun lines = send("ws://127.0.0.1:" + first.http(), "--lines", "--format", "json");
        for (int i = 0; i < 300; i++) {
            lines.type(i + "\n");
        }
        awaitCount(heard, 50);
        first.signal("TERM");
        for (int i = 300; i < 600; i++) {
            lines.type(i + "\n");
        }
        first.awaitExit();
        start(settings);
        assertThat(lines.endInput().awaitExit()).isZero();
        awaitCount(heard, 600);
        assertThat(heard)
                .extracting(message -> Integer.valueOf(message.data()))
                .containsExactlyElementsOf(IntStream.range(0, 600).boxed().toList());
    }

    private Settings restartable() throws IOException {
        return Settings.QUIET
                .with(StoreKeys.DIRECTORY, directory)
                .with(Keys.ROOMS_SHUTDOWN_TIMEOUT, "1s")
                .flag("--port", Integer.toString(FreePort.next()));
    }
}
