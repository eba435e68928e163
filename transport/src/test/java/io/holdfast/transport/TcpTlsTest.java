package io.holdfast.transport;

import static io.holdfast.transport.TcpServer.LONG;
import static io.holdfast.transport.TcpServer.MAX_MESSAGE;
import static io.holdfast.transport.TcpServer.readLine;
import static io.holdfast.transport.TcpServer.send;
import static io.holdfast.transport.TcpServer.sendByteByByte;
import static io.holdfast.transport.TcpServer.sendText;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.transport.FrontWatch.Trouble;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TcpTlsTest {
    private static TlsKeys keys;

    private @Nullable TcpServer started;

    @BeforeAll
    static void makeKeys(@TempDir Path directory) throws Exception {
        keys = TlsKeys.make(directory);
    }

    @AfterEach
    void stop() {
        if (started != null) {
            started.close();
        }
    }

    private TcpServer start(boolean proxies, Duration headerTimeout) throws IOException {
        TcpServer server = new TcpServer(
                new TcpSettings(100, MAX_MESSAGE, headerTimeout, address -> proxies), keys::server);
        server.prepare = TcpServer::echo;
        started = server;
        return server;
    }

    @Test
    void theProxyHeaderStandsBeforeTlsInPlainText() throws IOException {
        TcpServer server = start(true, LONG);
        try (Socket plain = server.connect()) {
            sendByteByByte(
                    plain, "PROXY TCP6 2001:db8::9 2001:db8::1 4711 9000\r\n".getBytes(UTF_8));
            try (SSLSocket client = keys.over(plain, "TLSv1.3")) {
                send(client, "over TLS\n");
                assertThat(readLine(client)).isEqualTo("over TLS");
                assertThat(server.clients).singleElement().satisfies(seen -> {
                    assertThat(seen.getAddress().getHostAddress()).startsWith("2001:db8:0:");
                    assertThat(seen.getPort()).isEqualTo(4711);
                });
            }
        }
    }

    @Test
    void aTrustedPeerMayStartWithTlsAtOnce() throws IOException {
        TcpServer server = start(true, LONG);
        try (SSLSocket client = keys.over(server.connect(), "TLSv1.3")) {
            send(client, "over TLS\n");
            assertThat(readLine(client)).isEqualTo("over TLS");
            assertThat(server.clients)
                    .containsExactly((java.net.InetSocketAddress) client.getLocalSocketAddress());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void thePeersGoodbyeCountsAsItsEnd(String version) throws IOException {
        TcpServer server = start(false, LONG);
        server.prepare = handler -> {
            TcpServer.echo(handler);
            handler.onPeerFinished = () -> handler.tcp().finishWriting();
        };
        try (SSLSocket client = keys.over(server.connect(), version)) {
            send(client, "one\n");
            assertThat(readLine(client)).isEqualTo("one");
            RecordingHandler handler = server.handler(0);
            client.shutdownOutput();
            await().untilAsserted(() -> assertThat(handler.events)
                    .containsExactly("opened", "text one", "peer finished", "lost"));
        }
    }

    @Test
    void afterThePeersGoodbyeItIsStillWrittenTo() throws IOException {
        TcpServer server = start(false, LONG);
        server.prepare = handler -> handler.onPeerFinished = () -> {
            sendText(handler.tcp(), "last words");
            handler.tcp().finishWriting();
        };
        try (SSLSocket client = keys.over(server.connect(), "TLSv1.3")) {
            client.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("last words\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void ourGoodbyeArrivesBehindOurLastWordsAndThePeersEndClosesTheConnection(String version)
            throws IOException {
        TcpServer server = start(false, LONG);
        try (SSLSocket client = keys.over(server.connect(), version)) {
            RecordingHandler handler = server.handler(0);
            server.turn(() -> {
                sendText(handler.tcp(), "last words");
                handler.tcp().finishWriting();
            });
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("last words\n");
            client.close();
            await().untilAsserted(() ->
                    assertThat(handler.events).containsExactly("opened", "peer finished", "lost"));
        }
    }

    @Test
    void aPeerThatEndsWithoutGoodbyeHasFinishedToo() throws IOException {
        TcpServer server = start(false, LONG);
        Socket plain = server.connect();
        try (SSLSocket client = keys.over(plain, "TLSv1.3")) {
            send(client, "one\n");
            assertThat(readLine(client)).isEqualTo("one");
            RecordingHandler handler = server.handler(0);
            plain.shutdownOutput();
            await().untilAsserted(() -> assertThat(handler.events)
                    .containsExactly("opened", "text one", "peer finished"));
            server.turn(handler.tcp()::cut);
        }
    }

    @Test
    void aStuckPeerIsCutWithoutWaitingForTheGoodbyeToLeave() throws IOException {
        TcpServer server = start(false, LONG);
        try (SSLSocket client = keys.over(server.connect(), "TLSv1.3")) {
            assertThat(client.isConnected()).isTrue();
            RecordingHandler handler = server.handler(0);
            byte[] much = new byte[8 << 20];
            server.turn(() -> handler.tcp().sendText(much, 0, much.length));
            server.turn(() -> {
                assertThat(handler.tcp().unwrittenBytes()).isPositive();
                handler.tcp().cut();
                assertThat(handler.tcp().context().channel().isOpen()).isFalse();
            });
            await().untilAsserted(() -> assertThat(handler.events).containsOnlyOnce("lost"));
        }
    }

    @Test
    void whatIsNoTlsEndsTheConnectionAndIsCounted() throws IOException {
        TcpServer server = start(false, LONG);
        try (Socket client = server.connect()) {
            send(client, "{\"event\":\"hello\"}\n");
            client.getInputStream().readAllBytes();
            assertThat(server.troubles).containsExactly(Trouble.TLS);
            assertThat(server.handlers).isEmpty();
        }
    }

    @Test
    void aHandshakeThatIsNotDoneInTimeEndsTheConnectionAndIsCounted() throws IOException {
        TcpServer server = start(false, Duration.ofMillis(100));
        try (Socket client = server.connect()) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            await().untilAsserted(() -> assertThat(server.troubles).containsExactly(Trouble.TLS));
            assertThat(server.handlers).isEmpty();
        }
    }

    @Test
    void aPeerThatFinishesBeforeTheHandshakeIsClosed() throws IOException {
        TcpServer server = start(false, LONG);
        try (Socket client = server.connect()) {
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(server.handlers).isEmpty();
        }
    }
}
