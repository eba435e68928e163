package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.client.Ack;
import io.holdfast.client.ClientBuilder;
import io.holdfast.client.Event;
import io.holdfast.client.HoldfastClient;
import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.client.Json;
import io.holdfast.conformance.process.FreePort;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.process.StoreKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Servers that are restarted twice while clients of each dialect write and read without a pause, all
 * with resume: nothing is lost, nothing comes twice, and each writer's order is kept.
 */
class JavaClientRestartIT {
    /** Of each writer on their way at once. */
    private static final int WINDOW = 30;
    /** A writer's number times this is its first message. */
    private static final int WRITER = 10_000_000;

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path directory = Path.of("");

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<Writer> writers = new ArrayList<>();
    private final List<Reader> readers = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        writers.forEach(Writer::stop);
        for (var one : opened.reversed()) {
            one.close();
        }
    }

    /** Sends numbers, one more each time, until it is stopped and everything is acked. */
    private static final class Writer {
        private final int first;
        private final Function<String, CompletableFuture<Ack>> send;
        private final CompletableFuture<Integer> written = new CompletableFuture<>();
        private volatile boolean stopped;

        Writer(int number, Function<String, CompletableFuture<Ack>> send) {
            this.first = number * WRITER;
            this.send = send;
            Thread.ofVirtual().start(this::run);
        }

        private void run() {
            var window = new Semaphore(WINDOW);
            var next = 0;
            try {
                while (!stopped) {
                    window.acquire();
                    send.apply(Integer.toString(first + next++)).whenComplete((ack, failed) -> {
                        window.release();
                        if (failed != null) {
                            written.completeExceptionally(failed);
                        }
                    });
                }
                window.acquire(WINDOW);
                written.complete(next);
            } catch (InterruptedException ended) {
                written.completeExceptionally(ended);
            }
        }

        void stop() {
            stopped = true;
        }

        /** All that it wrote, in order. */
        List<Integer> numbers() throws Exception {
            var count = written.get(LONG.toSeconds(), TimeUnit.SECONDS);
            return IntStream.range(first, first + count).boxed().toList();
        }
    }

    /** Keeps what it hears, by writer, and where the streams are. */
    private static final class Reader {
        private final List<Integer> writers;
        private final List<Integer> heard = new CopyOnWriteArrayList<>();
        private final List<Event> others = new CopyOnWriteArrayList<>();
        private final Map<String, Long> positions = new LinkedHashMap<>();
        private final List<String> jumps = new CopyOnWriteArrayList<>();

        /** @param writers whose messages it is to hear */
        Reader(Integer... writers) {
            this.writers = List.of(writers);
        }

        void hear(Event event) {
            if (!(event instanceof Event.Message message)) {
                others.add(event);
                return;
            }
            var before = positions.put(message.stream(), message.seq());
            if (before != null && message.seq() != before + 1) {
                jumps.add(message.stream() + ": " + message.seq() + " after " + before);
            }
            var data = Json.parse(message.data());
            heard.add(data.isObject() ? data.path("data").asInt() : data.asInt());
        }

        List<Integer> from(int writer) {
            return heard.stream().filter(number -> number / WRITER == writer).toList();
        }
    }

    private static ClientBuilder builder(String dialect, ServerProcess server, String id) {
        var builder = switch (dialect) {
            case "rooms" -> HoldfastClient.feed();
            case "deepstream" -> HoldfastClient.deepstream();
            default -> HoldfastClient.bot();
        };
        var url = dialect.equals("bot")
                ? "tcp://127.0.0.1:" + server.botPort()
                : "ws://127.0.0.1:" + server.http();
        return builder.url(url)
                .clientId(id)
                .resume()
                .pending(512, 1_024, LONG.multipliedBy(2))
                .backoff(Duration.ofMillis(50), Duration.ofMillis(500));
    }

    private HoldfastClient open(ClientBuilder builder) throws Exception {
        var client = builder.open();
        opened.add(client);
        client.connected().get(Inbox.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return client;
    }

    private HoldfastClient read(ClientBuilder builder, Integer... from) throws Exception {
        var reader = new Reader(from);
        readers.add(reader);
        return open(builder.listener(reader::hear));
    }

    /** Rooms and bots: three write into the room of all, two of them also listen, as one more does. */
    private void everybodyTalks(String dialect, ServerProcess server) throws Exception {
        read(builder(dialect, server, "reader"), 1, 2, 3);
        var first = read(builder(dialect, server, "first"), 1, 2, 3);
        var second = read(builder(dialect, server, "second"), 1, 2, 3);
        var third = open(builder(dialect, server, "third"));
        writers.add(new Writer(1, first::send));
        writers.add(new Writer(2, second::send));
        writers.add(new Writer(3, third::send));
    }

    /** Two applications tell events to a dashboard; an operator talks to one of them alone. */
    private void applicationsWork(ServerProcess server) throws Exception {
        var dashboard = read(builder("rooms", server, "dashboard"), 1, 2);
        dashboard.join("deepstream.events").get(Inbox.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        var camera = read(builder("deepstream", server, "camera"), 3);
        var other = open(builder("deepstream", server, "other"));
        var operator = open(builder("rooms", server, "operator"));
        writers.add(new Writer(1, json -> camera.event("count", json)));
        writers.add(new Writer(2, json -> other.event("count", json)));
        writers.add(new Writer(3, json -> operator.direct("camera", json)));
    }

    @ParameterizedTest
    @CsvSource({
        "KILL, disk, rooms",
        "KILL, disk, deepstream",
        "KILL, disk, bot",
        "TERM, memory, rooms",
        "TERM, memory, bot",
        "TERM, disk, bot"
    })
    void nothingIsLostOrDoubledAndTheOrderIsKept(String signal, String engine, String dialect)
            throws Exception {
        var settings = Settings.QUIET
                .with(StoreKeys.ENGINE, engine)
                .with(StoreKeys.DIRECTORY, directory)
                .with(StoreKeys.HISTORY_SIZE, "100000")
                .with(StoreKeys.HISTORY_BYTES, "64MiB")
                .with(Keys.BOT_RECONNECT_AFTER, "1s")
                .flag("--port", Integer.toString(FreePort.next()))
                .flag("--bot-port", Integer.toString(FreePort.next()));
        var server = start(settings);
        if (dialect.equals("deepstream")) {
            applicationsWork(server);
        } else {
            everybodyTalks(dialect, server);
        }
        for (var restart = 0; restart < 2; restart++) {
            awaitProgress();
            server.signal(signal);
            server.awaitExit();
            server = start(settings);
        }
        awaitProgress();
        writers.forEach(Writer::stop);

        for (var reader : readers) {
            for (var writer : reader.writers) {
                var numbers = writers.get(writer - 1).numbers();
                await().atMost(LONG).until(() -> reader.from(writer).size() >= numbers.size());
                assertThat(reader.from(writer)).isEqualTo(numbers);
            }
            assertThat(reader.jumps).isEmpty();
            assertThat(reader.others.stream().filter(Event.Resumed.class::isInstance))
                    .hasSizeGreaterThanOrEqualTo(2);
            assertThat(reader.others)
                    .noneMatch(Event.Gap.class::isInstance)
                    .noneMatch(Event.Overflow.class::isInstance)
                    .noneMatch(Event.Closed.class::isInstance);
        }
    }

    /** Everybody has heard a good deal more of everybody than now. */
    private void awaitProgress() {
        for (var reader : readers) {
            for (var writer : reader.writers) {
                var now = reader.from(writer).size();
                await("writer " + writer)
                        .atMost(LONG)
                        .until(() -> reader.from(writer).size() > now + 200
                                || writers.get(writer - 1).written.isCompletedExceptionally());
            }
        }
    }

    private ServerProcess start(Settings settings) {
        var server = ServerProcess.start(settings);
        opened.add(server);
        return server;
    }
}
