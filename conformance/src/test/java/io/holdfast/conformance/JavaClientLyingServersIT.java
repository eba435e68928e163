package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.client.ClientBuilder;
import io.holdfast.client.ClosedCause;
import io.holdfast.client.ErrorKind;
import io.holdfast.client.Event;
import io.holdfast.client.HoldfastClient;
import io.holdfast.conformance.client.Frame;
import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.foreign.ClientEvents;
import io.holdfast.conformance.foreign.CloseTable;
import io.holdfast.conformance.foreign.LyingServer;
import io.holdfast.conformance.foreign.LyingServer.Peer;
import io.holdfast.conformance.foreign.LyingServer.Script;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Our Java client against servers that lie: each case ends in the state and with the announced delay
 * that the specification says. Delays are read, not waited for, where they are long.
 */
class JavaClientLyingServersIT {
    private static ClientBuilder feed(LyingServer server) {
        return HoldfastClient.feed().url(server.url()).withoutJitter();
    }

    /** For tests that want to see it come back. */
    private static ClientBuilder fast(LyingServer server) {
        return feed(server).backoff(Duration.ofMillis(10), Duration.ofMillis(80));
    }

    static List<CloseTable.Row> closeTable() {
        return CloseTable.rows();
    }

    @ParameterizedTest
    @MethodSource("closeTable")
    void eachCloseCodeEndsAsTheTableSays(CloseTable.Row row) throws Exception {
        try (var server = new LyingServer(
                        peer -> peer.welcome().close(row.code(), "ні").readUntilGone());
                var client = ClientEvents.of(feed(server))) {
            client.next(Event.Connected.class);
            row.check(client, "ні");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void aCloseWithoutACodeIsTriedAgain() throws Exception {
        try (var server = new LyingServer(
                        peer -> peer.welcome().write((byte) 0x88, (byte) 0).readUntilGone());
                var client = ClientEvents.of(feed(server))) {
            var gone = client.next(Event.Disconnected.class);
            assertThat(gone.error().kind()).isEqualTo(ErrorKind.CLOSED);
            assertThat(gone.error().closeCode()).isEqualTo(1005);
            assertThat(gone.retryIn()).isEqualTo(CloseTable.FIRST);
        }
    }

    /** A close before the first word is the same close. */
    @ParameterizedTest
    @MethodSource("closeTable")
    void eachCloseCodeMeansTheSameBeforeTheWelcome(CloseTable.Row row) throws Exception {
        try (var server = new LyingServer(
                        peer -> peer.shakeHands().close(row.code(), "").readUntilGone());
                var client = ClientEvents.of(feed(server))) {
            row.check(client, "");
            assertThat(client.seen()).noneMatch(Event.Connected.class::isInstance);
        }
    }

    /** "Jitter never shortens these." */
    @ParameterizedTest
    @CsvSource({"1001, 5", "1013, 10"})
    void jitterNeverShortensWhatACloseCodeAsksFor(int code, int seconds) throws Exception {
        try (var server = new LyingServer(peer -> peer.welcome().close(code, "").readUntilGone())) {
            for (var i = 0; i < 20; i++) {
                try (var client = ClientEvents.of(HoldfastClient.feed().url(server.url()))) {
                    assertThat(client.nextWaits(1).getFirst())
                            .isGreaterThanOrEqualTo(Duration.ofSeconds(seconds));
                }
            }
        }
    }

    @Test
    void aServerThatMovesNamesItsNewAddressInTheClose() throws Exception {
        try (var target = new LyingServer(peer -> peer.welcome().readUntilGone());
                var server = new LyingServer(
                        peer -> peer.welcome().close(4102, target.address()).readUntilGone());
                var client = ClientEvents.of(fast(server))) {
            client.next(Event.Disconnected.class);
            client.next(Event.Connected.class);
            assertThat(target.connections()).isEqualTo(1);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void whatTheServerAdvisesBeatsTheTable() throws Exception {
        try (var server = new LyingServer(peer -> peer.welcome()
                        .text(
                                "{\"type\":\"shutdown_warning\",\"message\":\"x\",\"reconnect_after\":77}")
                        .readUntilGone());
                var client = ClientEvents.of(HoldfastClient.feed().url(server.url()))) {
            assertThat(client.next(Event.Advice.class).comeBackAfter())
                    .isEqualTo(Duration.ofSeconds(77));
            assertThat(client.nextWaits(1)).containsExactly(Duration.ofSeconds(77));
        }
    }

    @Test
    void oneThatAcceptsAndDropsIsCalledMoreAndMoreSeldom() throws Exception {
        try (var server = new LyingServer(peer -> peer.welcome().drop());
                var client = ClientEvents.of(fast(server))) {
            assertThat(client.nextWaits(5))
                    .extracting(Duration::toMillis)
                    .containsExactly(10L, 20L, 40L, 80L, 80L);
            assertThat(client.nextError().closeCode()).isEqualTo(1006);
        }
    }

    @Test
    void oneThatAcceptsAndDropsEveryTcpConnectionIsCalledMoreAndMoreSeldom() throws Exception {
        try (var server = new LyingServer(Peer::drop);
                var client = ClientEvents.of(fast(server))) {
            assertThat(client.nextWaits(5))
                    .extracting(Duration::toMillis)
                    .containsExactly(10L, 20L, 40L, 80L, 80L);
        }
    }

    @Test
    void aBrowserGivesUpAfterTenTriesWithTheCause() throws Exception {
        try (var server = new LyingServer(Peer::drop);
                var client = ClientEvents.of(HoldfastClient.browser()
                        .url(server.url())
                        .backoff(Duration.ofMillis(1), Duration.ofMillis(2)))) {
            var closed = client.next(Event.Closed.class);
            assertThat(closed.cause()).isEqualTo(ClosedCause.ATTEMPTS_EXHAUSTED);
            assertThat(closed.error()).isNotNull();
            assertThat(client.seen().stream().filter(Event.Disconnected.class::isInstance))
                    .hasSize(10);
            assertThat(server.connections()).as("the first, and ten retries").isEqualTo(11);
        }
    }

    @Test
    void oneThatSaysThatItRestartsIsNotAFailureHoweverOften() throws Exception {
        try (var server = new LyingServer(peer -> peer.welcome().close(1012, "").readUntilGone());
                var client = ClientEvents.of(HoldfastClient.browser()
                        .url(server.url())
                        .backoff(Duration.ofMillis(1), Duration.ofMillis(2)))) {
            client.nextWaits(25);
            assertThat(client.client().metrics().attempts()).isZero();
        }
    }

    /** The presets' table: first delay and jitter. */
    enum Preset {
        BROWSER(0, 1_000),
        FEED(0, 1_000),
        DEEPSTREAM(900, 1_100),
        BOT(2_000, 2_200);

        final int least;
        final int most;

        Preset(int least, int most) {
            this.least = least;
            this.most = most;
        }

        ClientBuilder of(LyingServer server) {
            return switch (this) {
                case BROWSER -> HoldfastClient.browser().url(server.url());
                case FEED -> HoldfastClient.feed().url(server.url());
                case DEEPSTREAM -> HoldfastClient.deepstream().url(server.url()).clientId("a");
                case BOT -> HoldfastClient.bot().url(server.tcp()).clientId("a");
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachPresetSpreadsItsFirstDelayAsTheTableSays(Preset preset) throws Exception {
        try (var server = new LyingServer(Peer::drop)) {
            List<Duration> waits = new ArrayList<>();
            for (var i = 0; i < 20; i++) {
                try (var client = ClientEvents.of(preset.of(server))) {
                    waits.addAll(client.nextWaits(1));
                }
            }
            assertThat(waits)
                    .allSatisfy(wait -> assertThat(wait)
                            .isBetween(
                                    Duration.ofMillis(preset.least),
                                    Duration.ofMillis(preset.most)));
            assertThat(Collections.max(waits)).isGreaterThan(Collections.min(waits));
        }
    }

    @Test
    void oneThatNeverAnswersTheHandshakeIsGivenUpAtTheConnectTimeout() throws Exception {
        try (var server = new LyingServer(Peer::readUntilGone);
                var client = ClientEvents.of(feed(server).connectTimeout(Duration.ofMillis(200)))) {
            var gone = client.next(Event.Disconnected.class);
            assertThat(gone.error().kind()).isEqualTo(ErrorKind.TIMEOUT);
            assertThat(gone.retryIn()).isEqualTo(CloseTable.FIRST);
            await().atMost(Inbox.PATIENCE).until(() -> server.connections() == 2);
        }
    }

    @Test
    void oneThatStopsInTheMiddleOfTheHandshakeIsGivenUpAtTheConnectTimeout() throws Exception {
        try (var server = new LyingServer(peer -> {
                    peer.request();
                    peer.write("HTTP/1.1 101 Switching Pro").readUntilGone();
                });
                var client = ClientEvents.of(feed(server).connectTimeout(Duration.ofMillis(200)))) {
            var gone = client.next(Event.Disconnected.class);
            assertThat(gone.error().kind()).isEqualTo(ErrorKind.TIMEOUT);
            assertThat(gone.retryIn()).isEqualTo(CloseTable.FIRST);
        }
    }

    /** After the handshake, in each dialect that waits for a first word. */
    @ParameterizedTest
    @EnumSource(names = {"FEED", "DEEPSTREAM", "BOT"})
    void oneThatNeverSaysItsFirstWordIsGivenUp(Preset preset) throws Exception {
        Script mute = preset == Preset.BOT
                ? Peer::readUntilGone
                : peer -> peer.shakeHands().readUntilGone();
        try (var server = new LyingServer(mute);
                var client = ClientEvents.of(preset.of(server).withoutJitter())) {
            var gone = client.next(Event.Disconnected.class);
            assertThat(gone.error().kind()).isEqualTo(ErrorKind.TIMEOUT);
            assertThat(gone.retryIn()).isEqualTo(Duration.ofSeconds(preset == Preset.BOT ? 2 : 1));
            assertThat(client.seen()).noneMatch(Event.Connected.class::isInstance);
        }
    }

    @Test
    void oneThatFallsSilentIsAZombie() throws Exception {
        try (var server = new LyingServer(peer -> peer.welcome().readUntilGone());
                var client = ClientEvents.of(
                        feed(server).heartbeat(Duration.ofMillis(100), Duration.ofMillis(300)))) {
            client.next(Event.Connected.class);
            var gone = client.next(Event.Disconnected.class);
            assertThat(gone.error().kind()).isEqualTo(ErrorKind.SILENCE);
            assertThat(gone.retryIn()).isEqualTo(CloseTable.FIRST);
            assertThat(client.client().metrics().state()).isEqualTo("disconnected");
        }
    }

    @Test
    void whereNobodyListensTheConnectionIsRefused() throws Exception {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        try (var client = ClientEvents.of(
                HoldfastClient.feed().url("ws://127.0.0.1:" + port).withoutJitter())) {
            var gone = client.next(Event.Disconnected.class);
            assertThat(gone.error().kind()).isEqualTo(ErrorKind.REFUSED);
            assertThat(gone.retryIn()).isEqualTo(CloseTable.FIRST);
        }
    }

    @Test
    void aNameThatNobodyKnowsIsUnreachable() throws Exception {
        try (var client = ClientEvents.of(HoldfastClient.feed()
                .url("ws://holdfast.invalid:8000")
                .withoutJitter()
                .backoff(Duration.ofMillis(10), Duration.ofMillis(20)))) {
            assertThat(client.nextError().kind()).isEqualTo(ErrorKind.UNREACHABLE);
            assertThat(client.nextWaits(3))
                    .as("the delay stays at the cap")
                    .contains(Duration.ofMillis(20), Duration.ofMillis(20));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403})
    void refusedCredentialsAreForGood(int status) throws Exception {
        try (var server = new LyingServer(peer -> peer.answer(status + " No\r\nRetry-After: 1"));
                var client = ClientEvents.of(feed(server))) {
            var closed = client.next(Event.Closed.class);
            assertThat(closed.cause()).isEqualTo(ClosedCause.UNAUTHORISED);
            assertThat(closed.error()).isNotNull();
            assertThat(closed.error().kind()).isEqualTo(ErrorKind.UNAUTHORISED);
            assertThat(closed.error().httpStatus()).isEqualTo(status);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "429, 1800, 1800, HANDSHAKE",
        "503, 1800, 1800, HANDSHAKE",
        "429, soon, 1, HANDSHAKE",
        "503, -5, 1, HANDSHAKE",
        "500, 1800, 1, HANDSHAKE",
        "404, 1800, 1, HANDSHAKE",
    })
    void retryAfterIsHeededWithTheseStatusesAlone(
            int status, String retryAfter, int seconds, ErrorKind kind) throws Exception {
        try (var server = new LyingServer(
                        peer -> peer.answer(status + " No\r\nRetry-After: " + retryAfter));
                var client = ClientEvents.of(feed(server))) {
            var gone = client.next(Event.Disconnected.class);
            assertThat(gone.error().kind()).isEqualTo(kind);
            assertThat(gone.error().httpStatus()).isEqualTo(status);
            assertThat(gone.retryIn()).isEqualTo(Duration.ofSeconds(seconds));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void redirectsAreNotFollowed(int status) throws Exception {
        try (var elsewhere = new LyingServer(peer -> peer.welcome().readUntilGone());
                var server = new LyingServer(
                        peer -> peer.answer(status + " Moved\r\nLocation: " + elsewhere.url()));
                var client = ClientEvents.of(fast(server))) {
            var gone = client.next(Event.Disconnected.class);
            assertThat(gone.error().kind()).isEqualTo(ErrorKind.HANDSHAKE);
            assertThat(gone.error().httpStatus()).isEqualTo(status);
            assertThat(gone.retryIn()).isEqualTo(Duration.ofMillis(10));
            client.nextWaits(2);
            assertThat(elsewhere.connections()).isZero();
        }
    }

    static Stream<Arguments> falseHandshakes() {
        return Stream.of(
                lie("garbage instead of HTTP", request -> "\0\u00ff garbage \r\n\r\n"),
                lie("the answer of a mail server", request -> "220 mail ESMTP\r\n\r\n"),
                lie("half a handshake, and the end", request -> "HTTP/1.1 101 Switching Prot"),
                lie("HTTP 200", request -> accepted(request).replace("101", "200")),
                lie(
                        "a wrong proof",
                        request -> accepted(request)
                                .replaceAll(
                                        "Accept: \\S+", "Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=")),
                lie(
                        "no proof",
                        request ->
                                accepted(request).replaceAll("Sec-WebSocket-Accept: \\S+\r\n", "")),
                lie(
                        "no Upgrade",
                        request -> accepted(request).replace("Upgrade: websocket\r\n", "")),
                lie("another Upgrade", request -> accepted(request).replace("websocket", "h2c")),
                lie(
                        "no Connection: Upgrade",
                        request -> accepted(request)
                                .replace("Connection: Upgrade", "Connection: close")),
                lie(
                        "a subprotocol that was not offered",
                        request -> accepted(request, "\r\nSec-WebSocket-Protocol: surprise")),
                lie(
                        "an extension that was not offered",
                        request -> accepted(request, "\r\nSec-WebSocket-Extensions: x-unheard-of")),
                lie(
                        "a deflate parameter that was not offered",
                        request -> accepted(
                                request,
                                "\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=9")),
                lie(
                        "a head without an end",
                        request -> "HTTP/1.1 101 Switching Protocols\r\n"
                                + "X-Padding: xxxxxxxxxxxxxxxxxxxxxxx\r\n".repeat(10_000)));
    }

    interface Lie {
        String to(String request);
    }

    private static Arguments lie(String what, Lie lie) {
        return Arguments.of(what, lie);
    }

    private static String accepted(String request) {
        return accepted(request, "");
    }

    private static String accepted(String request, String furtherHeaders) {
        return Peer.accepting(request, furtherHeaders);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("falseHandshakes")
    void aFalseHandshakeIsAFailureThatIsTriedAgain(String what, Lie lie) throws Exception {
        try (var server = new LyingServer(peer -> {
                    var answer = lie.to(peer.request());
                    peer.write(answer).drop();
                });
                var client = ClientEvents.of(fast(server))) {
            var gone = client.next(Event.Disconnected.class);
            assertThat(gone.error().kind()).as(what).isEqualTo(ErrorKind.HANDSHAKE);
            assertThat(gone.retryIn()).isEqualTo(Duration.ofMillis(10));
            assertThat(client.nextWaits(1)).containsExactly(Duration.ofMillis(20));
            assertThat(client.seen()).noneMatch(Event.Connected.class::isInstance);
        }
    }

    static Stream<Arguments> brokenFrames() {
        byte[] half = {(byte) 0x03};
        return Stream.of(
                Arguments.of("a masked frame", Frame.text("x").masked()),
                Arguments.of("a reserved bit", new Frame(true, 2, 1, half).unmasked()),
                Arguments.of("a reserved opcode", new Frame(true, 0, 3, half).unmasked()),
                Arguments.of("a reserved control opcode", new Frame(true, 0, 11, half).unmasked()),
                Arguments.of("a fragmented ping", new Frame(false, 0, 9, half).unmasked()),
                Arguments.of("a long ping", new Frame(true, 0, 9, new byte[126]).unmasked()),
                Arguments.of("a close with half a code", new Frame(true, 0, 8, half).unmasked()),
                Arguments.of("a close with 1005", Frame.close(1005).unmasked()),
                Arguments.of("a close with 1006", Frame.close(1006).unmasked()),
                Arguments.of("a close with 999", Frame.close(999).unmasked()),
                Arguments.of("a close with 5000", Frame.close(5000).unmasked()),
                Arguments.of("a continuation of nothing", new Frame(true, 0, 0, half).unmasked()),
                Arguments.of(
                        "text that is not UTF-8",
                        new Frame(true, 0, 1, new byte[] {(byte) 0xc3, 0x28}).unmasked()),
                Arguments.of(
                        "compression that was not agreed", new Frame(true, 4, 1, half).unmasked()),
                Arguments.of("a binary message", new Frame(true, 0, 2, half).unmasked()),
                Arguments.of(
                        "a message of 9 TiB",
                        new byte[] {(byte) 0x81, 127, 0, 0, 9, 0, 0, 0, 0, 0}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenFrames")
    void garbageOnTheWireIsAProtocolErrorThatIsTriedAgain(String what, byte[] bytes)
            throws Exception {
        try (var server = new LyingServer(peer -> peer.welcome().write(bytes).readUntilGone());
                var client = ClientEvents.of(fast(server))) {
            var gone = client.next(Event.Disconnected.class);
            assertThat(gone.error().kind()).as(what).isEqualTo(ErrorKind.PROTOCOL);
            assertThat(gone.retryIn()).isEqualTo(Duration.ofMillis(10));
            client.next(Event.Connected.class);
        }
    }

    @Test
    void aCompressionBombIsAProtocolErrorAndNotAFullMemory() throws Exception {
        try (var server = new LyingServer(peer -> {
                    var request = peer.request();
                    peer.write(accepted(
                            request,
                            "\r\nSec-WebSocket-Extensions: permessage-deflate;"
                                    + " server_no_context_takeover; client_no_context_takeover"));
                    peer.text("{\"type\":\"welcome\",\"client_id\":\"a\"}");
                    peer.write(bomb()).readUntilGone();
                });
                var client = ClientEvents.of(fast(server))) {
            client.next(Event.Connected.class);
            assertThat(client.nextError().kind()).isEqualTo(ErrorKind.PROTOCOL);
            assertThat(client.client().metrics().bytesReceived()).isLessThan(200_000);
        }
    }

    /** 100 MB of one letter in a tenth of a megabyte. */
    private static byte[] bomb() throws IOException {
        var packed = new ByteArrayOutputStream();
        var raw = new Deflater(9, true);
        try (var out = new DeflaterOutputStream(packed, raw)) {
            var block = new byte[1_000_000];
            Arrays.fill(block, (byte) 'x');
            for (var i = 0; i < 100; i++) {
                out.write(block);
            }
        }
        raw.end();
        return new Frame(true, Frame.COMPRESSED, Frame.TEXT, packed.toByteArray()).unmasked();
    }
}
