package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.Event;
import io.holdfast.client.HoldfastClient;
import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.process.CommandRun;
import io.holdfast.conformance.process.FreePort;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.process.StoreKeys;
import io.holdfast.conformance.process.Tool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples run as they say, from their sources, and live through a restart of the server. */
class ExamplesIT {
    private static final Path EXAMPLES =
            Path.of("..", "examples").toAbsolutePath().normalize();

    /** A bot waits 2, 4, 8 and 16 s when a server is long in coming on a busy machine. */
    private static final Duration BOT_IS_BACK = Duration.ofSeconds(60);

    @TempDir
    Path store = Path.of("");

    private final List<AutoCloseable> opened = new ArrayList<>();
    private Settings settings = Settings.QUIET;

    @BeforeEach
    void portsThatStay() throws Exception {
        settings = Settings.QUIET
                .with(StoreKeys.DIRECTORY, store)
                .with(Keys.ROOMS_SHUTDOWN_TIMEOUT, "1s")
                .with(Keys.BOT_RECONNECT_AFTER, "2s")
                .flag("--port", Integer.toString(FreePort.next()))
                .flag("--bot-port", Integer.toString(FreePort.next()));
    }

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

    private ServerProcess startServer() {
        return opened(ServerProcess.start(settings));
    }

    /** With the class path that {@code holdfast class-path} prints, as their first lines say. */
    private Tool.Run run(String source, String... arguments) {
        CommandRun classPath = opened(CommandRun.start("class-path"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--class-path",
                classPath.out().await(""),
                EXAMPLES.resolve(source).toString()));
        command.addAll(List.of(arguments));
        return opened(Tool.start(EXAMPLES, Map.of(), command));
    }

    private HoldfastClient client(ServerProcess server, String id) {
        return opened(HoldfastClient.feed()
                .url("ws://127.0.0.1:" + server.http())
                .clientId(id)
                .resume()
                .backoff(Duration.ofMillis(50), Duration.ofMillis(500))
                .open());
    }

    private static <T> T in(CompletableFuture<T> future) throws Exception {
        return future.get(2 * Inbox.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void theFeedHandlerParsesWhatComesAndMissesNothingOverARestart() throws Exception {
        ServerProcess server = startServer();
        Tool.Run feed = run("feed-handler/FeedHandler.java", "ws://127.0.0.1:" + server.http());
        feed.lines().await("listening to measurements");
        HoldfastClient sensor = client(server, "sensor");
        in(sensor.send("measurements", "{\"sensor\":\"boiler\",\"celsius\":70}"));
        feed.lines().await("boiler 70.0 °C, mean of 1: 70.0 °C");
        in(sensor.send("measurements", "\"nonsense\""));
        feed.lines().await("message 2 is passed over");

        server.signal("TERM").awaitExit();
        feed.lines().await("disconnected");
        CompletableFuture<?> meanwhile =
                sensor.send("measurements", "{\"celsius\":95.5, \"sensor\":\"boiler\"}");
        startServer();
        in(meanwhile);
        feed.lines().await("ALARM boiler 95.5 °C, mean of 2: 82.8 °C");
        feed.lines().await("resumed");
        assertThat(feed.lines().soFar())
                .noneMatch(line -> line.startsWith("gap"))
                .as("the first thing that a new user sees is the example")
                .noneMatch(line -> line.contains("SLF4J"));
    }

    @Test
    void theBotAnswersWhoAsksAndCountsOnOverARestart() throws Exception {
        ServerProcess server = startServer();
        Tool.Run bot = run("bot/CountingBot.java", "tcp://127.0.0.1:" + server.botPort());
        bot.lines().await("is connected to");
        HoldfastClient ann = client(server, "ann");
        in(ann.send("bot", "\"!count\""));
        assertThat(reply(ann, bot)).isEqualTo("you are number 1, ann");
        in(ann.send("bot", "\"not for the bot\""));
        in(ann.send("bot", "\"!help\""));
        assertThat(reply(ann, bot)).isEqualTo("say !count and you get a number");

        server.signal("TERM").awaitExit();
        bot.lines().await("disconnected");
        CompletableFuture<?> meanwhile = ann.send("bot", "\"!count\"");
        startServer();
        in(meanwhile);
        assertThat(reply(ann, bot)).isEqualTo("you are number 2, ann");
        in(ann.send("bot", "\"!count\""));
        assertThat(reply(ann, bot)).isEqualTo("you are number 3, ann");
    }

    private static String reply(HoldfastClient client, Tool.Run bot) throws InterruptedException {
        while (true) {
            Event event = client.receive(BOT_IS_BACK);
            assertThat(event)
                    .as(() -> "a reply of the bot, which said " + bot.lines().tail(20))
                    .isNotNull();
            if (event instanceof Event.Message message && "counting-bot".equals(message.from())) {
                assertThat(message.room()).as("for us alone").isNull();
                return message.text().orElseThrow();
            }
        }
    }

    @Test
    void theChatTalksWithoutAnyLibrary() throws Exception {
        ServerProcess server = startServer();
        HoldfastClient ann = client(server, "ann");
        in(ann.connected());
        Tool.Run chat = run("Chat.java", "bob", "ws://127.0.0.1:" + server.http());
        chat.lines().await("welcome", "bob");
        in(ann.say("hello"));
        chat.lines().await("\"data\":\"hello\"");
        chat.say("hi, ann");
        assertThat(messageFrom(ann, "bob")).isEqualTo("hi, ann");
    }

    @Test
    void theResumingExampleMissesNothingOverARestart() throws Exception {
        ServerProcess server = startServer();
        HoldfastClient ann = client(server, "ann");
        in(ann.connected());
        Tool.Run bob = run("Resume.java", "bob", "ws://127.0.0.1:" + server.http());
        bob.say("first");
        assertThat(messageFrom(ann, "bob")).isEqualTo("first");
        server.signal("TERM").awaitExit();
        bob.say("while away");
        CompletableFuture<?> meanwhile = ann.say("while you were away");
        startServer();
        in(meanwhile);
        assertThat(messageFrom(ann, "bob")).isEqualTo("while away");
        bob.lines().await("while you were away");
    }

    private static String messageFrom(HoldfastClient client, String who)
            throws InterruptedException {
        while (true) {
            Event event = client.receive(Inbox.PATIENCE);
            assertThat(event).as("a message from %s", who).isNotNull();
            if (event instanceof Event.Message message && who.equals(message.from())) {
                return message.text().orElseThrow();
            }
        }
    }
}
