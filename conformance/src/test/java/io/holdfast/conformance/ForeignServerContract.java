package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.client.ClientBuilder;
import io.holdfast.client.ClosedCause;
import io.holdfast.client.ErrorKind;
import io.holdfast.client.Event;
import io.holdfast.client.HoldfastClient;
import io.holdfast.client.WhenFull;
import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.foreign.ClientEvents;
import io.holdfast.conformance.foreign.CloseTable;
import io.holdfast.conformance.foreign.ForeignServer;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What our Java client does with any WebSocket server that keeps the rules. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ForeignServerContract {
    private ForeignServer server;

    abstract ForeignServer start();

    @BeforeAll
    void startServer() {
        server = start();
    }

    @AfterAll
    void stopServer() {
        if (server != null) {
            server.close();
        }
    }

    private ClientBuilder client(String path) {
        return HoldfastClient.feed().raw().url(server.url() + path).withoutJitter();
    }

    @Test
    void textsOfAllLengthsComeBackAsTheyWent() throws Exception {
        try (var client = ClientEvents.of(client("/echo"))) {
            var texts = Stream.of(0, 1, 125, 126, 127, 1_023, 1_024, 65_535, 65_536, 500_000)
                    .map(length -> "ї😀".repeat(length / 6) + "x".repeat(length % 6))
                    .toList();
            for (var text : texts) {
                client.client().send(text).get(Inbox.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            for (var text : texts) {
                assertThat(client.next(Event.Message.class).data()).isEqualTo(text);
            }
        }
    }

    @Test
    void manyTextsComeBackInOrder() throws Exception {
        try (var client = ClientEvents.of(client("/echo").queue(5_000, WhenFull.DROP_OLDEST))) {
            client.next(Event.Connected.class);
            for (var i = 0; i < 1_000; i++) {
                client.client().send("text " + i);
            }
            for (var i = 0; i < 1_000; i++) {
                assertThat(client.next(Event.Message.class).data()).isEqualTo("text " + i);
            }
        }
    }

    /** Its own pings are answered, so it is not taken for a zombie; it closes with 1000. */
    @Test
    void anIdleConnectionLivesByItsPingsAndEndsWithAGoodbye() throws Exception {
        var interval = Duration.ofMillis(100);
        try (var client =
                ClientEvents.of(client("/echo").heartbeat(interval, Duration.ofSeconds(15)))) {
            client.next(Event.Connected.class);
            await().atMost(Inbox.PATIENCE)
                    .until(() -> !client.client().metrics().roundTrip().isZero());
            client.client().close();
            var closed = client.next(Event.Closed.class);
            assertThat(closed.cause()).isEqualTo(ClosedCause.ASKED);
            assertThat(closed.error()).isNull();
            assertThat(client.seen()).noneMatch(Event.Disconnected.class::isInstance);
        }
    }

    /** What the server tells of it may come late. */
    private void onceAsked(String path) {
        await().atMost(Inbox.PATIENCE).until(() -> server.asked(path) > 0);
        assertThat(server.asked(path)).isEqualTo(1);
    }

    static List<CloseTable.Row> closeTable() {
        return CloseTable.rows();
    }

    @ParameterizedTest
    @MethodSource("closeTable")
    void eachCloseCodeEndsAsTheTableSays(CloseTable.Row row) throws Exception {
        var path = "/close/" + row.code();
        try (var client = ClientEvents.of(client(path))) {
            client.next(Event.Connected.class);
            row.check(client, "why");
        }
        onceAsked(path);
    }

    @Test
    void aConnectionThatIsDroppedIsTriedAgainMoreAndMoreSeldom() throws Exception {
        var fast = client("/drop").backoff(Duration.ofMillis(10), Duration.ofMillis(80));
        try (var client = ClientEvents.of(fast)) {
            assertThat(client.nextWaits(5))
                    .extracting(Duration::toMillis)
                    .containsExactly(10L, 20L, 40L, 80L, 80L);
            assertThat(client.nextError().closeCode()).isEqualTo(1006);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void refusedCredentialsAreForGood(int status) throws Exception {
        try (var client = ClientEvents.of(client("/status/" + status))) {
            var closed = client.next(Event.Closed.class);
            assertThat(closed.cause()).isEqualTo(ClosedCause.UNAUTHORISED);
            assertThat(closed.error()).isNotNull();
            assertThat(closed.error().kind()).isEqualTo(ErrorKind.UNAUTHORISED);
        }
        onceAsked("/status/" + status);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void retryAfterInSecondsIsHeeded(int status) throws Exception {
        try (var client = ClientEvents.of(client("/status/" + status + "?retry=1800"))) {
            var gone = client.next(Event.Disconnected.class);
            assertThat(gone.error().httpStatus()).isEqualTo(status);
            assertThat(gone.error().retryAfter()).contains(Duration.ofMinutes(30));
            assertThat(gone.retryIn()).isEqualTo(Duration.ofMinutes(30));
            assertThat(client.client().metrics().attempts()).isZero();
        }
    }

    @Test
    void retryAfterAsADateIsHeeded() throws Exception {
        var then = ZonedDateTime.now(ZoneOffset.UTC).plusMinutes(20);
        var date = DateTimeFormatter.RFC_1123_DATE_TIME.format(then).replace(" ", "%20");
        try (var client = ClientEvents.of(client("/status/503?retry=" + date))) {
            // The date has whole seconds, and the machine may be slow.
            assertThat(client.next(Event.Disconnected.class).retryIn())
                    .isBetween(Duration.ofMinutes(15), Duration.ofMinutes(20));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 426, 429, 500, 502, 503})
    void otherAnswersBackOff(int status) throws Exception {
        try (var client = ClientEvents.of(client("/status/" + status))) {
            var gone = client.next(Event.Disconnected.class);
            assertThat(gone.error().kind()).isEqualTo(ErrorKind.HANDSHAKE);
            assertThat(gone.error().httpStatus()).isEqualTo(status);
            assertThat(gone.retryIn()).isEqualTo(CloseTable.FIRST);
        }
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        var before = server.asked("/echo");
        try (var client = ClientEvents.of(client("/redirect"))) {
            var gone = client.next(Event.Disconnected.class);
            assertThat(gone.error().kind()).isEqualTo(ErrorKind.HANDSHAKE);
            assertThat(gone.error().httpStatus()).isEqualTo(302);
            assertThat(gone.error()).hasMessageContaining("/echo");
            assertThat(gone.retryIn()).isEqualTo(CloseTable.FIRST);
        }
        assertThat(server.asked("/echo")).isEqualTo(before);
    }
}
