package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.ClientBuilder;
import io.holdfast.client.ClosedCause;
import io.holdfast.client.ErrorKind;
import io.holdfast.client.Event;
import io.holdfast.client.HoldfastClient;
import io.holdfast.conformance.foreign.ClientEvents;
import io.holdfast.conformance.foreign.LyingServer;
import io.holdfast.conformance.foreign.LyingServer.Peer;
import io.holdfast.conformance.foreign.LyingServer.Script;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Our Java client, as a bot and with a health address, against servers that lie. */
class JavaClientLyingBotServersIT {
    private static final Duration FIRST = Duration.ofSeconds(2);

    private static ClientBuilder bot(LyingServer server) {
        return HoldfastClient.bot().url(server.tcp()).clientId("a").withoutJitter();
    }

    /** Reads the hello, and greets in lines. */
    private static Peer greet(Peer peer) throws IOException {
        assertThat(peer.line()).contains("\"hello\"");
        return peer.write("{\"event\":\"welcome\",\"data\":{\"client_key\":\"a\"}}\n");
    }

    /** TCP has no close codes: the last error before the end says the same. */
    @ParameterizedTest
    @CsvSource({
        "unauthorized, UNAUTHORISED, 1008",
        "replaced, REPLACED, 4500",
        "token_expired, TOKEN_EXPIRED, 4501",
        "closed_by_operator, CLOSED_BY_OPERATOR, 4502",
        "too_large, NOT_UNCHANGED, 1009",
    })
    void anErrorBeforeTheEndIsWhyItEnded(String code, ClosedCause cause, int closeCode)
            throws Exception {
        try (var server = new LyingServer(peer -> {
                    greet(peer).write(error(code, ""));
                    peer.drop();
                });
                var client = ClientEvents.of(bot(server))) {
            client.next(Event.Connected.class);
            var closed = client.next(Event.Closed.class);
            assertThat(closed.cause()).isEqualTo(cause);
            assertThat(closed.error()).isNotNull();
            assertThat(closed.error().closeCode()).isEqualTo(closeCode);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    private static String error(String code, String more) {
        return "{\"event\":\"error\",\"data\":{\"code\":\"" + code + "\",\"message\":\"no\"" + more
                + "}}\n";
    }

    @Test
    void anErrorThatIsNotTheLastWordEndsNothing() throws Exception {
        try (var server = new LyingServer(peer -> {
                    greet(peer).write(error("unauthorized", "")).write("{\"event\":\"pong\"}\n");
                    peer.drop();
                });
                var client = ClientEvents.of(bot(server))) {
            var gone = client.next(Event.Disconnected.class);
            assertThat(gone.error().closeCode()).isEqualTo(1006);
            assertThat(gone.retryIn()).isEqualTo(FIRST);
        }
    }

    @Test
    void aBlockedAddressStaysAwayAsLongAsItWasTold() throws Exception {
        try (var server = new LyingServer(peer -> {
                    peer.write(error("blocked", ",\"retry_after\":3600"));
                    peer.drop();
                });
                var client = ClientEvents.of(bot(server))) {
            assertThat(client.nextWaits(1)).containsExactly(Duration.ofHours(1));
        }
    }

    @Test
    void theServersAdviceBeatsTheTable() throws Exception {
        try (var server = new LyingServer(peer -> greet(peer)
                        .write("{\"event\":\"serverShutdown\",\"data\":"
                                + "{\"reason\":\"deploy\",\"reconnect_after\":33}}\n")
                        .readUntilGone());
                var client =
                        ClientEvents.of(HoldfastClient.bot().url(server.tcp()).clientId("a"))) {
            assertThat(client.next(Event.Advice.class).comeBackAfter())
                    .isEqualTo(Duration.ofSeconds(33));
            assertThat(client.nextWaits(1)).containsExactly(Duration.ofSeconds(33));
        }
    }

    @Test
    void theDelayOfABotGrowsToItsCapAndStaysThere() throws Exception {
        try (var server = new LyingServer(peer -> greet(peer).drop());
                var client = ClientEvents.of(
                        bot(server).backoff(Duration.ofMillis(10), Duration.ofMillis(40)))) {
            assertThat(client.nextWaits(5))
                    .extracting(Duration::toMillis)
                    .containsExactly(10L, 20L, 40L, 40L, 40L);
        }
    }

    static Stream<Arguments> garbage() {
        return Stream.of(
                lie("a line without an end", peer -> peer.write("x".repeat((1 << 20) + 2))),
                lie("a frame of 2 GiB", peer -> {
                    peer.line();
                    peer.write("{\"event\":\"welcome\",\"data\":{\"client_key\":\"a\","
                                    + "\"features\":[\"length-prefixed\",\"gzip\"]}}\n")
                            .write((byte) 0x7f, (byte) -1, (byte) -1, (byte) -1, (byte) 0);
                }),
                lie("gzip that is none", peer -> {
                    peer.line();
                    peer.write("{\"event\":\"welcome\",\"data\":{\"client_key\":\"a\","
                                    + "\"features\":[\"length-prefixed\",\"gzip\"]}}\n")
                            .write((byte) 0, (byte) 0, (byte) 0, (byte) 4, (byte) 1)
                            .write("xyz");
                }),
                lie(
                        "a line that is not UTF-8",
                        peer -> greet(peer).write("{\"event\":\"\u00c3(\"}\n")));
    }

    private static Arguments lie(String what, Script script) {
        return Arguments.of(what, script);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("garbage")
    void garbageIsAProtocolErrorThatIsTriedAgain(String what, Script script) throws Exception {
        try (var server = new LyingServer(peer -> {
                    script.play(peer);
                    peer.readUntilGone();
                });
                var client = ClientEvents.of(bot(server))) {
            var gone = client.next(Event.Disconnected.class);
            assertThat(gone.error().kind()).as(what).isEqualTo(ErrorKind.PROTOCOL);
            assertThat(gone.retryIn()).isEqualTo(FIRST);
        }
    }

    static Stream<Arguments> unhealthy() {
        return Stream.of(
                lie("503", peer -> peer.answer("503 Service Unavailable").drop()),
                lie("garbage", peer -> peer.write("garbage\r\n\r\n").drop()),
                lie("nothing", Peer::drop),
                lie("no answer in time", Peer::readUntilGone));
    }

    /** Asked before each reconnect; "shutting_down or no answer is server_not_ready". */
    @ParameterizedTest(name = "{0}")
    @MethodSource("unhealthy")
    void aServerWhoseHealthLiesIsNotReadyAndThatDoesNotCount(String what, Script health)
            throws Exception {
        try (var asked = new LyingServer(health);
                var server = new LyingServer(Peer::drop);
                var client = ClientEvents.of(HoldfastClient.browser()
                        .url(server.url())
                        .health("http://" + asked.address() + "/health")
                        .withoutJitter()
                        .backoff(Duration.ofMillis(10), Duration.ofSeconds(1)))) {
            assertThat(client.nextError().kind()).isEqualTo(ErrorKind.HANDSHAKE);
            var gone = client.next(Event.Disconnected.class);
            assertThat(gone.error().kind()).as(what).isEqualTo(ErrorKind.SERVER_NOT_READY);
            assertThat(gone.retryIn()).isEqualTo(Duration.ofMillis(20));
            assertThat(client.client().metrics().attempts()).isEqualTo(1);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void aServerWhoseHealthIsGoodIsConnectedTo() throws Exception {
        try (var asked = new LyingServer(peer -> peer.answer("200 OK").drop());
                var server = new LyingServer(Peer::drop);
                var client = ClientEvents.of(HoldfastClient.browser()
                        .url(server.url())
                        .health("http://" + asked.address() + "/health")
                        .withoutJitter()
                        .backoff(Duration.ofMillis(10), Duration.ofSeconds(1)))) {
            client.nextWaits(3);
            assertThat(server.connections()).isEqualTo(3);
            assertThat(asked.connections()).isEqualTo(2);
        }
    }
}
