package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.java_websocket.WebSocket;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.extensions.permessage_deflate.PerMessageDeflateExtension;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Over loopback, against servers that lie and against one that is not ours. */
class RealSocketsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static ClientBuilder feed(LyingServer server) {
        return HoldfastClient.feed()
                .url(server.url())
                .withoutJitter()
                .backoff(Duration.ofMillis(20), Duration.ofMillis(100));
    }

    private static ClientBuilder bot(LyingServer server) {
        return HoldfastClient.bot()
                .url(server.url().replace("ws:", "tcp:"))
                .clientId("bot-1")
                .withoutJitter()
                .backoff(Duration.ofMillis(20), Duration.ofMillis(100));
    }

    private static <E extends Event> E next(HoldfastClient client, Class<E> type)
            throws InterruptedException {
        while (true) {
            Event event = client.receive(PATIENCE);
            if (type.isInstance(event)) {
                return type.cast(event);
            }
            assertThat(event)
                    .as("waiting for %s", type.getSimpleName())
                    .isNotNull()
                    .isNotInstanceOf(Event.Closed.class);
        }
    }

    @Test
    void aServerThatAcceptsAndDropsIsCalledMoreAndMoreSeldom() throws Exception {
        try (var server = new LyingServer(peer -> peer.welcome().socket.close());
                var client = feed(server).open()) {
            List<Duration> waits = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Event.Disconnected gone = next(client, Event.Disconnected.class);
                assertThat(gone.error().closeCode()).isEqualTo(1006);
                waits.add(gone.retryIn());
            }
            assertThat(waits)
                    .containsExactly(
                            Duration.ofMillis(20),
                            Duration.ofMillis(40),
                            Duration.ofMillis(80),
                            Duration.ofMillis(100));
        }
    }

    @Test
    void aServerThatNeverAnswersIsGivenUp() throws Exception {
        try (var server = new LyingServer(LyingServer.Peer::readUntilGone);
                var client = feed(server).connectTimeout(Duration.ofMillis(200)).open()) {
            ClientException error = next(client, Event.Disconnected.class).error();
            assertThat(error.kind()).isEqualTo(ErrorKind.TIMEOUT);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1000, FINISHED",
        "1003, NOT_UNCHANGED",
        "1007, NOT_UNCHANGED",
        "1008, UNAUTHORISED",
        "1009, NOT_UNCHANGED",
        "4500, REPLACED",
        "4501, TOKEN_EXPIRED",
        "4502, CLOSED_BY_OPERATOR",
        "4999, TOLD_TO_STAY_AWAY"
    })
    void theseCloseCodesAreForGood(int code, ClosedCause cause) throws Exception {
        try (var server = new LyingServer(
                        peer -> peer.welcome().close(code, "why").behave());
                var client = feed(server).open()) {
            Event event = client.receive();
            while (!(event instanceof Event.Closed closed)) {
                event = client.receive();
            }
            assertThat(closed.cause()).isEqualTo(cause);
            ClientException error = closed.error();
            assertThat(error).isNotNull();
            assertThat(error.closeCode()).isEqualTo(code);
            assertThat(error.closeReason()).isEqualTo("why");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1001, 5000",
        "1002, 20",
        "1011, 20",
        "1012, 0",
        "1013, 10000",
        "4100, 20",
        "4101, 20",
        "4400, 20"
    })
    void theseCloseCodesBringItBack(int code, long atLeastMillis) throws Exception {
        try (var server = new LyingServer(
                        peer -> peer.welcome().close(code, "why").behave());
                var client = feed(server).open()) {
            Event.Disconnected gone = next(client, Event.Disconnected.class);
            assertThat(gone.error().kind()).isEqualTo(ErrorKind.CLOSED);
            assertThat(gone.error().closeCode()).isEqualTo(code);
            assertThat(gone.retryIn()).isGreaterThanOrEqualTo(Duration.ofMillis(atLeastMillis));
        }
    }

    @ParameterizedTest
    @CsvSource({"401", "403"})
    void refusedCredentialsAreForGood(int status) throws Exception {
        try (var server = new LyingServer(peer -> {
                    peer.request();
                    peer.write("HTTP/1.1 " + status + " No\r\nContent-Length: 0\r\n\r\n");
                });
                var client = feed(server).open()) {
            Event.Closed closed = lastOf(client);
            assertThat(closed.cause()).isEqualTo(ClosedCause.UNAUTHORISED);
            assertThat(closed.error()).isNotNull();
            assertThat(closed.error().kind()).isEqualTo(ErrorKind.UNAUTHORISED);
            assertThat(closed.error().httpStatus()).isEqualTo(status);
        }
    }

    private static Event.Closed lastOf(HoldfastClient client) throws InterruptedException {
        while (true) {
            if (client.receive(PATIENCE) instanceof Event.Closed closed) {
                return closed;
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"429, HANDSHAKE", "503, HANDSHAKE"})
    void retryAfterIsHeeded(int status, ErrorKind kind) throws Exception {
        try (var server = new LyingServer(peer -> {
                    peer.request();
                    peer.write("HTTP/1.1 " + status + " No\r\nRetry-After: 7\r\n\r\n");
                });
                var client = feed(server).open()) {
            Event.Disconnected gone = next(client, Event.Disconnected.class);
            assertThat(gone.error().kind()).isEqualTo(kind);
            assertThat(gone.error().retryAfter()).contains(Duration.ofSeconds(7));
            assertThat(gone.retryIn()).isGreaterThanOrEqualTo(Duration.ofSeconds(7));
        }
    }

    @Test
    void aRedirectIsNotFollowedAndTriedAgain() throws Exception {
        try (var server = new LyingServer(peer -> {
                    peer.request();
                    peer.write("HTTP/1.1 301 Moved\r\nLocation: ws://127.0.0.1:1/\r\n\r\n");
                });
                var client = feed(server).open()) {
            ClientException error = next(client, Event.Disconnected.class).error();
            assertThat(error.httpStatus()).isEqualTo(301);
            await().until(() -> server.connections() > 1);
        }
    }

    @ParameterizedTest
    @CsvSource({"'\u0083\u0000'", "'\u0081\u0085aaaaaaaaa'", "'\u00c1\u0001x'", "'\u0082\u0001x'"})
    void garbageFramesAreAProtocolErrorAndAreTriedAgain(String bytes) throws Exception {
        try (var server = new LyingServer(peer -> peer.welcome().write(bytes).readUntilGone());
                var client = feed(server).open()) {
            ClientException error = next(client, Event.Disconnected.class).error();
            assertThat(error.kind()).isEqualTo(ErrorKind.PROTOCOL);
            await().until(() -> server.connections() > 1);
        }
    }

    @Test
    void aServerThatBreaksTheProtocolIsToldSoThoughItHadMoreToSay() throws Exception {
        CompletableFuture<Integer> told = new CompletableFuture<>();
        try (var server = new LyingServer(peer -> {
                    // A frame of an unknown kind, and more than the buffers between us hold.
                    peer.welcome().write("\u0083\u0000" + "x".repeat(16 << 20));
                    told.complete(peer.closeCode());
                    peer.readUntilGone();
                });
                var client = feed(server).open()) {
            next(client, Event.Disconnected.class);
            assertThat(told.get(20, TimeUnit.SECONDS)).isEqualTo(1002);
        }
    }

    @Test
    void aServerThatBreaksTheProtocolAndTalksOnIsCut() throws Exception {
        CompletableFuture<Void> cut = new CompletableFuture<>();
        try (var server = new LyingServer(peer -> {
                    try {
                        while (true) {
                            peer.write("{\"event\":\"\u00c3(\"}\n");
                        }
                    } catch (IOException gone) {
                        cut.complete(null);
                    }
                });
                var client = bot(server)
                        .backoff(Duration.ofMinutes(1), Duration.ofMinutes(1))
                        .open()) {
            next(client, Event.Disconnected.class);
            cut.get(20, TimeUnit.SECONDS);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello?", "{{{", "[1]", "1", "null", ""})
    void textThatIsNoJsonObjectIsAProtocolErrorAndIsTriedAgain(String text) throws Exception {
        try (var server = new LyingServer(peer -> peer.welcome().text(text).readUntilGone());
                var client = feed(server).open()) {
            ClientException error = next(client, Event.Disconnected.class).error();
            assertThat(error.kind()).isEqualTo(ErrorKind.PROTOCOL);
            assertThat(error.getMessage()).endsWith("something that is no JSON object");
            await().until(() -> server.connections() > 1);
        }
    }

    @Test
    void aLineThatIsNoJsonIsAProtocolErrorToABot() throws Exception {
        try (var server = new LyingServer(peer -> peer.write("hello?\n").readUntilGone());
                var client = bot(server).open()) {
            ClientException error = next(client, Event.Disconnected.class).error();
            assertThat(error.kind()).isEqualTo(ErrorKind.PROTOCOL);
            await().until(() -> server.connections() > 1);
        }
    }

    @Test
    void anyTextIsAMessageToARawClient() throws Exception {
        try (var server = new LyingServer(peer -> peer.shakeHands().text("{{{").behave());
                var client = HoldfastClient.feed().url(server.url()).raw().open()) {
            assertThat(next(client, Event.Message.class).data()).isEqualTo("{{{");
        }
    }

    @Test
    void closeReturnsInTimeThoughTheServerDoesNotAnswer() throws Exception {
        try (var server = new LyingServer(peer -> peer.welcome().readUntilGone())) {
            HoldfastClient client = feed(server).resume().open();
            client.connected().get(20, TimeUnit.SECONDS);
            CompletableFuture<Ack> unacked = client.send("1");
            client.close(Duration.ofMillis(400));
            assertThat(lastOf(client).cause()).isEqualTo(ClosedCause.ASKED);
            await().until(unacked::isCompletedExceptionally);
            client.close();
            client.close(Duration.ofMillis(1));
        }
    }

    @Test
    void theListenerFinishesItsMessageAndMayCloseTheClientItself() throws Exception {
        List<Event> heard = new CopyOnWriteArrayList<>();
        CompletableFuture<HoldfastClient> self = new CompletableFuture<>();
        try (var server = new LyingServer(
                peer -> peer.welcome().text("{\"type\":\"message\",\"data\":1}").behave())) {
            self.complete(feed(server)
                    .listener(event -> {
                        heard.add(event);
                        if (event instanceof Event.Message) {
                            self.get().close();
                        }
                    })
                    .open());
            await().atMost(PATIENCE).until(() -> heard.getLast() instanceof Event.Closed);
        }
    }

    @Test
    void aListenerThatFailsHearsTheNextEvent() throws Exception {
        CountDownLatch messages = new CountDownLatch(2);
        try (var server = new LyingServer(peer -> peer.welcome()
                        .text("{\"type\":\"message\",\"data\":1}")
                        .text("{\"type\":\"message\",\"data\":2}")
                        .behave());
                var client = feed(server)
                        .listener(event -> {
                            if (event instanceof Event.Message) {
                                messages.countDown();
                                throw new IOException("the application's own");
                            }
                        })
                        .open()) {
            assertThat(messages.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(client.metrics().state()).isEqualTo("connected");
        }
    }

    @Test
    void aStuckListenerDoesNotStopThePings() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch stuck = new CountDownLatch(1);
        List<String> read = new CopyOnWriteArrayList<>();
        try (var server = new LyingServer(peer -> {
                    peer.welcome();
                    byte[] ping = new byte[2 + 4 + "{\"type\":\"ping\"}".length()];
                    for (int i = 0; i < 3; i++) {
                        peer.socket.getInputStream().readNBytes(ping, 0, ping.length);
                        read.add("ping");
                        peer.text("{\"type\":\"pong\"}");
                    }
                    peer.readUntilGone();
                });
                var client = feed(server)
                        .heartbeat(Duration.ofMillis(50), Duration.ofSeconds(20))
                        .listener(event -> {
                            stuck.countDown();
                            release.await();
                        })
                        .open()) {
            stuck.await();
            await().atMost(PATIENCE).until(() -> read.size() == 3);
            await().until(() -> client.metrics().roundTrip().isPositive());
            release.countDown();
        }
    }

    @Test
    void speaksWithAServerThatIsNotOursAlsoInLongCompressedMessages() throws Exception {
        Echo server = new Echo();
        server.start();
        await().until(() -> server.getPort() > 0);
        try (var client = HoldfastClient.feed()
                .url("ws://127.0.0.1:" + server.getPort() + "/any?x=1")
                .raw()
                .onConnect("subscribe")
                .open()) {
            String large = "Привіт, 안녕 ".repeat(5_000);
            Ack ack = client.send(large).get(20, TimeUnit.SECONDS);
            assertThat(ack.status()).isEqualTo("written");
            assertThat(next(client, Event.Message.class).data()).isEqualTo("subscribe");
            assertThat(next(client, Event.Message.class).data()).isEqualTo(large);
        } finally {
            server.stop(1_000);
        }
    }

    @Test
    void aBotSpeaksFramesFromTheWelcomeOn() throws Exception {
        CompletableFuture<String> heard = new CompletableFuture<>();
        try (var server = new LyingServer(peer -> {
                    peer.line();
                    String first = "{\"event\":\"message\",\"from\":\"b\",\"data\":1}";
                    // The first frame in one write with the line that agrees on frames.
                    peer.write("{\"event\":\"welcome\",\"data\":{\"client_key\":\"bot-1\","
                            + "\"features\":[\"length-prefixed\",\"gzip\"]}}\n\0\0\0"
                            + (char) (first.length() + 1) + "\0" + first);
                    heard.complete(peer.lengthPrefixed());
                    peer.readUntilGone();
                });
                var client = bot(server).open()) {
            assertThat(next(client, Event.Message.class).data()).isEqualTo("1");
            client.say("hi");
            assertThat(heard.get(20, TimeUnit.SECONDS))
                    .startsWith("{\"event\":\"message\",\"id\":")
                    .endsWith(",\"data\":\"hi\"}");
        }
    }

    @Test
    void manyThreadsSendAtOnceAndEachMessageGoesOutOnceAndWhole() throws Exception {
        int threads = 8;
        int each = 200;
        Echo server = new Echo();
        server.start();
        await().until(() -> server.getPort() > 0);
        try (var client = HoldfastClient.feed()
                .url("ws://127.0.0.1:" + server.getPort())
                .queue(threads * each + 100, WhenFull.DROP_OLDEST)
                .raw()
                .open()) {
            for (int i = 0; i < threads; i++) {
                int number = i;
                CompletableFuture.runAsync(
                        () -> {
                            for (int n = 0; n < each; n++) {
                                client.send(number + "-" + n).join();
                            }
                        },
                        task -> Thread.ofVirtual().start(task));
            }
            List<String> heard = new ArrayList<>();
            while (heard.size() < threads * each) {
                heard.add(next(client, Event.Message.class).data());
            }
            assertThat(heard).doesNotHaveDuplicates().hasSize(threads * each);
        } finally {
            server.stop(1_000);
        }
    }

    /** Sends everything back; compresses when asked to. */
    private static final class Echo extends WebSocketServer {
        Echo() {
            super(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    List.of(new Draft_6455(new PerMessageDeflateExtension())));
            setReuseAddr(true);
        }

        @Override
        public void onOpen(WebSocket socket, ClientHandshake handshake) {}

        @Override
        public void onClose(WebSocket socket, int code, String reason, boolean remote) {}

        @Override
        public void onMessage(WebSocket socket, String message) {
            socket.send(message);
        }

        @Override
        public void onError(WebSocket socket, Exception error) {
            throw new AssertionError(error);
        }

        @Override
        public void onStart() {}
    }
}
