package io.holdfast.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.protocol.websocket.FrameLimits;
import io.holdfast.transport.FrontWatch.Trouble;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Over real sockets, since timeouts and half-closes are the socket's. */
class HttpFrontTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(100);
    /** Enough for a whole head on a busy machine, and little enough to be waited for. */
    private static final Duration A_MOMENT = Duration.ofSeconds(2);

    private static final String REQUEST = "GET /%s HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String HANDSHAKE = """
            GET /ws HTTP/1.1
            Host: a
            Upgrade: websocket
            Connection: Upgrade
            Sec-WebSocket-Version: 13
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

            """.replace("\n", "\r\n");

    private final TestLoop loop = new TestLoop();
    private final RecordingHandler handler = new RecordingHandler();
    private final List<Trouble> troubles = new CopyOnWriteArrayList<>();
    private final List<Boolean> offered = new CopyOnWriteArrayList<>();
    private @Nullable Listener listener;

    private final HttpService service = new HttpService() {
        @Override
        public HttpReply reply(RequestHead request) {
            return HttpReply.text(200, "this is " + request.path());
        }

        @Override
        public @Nullable WebSocketEndpoint endpoint(RequestHead request) {
            return request.path().equals("/ws") ? this::open : null;
        }

        private WireHandler open(RequestHead head, LoopContext where) {
            offered.add(head.offersSubprotocol("holdfast.v1"));
            return handler;
        }
    };

    @AfterEach
    void stop() {
        if (listener != null) {
            listener.close();
        }
        loop.close();
    }

    private Socket connect(Duration handshake, Duration keepAlive) throws IOException {
        return connect(new ListenerSettings(
                handshake, keepAlive, 1_024, 10, 2, FrameLimits.DEFAULT, false));
    }

    private Socket connect(ListenerSettings settings) throws IOException {
        if (listener == null) {
            listener = Listener.bind(
                    loop.loops(),
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    false,
                    service,
                    () -> settings,
                    null,
                    troubles::add);
        }
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port());
        // A test that would hang fails instead.
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    private static String readUntil(Socket socket, String end) throws IOException {
        StringBuilder text = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (text.indexOf(end) < 0) {
            int b = in.read();
            if (b < 0) {
                return text + "<end>";
            }
            text.append((char) b);
        }
        return text.toString();
    }

    private static String readToEnd(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws IOException {
        try (Socket socket = connect(LONG, LONG)) {
            send(socket, REQUEST.formatted("a") + REQUEST.formatted("b") + REQUEST.formatted("c"));
            assertThat(readUntil(socket, "this is /a\n")).contains("200 OK").doesNotContain("/b");
            assertThat(readUntil(socket, "this is /b\n")).doesNotContain("/c");
            assertThat(readUntil(socket, "this is /c\n")).doesNotContain("<end>");
        }
    }

    @Test
    void anIdleConnectionIsClosedAfterTheKeepAliveTimeoutWhichIsNobodysFault() throws IOException {
        try (Socket socket = connect(LONG, SHORT)) {
            send(socket, REQUEST.formatted("a"));
            assertThat(readToEnd(socket)).endsWith("this is /a\n");
            assertThat(troubles).isEmpty();
        }
    }

    @Test
    void whoSendsNoWholeHeadInTimeIsClosedAndCounted() throws IOException {
        try (Socket socket = connect(SHORT, LONG)) {
            send(socket, "GET / HT");
            assertThat(readToEnd(socket)).isEmpty();
            assertThat(troubles).containsExactly(Trouble.HANDSHAKE_TIMEOUT);
        }
    }

    @Test
    void aHeadBegunBehindAnAnsweredRequestHasTheSameShortTime() throws IOException {
        try (Socket socket = connect(A_MOMENT, LONG)) {
            send(socket, REQUEST.formatted("a") + "GET /b HTTP/1.1\r\n");
            assertThat(readToEnd(socket)).endsWith("this is /a\n");
            assertThat(troubles).containsExactly(Trouble.HANDSHAKE_TIMEOUT);
        }
    }

    @Test
    void anOpenedWebSocketHasNoHandshakeTimeoutAnyMore() throws IOException {
        try (Socket socket = connect(A_MOMENT, A_MOMENT);
                Socket later = connect(A_MOMENT, A_MOMENT)) {
            send(socket, HANDSHAKE);
            assertThat(readUntil(socket, "\r\n\r\n")).startsWith("HTTP/1.1 101 ");
            // The other connection's time began later: when it is over, the first one's would be.
            assertThat(readToEnd(later)).isEmpty();
            send(socket, "\u0081\u0081\0\0\0\0x");
            await().until(() -> handler.events.contains("text x"));
        }
    }

    @Test
    void aClientThatOffersTheSubprotocolAmongOthersGetsThatOneBackOnce() throws IOException {
        assertThat(subprotocolsAnswered("chat", "@@, holdfast.v1, superchat"))
                .containsExactly("Sec-WebSocket-Protocol: holdfast.v1");
        assertThat(offered).containsExactly(true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "chat, superchat", "\"x, ;;,"})
    void aClientThatOffersOnlyOthersIsConnectedWithoutOne(String offer) throws IOException {
        assertThat(subprotocolsAnswered(offer)).isEmpty();
        assertThat(offered).containsExactly(false);
        assertThat(troubles).isEmpty();
    }

    @Test
    void aClientThatOffersNoneIsConnectedWithoutOne() throws IOException {
        assertThat(subprotocolsAnswered()).isEmpty();
        assertThat(offered).containsExactly(false);
    }

    @Test
    void aPlainRequestChoosesNoSubprotocol() throws IOException {
        try (Socket socket = connect(LONG, LONG)) {
            String offer = "Sec-WebSocket-Protocol: holdfast.v1\r\n\r\n";
            send(socket, "GET /a HTTP/1.1\r\nHost: a\r\n" + offer);
            assertThat(readUntil(socket, "this is /a\n"))
                    .contains("200 OK")
                    .doesNotContainIgnoringCase("sec-websocket-protocol");
        }
    }

    /** Lines of the response that choose a subprotocol; each offer is a header of its own. */
    private List<String> subprotocolsAnswered(String... offers) throws IOException {
        StringBuilder head = new StringBuilder(HANDSHAKE);
        for (String offer : offers) {
            head.insert(head.indexOf("Upgrade:"), "Sec-WebSocket-Protocol: " + offer + "\r\n");
        }
        try (Socket socket = connect(LONG, LONG)) {
            send(socket, head.toString());
            String response = readUntil(socket, "\r\n\r\n");
            assertThat(response).startsWith("HTTP/1.1 101 ");
            return response.lines()
                    .filter(line -> line.startsWith("Sec-WebSocket-Protocol"))
                    .toList();
        }
    }

    @Test
    void aRefusedHeadIsAnsweredThenClosedAndNothingBehindItIsServed() throws IOException {
        try (Socket socket = connect(LONG, LONG)) {
            send(socket, "GET / HTTP/1.1\nHost: a\r\n\r\n" + REQUEST.formatted("a"));
            assertThat(readToEnd(socket)).startsWith("HTTP/1.1 400 ").doesNotContain("this is");
            assertThat(troubles).containsExactly(Trouble.BAD_REQUEST);
        }
    }

    @Test
    void aHeadAnswersTheSameHoweverItIsCut() throws IOException {
        Random random = new Random(1);
        try (Socket socket = connect(LONG, LONG)) {
            socket.setTcpNoDelay(true);
            for (int run = 0; run < 50; run++) {
                String text = REQUEST.formatted("r" + run);
                int cut = 1 + random.nextInt(text.length() - 1);
                send(socket, text.substring(0, cut));
                send(socket, text.substring(cut));
                assertThat(readUntil(socket, "this is /r" + run + "\n")).contains("200 OK");
            }
        }
        assertThat(troubles).isEmpty();
    }

    @Test
    void socketsAboveTheLimitAreClosedUnheardAndCounted() throws IOException {
        try (Socket one = connect(LONG, LONG);
                Socket two = connect(LONG, LONG)) {
            send(one, REQUEST.formatted("a"));
            send(two, REQUEST.formatted("b"));
            readUntil(one, "this is /a\n");
            readUntil(two, "this is /b\n");
            try (Socket three = connect(LONG, LONG)) {
                assertThat(three.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(troubles).containsExactly(Trouble.TOO_MANY_SOCKETS);
        }
    }

    @Test
    void progressStandsStillWhileAPeerReadsNothingHoweverMuchIsQueued() throws Exception {
        try (Socket socket = connect(LONG, LONG)) {
            send(socket, HANDSHAKE);
            readUntil(socket, "\r\n\r\n");
            await().until(() -> handler.wire != null);
            Wire wire = java.util.Objects.requireNonNull(handler.wire);
            byte[] much = new byte[1 << 20];
            long[] seen = new long[2];
            loop.turn(() -> {
                for (int i = 0; i < 32; i++) {
                    wire.sendText(much, 0, much.length);
                }
            });
            // Until the kernel's buffers on both sides are full and stay so.
            await().during(Duration.ofMillis(200)).until(() -> {
                seen[1] = seen[0];
                loop.turn(() -> seen[0] = wire.progress());
                return seen[0] == seen[1];
            });
            for (int i = 0; i < 10; i++) {
                loop.turn(() -> wire.sendText(much, 0, 100));
            }
            loop.turn(() -> seen[1] = wire.progress());
            assertThat(seen[1]).as("more is queued, nothing is taken").isEqualTo(seen[0]);
            socket.getInputStream().readNBytes(8 << 20);
            await().until(() -> {
                loop.turn(() -> seen[1] = wire.progress());
                return seen[1] != seen[0];
            });
        }
    }
}
