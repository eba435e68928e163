package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.client.AlertCondition;
import io.holdfast.client.ClientBuilder;
import io.holdfast.client.ClientException;
import io.holdfast.client.ErrorKind;
import io.holdfast.client.Event;
import io.holdfast.client.HoldfastClient;
import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.foreign.ClientEvents;
import io.holdfast.conformance.foreign.Relay;
import io.holdfast.conformance.process.FreePort;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.process.StoreKeys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where the promise of resume ends: a client of each dialect is told what it will not get, and goes
 * on as one that is new.
 */
class JavaClientResumeIT {
    private static final int HISTORY = 10;
    private static final int SENT = 40;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (var one : opened.reversed()) {
            one.close();
        }
    }

    private <T extends AutoCloseable> T later(T closed) {
        opened.add(closed);
        return closed;
    }

    private static <T> T in(CompletableFuture<T> future) throws Exception {
        return future.get(Inbox.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static int port(String dialect, ServerProcess server) {
        return dialect.equals("bot") ? server.botPort() : server.http();
    }

    private static ClientBuilder builder(String dialect, int port, String id) {
        var builder = switch (dialect) {
            case "rooms" -> HoldfastClient.feed();
            case "deepstream" -> HoldfastClient.deepstream();
            default -> HoldfastClient.bot();
        };
        return builder.url((dialect.equals("bot") ? "tcp" : "ws") + "://127.0.0.1:" + port)
                .clientId(id)
                .resume()
                .backoff(Duration.ofMillis(50), Duration.ofMillis(500));
    }

    private ClientEvents connect(ClientBuilder builder) throws Exception {
        var client = later(ClientEvents.of(builder));
        in(client.client().connected());
        return client;
    }

    /** What the reader, in its dialect, hears: applications only what is said to them alone. */
    private static void tell(String dialect, HoldfastClient writer, String json) throws Exception {
        in(dialect.equals("deepstream") ? writer.direct("reader", json) : writer.send(json));
    }

    private static String writersDialect(String dialect) {
        return dialect.equals("deepstream") ? "rooms" : dialect;
    }

    @ParameterizedTest
    @ValueSource(strings = {"rooms", "deepstream", "bot"})
    void aHistoryThatIsTooShortIsToldAsAGapWithItsBounds(String dialect) throws Exception {
        var server = later(ServerProcess.start(
                Settings.QUIET.with(StoreKeys.HISTORY_SIZE, Integer.toString(HISTORY))));
        var relay = later(new Relay(port(dialect, server)));
        var reader = connect(builder(dialect, relay.port(), "reader")
                .alert(new AlertCondition.MissedMessages()));
        var other = writersDialect(dialect);
        var writer = connect(builder(other, port(other, server), "writer")).client();
        tell(dialect, writer, "0");
        assertThat(reader.next(Event.Message.class).data()).isEqualTo("0");
        relay.cut();
        reader.next(Event.Disconnected.class);
        for (var i = 1; i <= SENT; i++) {
            tell(dialect, writer, Integer.toString(i));
        }
        relay.mend();

        var gap = reader.next(Event.Gap.class);
        assertThat(gap.reason()).isEqualTo("missed");
        // The first message had the number 1, so that message i has i + 1.
        assertThat(gap.from()).isEqualTo(2);
        var firstLeft = (int) gap.to();
        assertThat(SENT - firstLeft + 1).as("what is left of the history").isEqualTo(HISTORY);
        assertThat(reader.next(Event.Resumed.class).recovered())
                .containsEntry(gap.stream(), (long) HISTORY);
        for (var i = firstLeft; i <= SENT; i++) {
            var message = reader.next(Event.Message.class);
            assertThat(message.stream()).isEqualTo(gap.stream());
            assertThat(message.data()).isEqualTo(Integer.toString(i));
            assertThat(message.seq()).isEqualTo(i + 1L);
        }
        assertThat(reader.seen()).hasAtLeastOneElementOfType(Event.Alert.class);
        assertThat(reader.client().metrics().gaps()).isEqualTo(1);
        tell(dialect, writer, "\"and on\"");
        assertThat(reader.next(Event.Message.class).data()).isEqualTo("\"and on\"");
    }

    /** The server that comes back has never heard of it: killed, with its memory. */
    @ParameterizedTest
    @ValueSource(strings = {"rooms", "deepstream", "bot"})
    void aSessionThatIsLostIsToldAndTheClientBeginsAnew(String dialect) throws Exception {
        var settings = Settings.QUIET
                .flag("--port", Integer.toString(FreePort.next()))
                .flag("--bot-port", Integer.toString(FreePort.next()));
        var first = later(ServerProcess.start(settings));
        var reader = connect(builder(dialect, port(dialect, first), "reader"));
        var other = writersDialect(dialect);
        var writer = connect(builder(other, port(other, first), "writer"));
        if (!dialect.equals("deepstream")) {
            in(reader.client().join("kitchen"));
        }
        tell(dialect, writer.client(), "\"before\"");
        var before = reader.next(Event.Message.class);
        first.signal("KILL");
        first.awaitExit();
        reader.next(Event.Disconnected.class);
        later(ServerProcess.start(settings));

        var gap = reader.next(Event.Gap.class);
        assertThat(gap.reason()).isIn("epoch", "session");
        assertThat(reader.seen())
                .as("nothing was restored")
                .noneMatch(Event.Resumed.class::isInstance);
        in(writer.client().send("\"is it back?\""));
        tell(dialect, writer.client(), "\"after\"");
        var heard = reader.next(Event.Message.class);
        while (!heard.data().equals("\"after\"")) {
            heard = reader.next(Event.Message.class);
        }
        assertThat(heard.stream()).isEqualTo(before.stream());
        if (!dialect.equals("deepstream")) {
            awaitInKitchen(writer.client());
            in(writer.client().send("kitchen", "\"joined again\""));
            assertThat(reader.next(Event.Message.class).data()).isEqualTo("\"joined again\"");
        }
    }

    /** A room that was joined is joined again, soon after the connection. */
    private static void awaitInKitchen(HoldfastClient asking) throws Exception {
        await().atMost(Inbox.PATIENCE)
                .until(() -> in(asking.who("kitchen")).clients().equals(List.of("reader")));
    }

    /** "After session_restored:false they are not sent again: the caller is told." */
    @ParameterizedTest
    @ValueSource(strings = {"rooms", "deepstream", "bot"})
    void whatWasNotAckedBeforeTheSessionWasLostHasAnUnknownOutcome(String dialect)
            throws Exception {
        var settings = Settings.QUIET
                .flag("--port", Integer.toString(FreePort.next()))
                .flag("--bot-port", Integer.toString(FreePort.next()));
        var first = later(ServerProcess.start(settings));
        var writer = connect(builder(dialect, port(dialect, first), "writer"));
        first.signal("STOP");
        var unacked = IntStream.range(0, 20)
                .mapToObj(i -> dialect.equals("deepstream")
                        ? writer.client().event("count", Integer.toString(i))
                        : writer.client().send(Integer.toString(i)))
                .toList();
        first.signal("KILL");
        first.awaitExit();
        var second = later(ServerProcess.start(settings));
        var listener = connect(builder("rooms", second.http(), "listener"));

        for (var one : unacked) {
            assertThat(failure(one)).isEqualTo(ErrorKind.OUTCOME_UNKNOWN);
        }
        var room = dialect.equals("bot") ? "bot" : "deepstream.events";
        if (!dialect.equals("rooms")) {
            in(listener.client().join(room));
        }
        in(
                dialect.equals("deepstream")
                        ? writer.client().event("count", "\"new\"")
                        : writer.client().send("\"new\""));
        assertThat(listener.next(Event.Message.class).data()).contains("\"new\"");
        assertThat(listener.seen().stream().filter(Event.Message.class::isInstance))
                .as("none of the others was sent again")
                .hasSize(1);
    }

    private static ErrorKind failure(CompletableFuture<?> future) throws Exception {
        try {
            in(future);
            throw new AssertionError("expected a failure, was acked");
        } catch (ExecutionException failed) {
            assertThat(failed.getCause()).isInstanceOf(ClientException.class);
            return ((ClientException) Objects.requireNonNull(failed.getCause())).kind();
        }
    }
}
