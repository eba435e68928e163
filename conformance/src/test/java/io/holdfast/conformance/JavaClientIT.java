package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.client.Ack;
import io.holdfast.client.ClientBuilder;
import io.holdfast.client.ClientException;
import io.holdfast.client.ClosedCause;
import io.holdfast.client.ErrorKind;
import io.holdfast.client.Event;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.Presence;
import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.process.Certificate;
import io.holdfast.conformance.process.FreePort;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.process.StoreKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Our own Java client against the real server in a process of its own. */
class JavaClientIT {
    /** Messages on their way at once. */
    private static final int WINDOW = 50;

    @TempDir
    Path directory = Path.of("");

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }

    private ServerProcess start(Settings settings) {
        ServerProcess server = ServerProcess.start(settings);
        opened.add(server);
        return server;
    }

    private HoldfastClient open(ClientBuilder builder) throws Exception {
        HoldfastClient client = builder.open();
        opened.add(client);
        client.connected().get(Inbox.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return client;
    }

    private static ClientBuilder client(int port, String id) {
        return HoldfastClient.feed()
                .url("ws://127.0.0.1:" + port)
                .clientId(id)
                .backoff(Duration.ofMillis(50), Duration.ofMillis(500));
    }

    private static ClientBuilder bot(int port, String id) {
        return HoldfastClient.bot()
                .url("tcp://127.0.0.1:" + port)
                .clientId(id)
                .resume()
                .backoff(Duration.ofMillis(50), Duration.ofMillis(500));
    }

    private static <T> T in(CompletableFuture<T> future) throws Exception {
        return future.get(Inbox.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static Event.Message message(HoldfastClient client) throws InterruptedException {
        while (true) {
            Event event = client.receive(Inbox.PATIENCE);
            assertThat(event).as("a message").isNotNull();
            if (event instanceof Event.Message message) {
                return message;
            }
        }
    }

    @Test
    void aBotShowsFreshCredentialsInTheMiddleOfAConnection() throws Exception {
        ServerProcess server = start(Settings.QUIET);
        HoldfastClient bot = open(bot(server.botPort(), "renewed"));
        String before = token(bot);
        in(bot.reauth());
        assertThat(token(bot)).isNotEqualTo(before);
        assertThat(in(bot.say("still here")).status()).isEqualTo("ok");
        assertThat(bot.metrics().reconnectsPerMinute()).isZero();
    }

    private static String token(HoldfastClient client) throws InterruptedException {
        while (true) {
            Event event = client.receive(Inbox.PATIENCE);
            assertThat(event).as("a session token").isNotNull();
            if (event instanceof Event.SessionToken fresh) {
                return fresh.token();
            }
        }
    }

    @Test
    void twoClientsTalkInRoomsAndAlone() throws Exception {
        ServerProcess server = start(Settings.QUIET);
        HoldfastClient ann = open(client(server.http(), "ann"));
        HoldfastClient bob = open(client(server.http(), "bob").resume());
        in(ann.join("kitchen"));
        in(bob.join("kitchen"));
        assertThat(in(ann.who("kitchen")))
                .isEqualTo(new Presence("kitchen", List.of("ann", "bob"), 2));

        in(ann.send("kitchen", "{\"n\": 1.0}"));
        Event.Message heard = message(bob);
        assertThat(heard.data()).isEqualTo("{\"n\": 1.0}");
        assertThat(heard.from()).isEqualTo("ann");
        assertThat(heard.stream()).isEqualTo("kitchen");

        Ack ack = in(bob.direct("ann", "\"psst\""));
        assertThat(ack.status()).isEqualTo("ok");
        assertThat(message(ann).text()).contains("psst");

        in(bob.leave("kitchen"));
        in(ann.send("kitchen", "2"));
        in(ann.say("привіт"));
        assertThat(message(bob).text()).contains("привіт");
    }

    /** In frames, with gzip: that is what a bot asks for by itself. */
    @Test
    void botsTalkOverTcpAndLongMessagesAreCompressed() throws Exception {
        ServerProcess server = start(Settings.QUIET);
        HoldfastClient ann = open(bot(server.botPort(), "ann"));
        HoldfastClient bob = open(bot(server.botPort(), "bob").linesOnly());
        String large = "привіт ".repeat(10_000);
        Ack ack = in(ann.say(large));
        assertThat(ack.stream()).isEqualTo("bot");
        assertThat(message(bob).text()).contains(large);
        assertThat(ann.metrics().bytesSent()).isLessThan(20_000);
        in(bob.join("kitchen"));
        assertThat(in(ann.who("kitchen")).clients()).containsExactly("bob");
        in(ann.send("kitchen", "{\"n\": 1.0}"));
        assertThat(message(bob).data()).isEqualTo("{\"n\": 1.0}");
        in(bob.direct("ann", "2"));
        assertThat(message(ann).text()).contains(large);
        assertThat(message(ann).data()).isEqualTo("2");
    }

    @Test
    void longMessagesGoBothWaysCompressed() throws Exception {
        ServerProcess server = start(Settings.QUIET);
        HoldfastClient ann = open(client(server.http(), "ann"));
        HoldfastClient bob = open(client(server.http(), "bob"));
        String large = "привіт ".repeat(10_000);
        in(ann.say(large));
        assertThat(message(bob).text()).contains(large);
        assertThat(ann.metrics().bytesSent()).isLessThan(20_000);
    }

    /** TERM is a deploy; KILL loses nothing with a store that syncs. */
    @ParameterizedTest
    @CsvSource({"TERM, memory, rooms", "TERM, disk, rooms", "KILL, disk, rooms", "KILL, disk, bot"})
    void aRestartLosesNoMessageAndDoublesNone(String signal, String engine, String dialect)
            throws Exception {
        Settings settings = Settings.QUIET
                .with(StoreKeys.ENGINE, engine)
                .with(StoreKeys.DIRECTORY, directory)
                .with(StoreKeys.HISTORY_SIZE, "100000")
                .flag("--port", Integer.toString(FreePort.next()))
                .flag("--bot-port", Integer.toString(FreePort.next()));
        ServerProcess first = start(settings);
        boolean bots = dialect.equals("bot");
        int port = bots ? first.botPort() : first.http();
        List<Integer> heard = new CopyOnWriteArrayList<>();
        List<Event> others = new CopyOnWriteArrayList<>();
        open((bots ? bot(port, "reader") : client(port, "reader").resume()).listener(event -> {
            if (event instanceof Event.Message message) {
                heard.add(Integer.parseInt(message.data()));
            } else {
                others.add(event);
            }
        }));
        HoldfastClient writer =
                open(bots ? bot(port, "writer") : client(port, "writer").resume());

        AtomicInteger until = new AtomicInteger(Integer.MAX_VALUE);
        CompletableFuture<Integer> written = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> write(writer, until, written));
        await().atMost(Inbox.PATIENCE).until(() -> heard.size() > 200);
        first.signal(signal);
        first.awaitExit();
        int before = heard.size();
        start(settings);
        await().atMost(Duration.ofSeconds(60)).until(() -> heard.size() > before + 500);
        until.set(0);

        int count = written.get(60, TimeUnit.SECONDS);
        await().atMost(Inbox.PATIENCE).until(() -> heard.size() >= count);
        assertThat(heard).hasSize(count).isSorted();
        assertThat(heard.getLast()).isEqualTo(count - 1);
        assertThat(others)
                .hasAtLeastOneElementOfType(Event.Resumed.class)
                .noneMatch(Event.Gap.class::isInstance);
    }

    /** Numbers in order, each acked in the end. */
    private static void write(
            HoldfastClient writer, AtomicInteger until, CompletableFuture<Integer> written) {
        Semaphore window = new Semaphore(WINDOW);
        int next = 0;
        try {
            while (next < until.get()) {
                window.acquire();
                writer.send(Integer.toString(next++)).whenComplete((ack, failed) -> {
                    window.release();
                    if (failed != null) {
                        written.completeExceptionally(failed);
                    }
                });
            }
            window.acquire(WINDOW);
            written.complete(next);
        } catch (InterruptedException stopped) {
            written.completeExceptionally(stopped);
        }
    }

    @Test
    void aPipelineApplicationIsTerminatedAndSaysSo() throws Exception {
        ServerProcess server = start(Settings.QUIET.with(Keys.ROOMS_SHUTDOWN_TIMEOUT, "1s"));
        List<String> cleaned = new CopyOnWriteArrayList<>();
        HoldfastClient app = open(HoldfastClient.deepstream()
                .url("ws://127.0.0.1:" + server.http())
                .clientId("cam-7")
                .resume()
                .onTerminate(reason -> {
                    cleaned.add(reason);
                    return "sources paused";
                }));
        HoldfastClient dashboard = open(client(server.http(), "dashboard"));
        in(dashboard.join("deepstream.events"));
        in(app.event("fps_low", "{\"fps\":9}"));
        assertThat(message(dashboard).data())
                .isEqualTo("{\"name\":\"fps_low\",\"data\":{\"fps\":9}}");

        server.signal("TERM");
        Event event = app.receive(Inbox.PATIENCE);
        while (!(event instanceof Event.Closed closed)) {
            event = app.receive(Inbox.PATIENCE);
        }
        assertThat(closed.cause()).isEqualTo(ClosedCause.FINISHED);
        assertThat(cleaned).containsExactly("Server shutting down");
        assertThat(server.awaitExit()).isZero();
    }

    @Test
    void aCertificateIsTrustedForItsOwnNameOnly() throws Exception {
        Certificate certificate = Certificate.make("client-it");
        SSLContext trust = Certificate.trusting(certificate);
        Path pem = directory.resolve("certificate.pem");
        Path key = directory.resolve("key.pem");
        certificate.write(pem, key);
        Files.createDirectories(directory);
        Settings settings = Settings.QUIET.with(Keys.TLS_CERTIFICATE, pem).with(Keys.TLS_KEY, key);
        ServerProcess server = start(settings);
        String right = "wss://127.0.0.1:" + server.http();
        HoldfastClient ann =
                open(HoldfastClient.feed().url(right).clientId("ann").tls(trust));
        in(ann.say("over TLS"));

        assertThat(firstFailure(HoldfastClient.feed().url(right)).kind())
                .as("a certificate that nobody vouches for")
                .isEqualTo(ErrorKind.TLS);
        ServerProcess elsewhere = start(settings.with("server.host", "127.0.0.2"));
        ClientException wrongName = firstFailure(
                HoldfastClient.feed().url("wss://127.0.0.2:" + elsewhere.http()).tls(trust));
        assertThat(wrongName.kind()).isEqualTo(ErrorKind.TLS);
        assertThat(wrongName).hasMessageContaining("127.0.0.2");
    }

    private ClientException firstFailure(ClientBuilder builder) throws Exception {
        try (HoldfastClient client = builder.open()) {
            while (true) {
                Event event = client.receive(Inbox.PATIENCE);
                assertThat(event).isNotNull();
                if (event instanceof Event.Disconnected disconnected) {
                    return disconnected.error();
                }
            }
        }
    }
}
