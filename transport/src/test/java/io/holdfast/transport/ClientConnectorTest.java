package io.holdfast.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.protocol.websocket.FrameLimits;
import io.holdfast.protocol.websocket.OpeningHandshake;
import io.holdfast.transport.ConnectFailure.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientConnectorTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(200);

    private final ClientLoop loop = new ClientLoop("test-client");
    private final RecordingHandler handler = new RecordingHandler();
    private final List<ConnectFailure> failures = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        loop.close();
    }

    private static ClientTarget.WebSocket target(int port) {
        return new ClientTarget.WebSocket(
                "127.0.0.1", port, null, "/ws?a=1", Map.of("X-Of", "ours"), List.of("one"), true);
    }

    private void connect(int port, Duration timeout) {
        loop.context()
                .execute(() -> ClientConnector.connect(
                        loop, target(port), timeout, FrameLimits.DEFAULT, handler, failures::add));
    }

    private ConnectFailure failure() {
        await().until(() -> !failures.isEmpty());
        assertThat(handler.events).isEmpty();
        assertThat(failures).hasSize(1);
        return failures.getFirst();
    }

    private Wire wire() {
        Wire open = await().until(() -> handler.wire, wire -> wire != null);
        assertThat(open).isNotNull();
        return open;
    }

    private static String accepted(String request, String more) {
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: upgrade\r\n"
                + "Sec-WebSocket-Accept: "
                + OpeningHandshake.accept(LyingServer.header(request, "Sec-WebSocket-Key"))
                + "\r\n" + more + "\r\n";
    }

    private ConnectFailure answered(String answer) throws IOException {
        try (var server = new LyingServer(
                true,
                (socket, request) -> LyingServer.say(
                        socket, answer.replace("{accepted}", accepted(request, ""))))) {
            connect(server.port(), LONG);
            return failure();
        }
    }

    @Test
    void theHandshakeAsksForWhatTheTargetSays() throws IOException {
        try (var server = new LyingServer(
                true,
                (socket, request) -> LyingServer.say(
                        socket, accepted(request, "Sec-WebSocket-Protocol: one\r\n")))) {
            connect(server.port(), LONG);
            await().until(() -> handler.events.contains("opened"));
            assertThat(handler.subprotocol).isEqualTo("one");
            assertThat(server.requests.getFirst())
                    .startsWith("GET /ws?a=1 HTTP/1.1\r\nHost: 127.0.0.1:" + server.port() + "\r\n")
                    .contains("X-Of: ours\r\n", "Sec-WebSocket-Protocol: one\r\n")
                    .contains("Sec-WebSocket-Version: 13\r\n")
                    .contains("permessage-deflate; server_no_context_takeover");
        }
    }

    @Test
    void framesThatComeInOneReadWithTheAnswerAreNotLost() throws IOException {
        try (var server = new LyingServer(
                true,
                (socket, request) -> LyingServer.say(
                        socket,
                        accepted(request, "") + "\u0081\u0002hi\u0088\u0002\u0003\u00e8"))) {
            connect(server.port(), LONG);
            await().until(() -> handler.events.contains("close 1000"));
            assertThat(handler.events).containsExactly("opened", "text hi", "close 1000");
        }
    }

    @Test
    void whatIsSentIsMaskedAndCompressedWhereThatWasAgreed() throws IOException {
        List<Integer> firstBytes = new CopyOnWriteArrayList<>();
        try (var server = new LyingServer(true, (socket, request) -> {
            LyingServer.say(
                    socket,
                    accepted(
                            request,
                            "Sec-WebSocket-Extensions: permessage-deflate;"
                                    + " server_no_context_takeover\r\n"));
            for (int i = 0; i < 2; i++) {
                int first = socket.getInputStream().read();
                int second = socket.getInputStream().read();
                assertThat(second & 0x80).as("mask bit").isEqualTo(0x80);
                firstBytes.add(first);
                socket.getInputStream().readNBytes(4 + (second & 0x7F));
            }
        })) {
            connect(server.port(), LONG);
            Wire wire = wire();
            loop.context().execute(() -> {
                byte[] small = "small".getBytes(UTF_8);
                wire.sendText(small, 0, small.length);
                byte[] large = "l".repeat(5_000).getBytes(UTF_8);
                wire.sendText(large, 0, large.length);
            });
            await().until(() -> firstBytes.size() == 2);
            assertThat(firstBytes).containsExactly(0x81, 0xC1);
        }
    }

    @Test
    void nobodyListening() throws IOException {
        int port;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }
        connect(port, LONG);
        assertThat(failure().kind()).isEqualTo(Kind.REFUSED);
        assertThat(failure().message())
                .isEqualTo("the connection to 127.0.0.1:" + port + " was refused: nobody listens"
                        + " there; start the server, or check the host and the port");
    }

    @Test
    void aHostWithoutAnAddressIsUnreachable() {
        loop.context()
                .execute(() -> ClientConnector.connect(
                        loop,
                        new ClientTarget.Tcp("no-such-host.invalid", 1, null),
                        LONG,
                        1_000,
                        handler,
                        failures::add));
        assertThat(failure().kind()).isEqualTo(Kind.UNREACHABLE);
        assertThat(failure().message())
                .isEqualTo("no address is known for the host no-such-host.invalid");
    }

    @ParameterizedTest
    @CsvSource({
        "401, UNAUTHORISED",
        "403, UNAUTHORISED",
        "404, HANDSHAKE",
        "429, HANDSHAKE",
        "503, HANDSHAKE"
    })
    void aRefusalTellsItsStatusAndWhenToTryAgain(int status, Kind kind) throws IOException {
        ConnectFailure failure = answered(
                "HTTP/1.1 " + status + " No\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n");
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.status()).isEqualTo(status);
        assertThat(failure.retryAfter()).isEqualTo("7");
    }

    @Test
    void aRedirectIsNotFollowed() throws IOException {
        ConnectFailure failure =
                answered("HTTP/1.1 302 Found\r\nLocation: ws://elsewhere/?token=secret\r\n\r\n");
        assertThat(failure.kind()).isEqualTo(Kind.HANDSHAKE);
        assertThat(failure.message())
                .isEqualTo("the server answered the handshake with HTTP 302; redirects are not"
                        + " followed, use the address ws://elsewhere/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9||",
                "HTTP/2 101 x||",
                "HTTP/1.1 101 x|Upgrade: websocket|Connection: Upgrade||",
                "HTTP/1.1 101 x|Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Accept: a||",
                "HTTP/1.1 101 x||"
            })
    void anAnswerThatIsNoneToOurHandshakeFailsIt(String answer) throws IOException {
        assertThat(answered(answer.replace("|", "\r\n")).kind()).isEqualTo(Kind.HANDSHAKE);
    }

    /** RFC 9110 section 7.8. */
    @Test
    void anUpgradeUnderHttp10IsNone() throws IOException {
        try (var server = new LyingServer(
                true,
                (socket, request) -> LyingServer.say(
                        socket, accepted(request, "").replace("HTTP/1.1", "HTTP/1.0")))) {
            connect(server.port(), LONG);
            assertThat(failure().kind()).isEqualTo(Kind.HANDSHAKE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sec-WebSocket-Protocol: two",
                "Sec-WebSocket-Extensions: x-zip",
                "Sec-WebSocket-Extensions: permessage-deflate",
                "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover;"
                        + " client_max_window_bits=9"
            })
    void whatWasNotOfferedMayNotBeChosen(String header) throws IOException {
        try (var server = new LyingServer(
                true,
                (socket, request) -> LyingServer.say(socket, accepted(request, header + "\r\n")))) {
            connect(server.port(), LONG);
            assertThat(failure().kind()).isEqualTo(Kind.HANDSHAKE);
        }
    }

    @Test
    void anEndlessHeadIsCutOff() throws IOException {
        ConnectFailure failure = answered("HTTP/1.1 101 x\r\n" + "A: b\r\n".repeat(10_000));
        assertThat(failure.message()).contains("no end of its head within 16384 bytes");
    }

    @Test
    void aServerThatAcceptsAndHangsUpIsAHandshakeFailure() throws IOException {
        try (var server = new LyingServer(true, (socket, request) -> socket.close())) {
            connect(server.port(), LONG);
            ConnectFailure failure = failure();
            assertThat(failure.kind()).isEqualTo(Kind.HANDSHAKE);
            assertThat(failure.message()).contains("before the server answered");
        }
    }

    @Test
    void halfAnAnswerAndSilenceEndsWithTheTimeout() throws IOException {
        try (var server = new LyingServer(
                true, (socket, request) -> LyingServer.say(socket, "HTTP/1.1 101 Swit"))) {
            connect(server.port(), SHORT);
            ConnectFailure failure = failure();
            assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
            assertThat(failure.message())
                    .endsWith("within 200 ms: still waiting for the answer to the handshake");
        }
    }

    @Test
    void aServerThatDoesNotAcceptEndsWithTheTimeout() throws IOException {
        // One connection fills the backlog of 1 on Linux, or a few do.
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket first = new Socket();
                Socket second = new Socket()) {
            InetSocketAddress address =
                    new InetSocketAddress(full.getInetAddress(), full.getLocalPort());
            first.connect(address);
            second.connect(address);
            connect(full.getLocalPort(), SHORT);
            assertThat(failure().kind()).isEqualTo(Kind.TIMEOUT);
        }
    }

    @Test
    void aCancelledTryHangsUpAndTellsNobodyAnything() throws IOException {
        List<Integer> read = new CopyOnWriteArrayList<>();
        AtomicReference<ClientConnector> attempt = new AtomicReference<>();
        try (var server = new LyingServer(
                true, (socket, request) -> read.add(socket.getInputStream().read()))) {
            loop.context()
                    .execute(() -> attempt.set(ClientConnector.connect(
                            loop,
                            target(server.port()),
                            LONG,
                            FrameLimits.DEFAULT,
                            handler,
                            failures::add)));
            await().until(() -> !server.requests.isEmpty());
            loop.context().execute(() -> attempt.get().cancel());
            await().until(() -> !read.isEmpty());
            assertThat(read).containsExactly(-1);
            assertThat(failures).isEmpty();
            assertThat(handler.events).isEmpty();
        }
    }

    @Test
    void overTcpLinesAreSpokenAtOnce() throws IOException {
        try (var server = new LyingServer(false, (socket, none) -> {
            byte[] line = socket.getInputStream().readNBytes(6);
            LyingServer.say(socket, new String(line, UTF_8).toUpperCase(java.util.Locale.ROOT));
        })) {
            loop.context()
                    .execute(() -> ClientConnector.connect(
                            loop,
                            new ClientTarget.Tcp("localhost", server.port(), null),
                            LONG,
                            1_000,
                            handler,
                            failures::add));
            Wire wire = wire();
            loop.context().execute(() -> wire.sendText("hello".getBytes(UTF_8), 0, 5));
            await().until(() -> handler.events.contains("text HELLO"));
        }
    }

    private List<HttpAnswer> answers(String... parts) throws IOException {
        List<HttpAnswer> answers = new CopyOnWriteArrayList<>();
        try (var server = new LyingServer(true, (socket, request) -> {
            for (String part : parts) {
                LyingServer.say(socket, part);
            }
        })) {
            loop.context()
                    .execute(() -> ClientConnector.get(
                            loop,
                            new ClientTarget.Http("127.0.0.1", server.port(), null, "/health"),
                            LONG,
                            answers::add,
                            failures::add));
            await().until(() -> !answers.isEmpty() || !failures.isEmpty());
            assertThat(server.requests.getFirst())
                    .isEqualTo("GET /health HTTP/1.1\r\nHost: 127.0.0.1:" + server.port()
                            + "\r\nConnection: close\r\n\r\n");
        }
        return answers;
    }

    @Test
    void aHealthAddressIsAskedForItsStatusAndItsPage() throws IOException {
        assertThat(answers(
                        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 7\r\n\r\n{\"a\"",
                        ":1}"))
                .containsExactly(new HttpAnswer(503, "{\"a\":1}"));
    }

    @Test
    void aHealthPageMayComeInChunks() throws IOException {
        assertThat(answers(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{\"\r\n",
                        "5\r\na\":1}\r\n0\r\n\r\n"))
                .containsExactly(new HttpAnswer(200, "{\"a\":1}"));
    }

    @Test
    void aHealthPageThatIsTooLongIsNotRead() throws IOException {
        assertThat(answers("HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n{"))
                .containsExactly(new HttpAnswer(200, ""));
    }

    @Test
    void aHealthPageThatBreaksOffIsNoAnswer() throws IOException {
        assertThat(answers("no HTTP at all\r\n\r\n")).isEmpty();
        assertThat(failures)
                .singleElement()
                .satisfies(failure ->
                        assertThat(failure.kind()).isEqualTo(ConnectFailure.Kind.HANDSHAKE));
    }
}
