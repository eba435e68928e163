package io.holdfast.transport;

import static io.holdfast.transport.TcpServer.LONG;
import static io.holdfast.transport.TcpServer.send;
import static io.holdfast.transport.TcpServer.sendByteByByte;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.transport.FrontWatch.Trouble;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TcpProxyTest {
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final String CLIENT = "203.0.113.9";
    private static final String V1 = "PROXY TCP4 203.0.113.9 192.0.2.1 4711 9000\r\n";
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    /** What may stand in front of a stream, and whose it is then. */
    enum Header {
        NONE("", null),
        VERSION_1(HexFormat.of().formatHex(V1.getBytes(UTF_8)), CLIENT),
        UNKNOWN(HexFormat.of().formatHex("PROXY UNKNOWN\r\n".getBytes(UTF_8)), null),
        VERSION_2(SIGNATURE + "2111000f" + "cb007109c0000201" + "12672328" + "040000", CLIENT),
        LOCAL(SIGNATURE + "20000000", null);

        private final String hex;
        private final @Nullable String address;

        Header(String hex, @Nullable String address) {
            this.hex = hex;
            this.address = address;
        }

        void assertSeenBy(TcpServer server, Socket client) {
            if (address == null) {
                assertThat(server.clients)
                        .singleElement()
                        .isEqualTo(client.getLocalSocketAddress());
            } else {
                assertThat(server.clients).singleElement().satisfies(seen -> {
                    assertThat(seen.getAddress().getHostAddress()).isEqualTo(address);
                    assertThat(seen.getPort()).isEqualTo(4711);
                });
            }
        }
    }

    /** Header, hello, then frames of both kinds and a half one. */
    private static byte[] stream(Header header) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(HexFormat.of().parseHex(header.hex));
        all.writeBytes("hello\n".getBytes(UTF_8));
        frame(all, 0, "plain\nframe".getBytes(UTF_8));
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write("compressed frame".getBytes(UTF_8));
        }
        frame(all, 1, zipped.toByteArray());
        all.writeBytes(new byte[] {0, 0, 0, 9});
        return all.toByteArray();
    }

    private static void frame(ByteArrayOutputStream out, int flags, byte[] payload) {
        out.writeBytes(ByteBuffer.allocate(5)
                .putInt(payload.length + 1)
                .put((byte) flags)
                .array());
        out.writeBytes(payload);
    }

    private static void agreeOnFrames(RecordingHandler handler) {
        handler.onText = text -> {
            if (text.equals("hello")) {
                handler.tcp().receiveFrames();
            }
        };
    }

    private static void assertStreamArrived(TcpServer server, Header header, Socket client) {
        assertStreamArrived(server.handler(0));
        header.assertSeenBy(server, client);
        assertThat(server.troubles).isEmpty();
    }

    private static void assertStreamArrived(RecordingHandler handler) {
        await().pollDelay(Duration.ZERO)
                .untilAsserted(() -> assertThat(handler.events)
                        .containsExactly(
                                "opened",
                                "text hello",
                                "text plain\nframe",
                                "text compressed frame"));
        await().pollDelay(Duration.ZERO).until(handler.tcp()::midMessage);
    }

    @ParameterizedTest
    @EnumSource(Header.class)
    void aStreamThatArrivesByteByByteIsTheSame(Header header) throws IOException {
        try (TcpServer server = TcpServer.behindProxy(LONG);
                Socket client = server.connect()) {
            server.prepare = TcpProxyTest::agreeOnFrames;
            sendByteByByte(client, stream(header));
            assertStreamArrived(server, header, client);
        }
    }

    @ParameterizedTest
    @EnumSource(Header.class)
    void aStreamThatArrivesAtOnceIsTheSame(Header header) throws IOException {
        try (TcpServer server = TcpServer.behindProxy(LONG);
                Socket client = server.connect()) {
            server.prepare = TcpProxyTest::agreeOnFrames;
            client.getOutputStream().write(stream(header));
            assertStreamArrived(server, header, client);
        }
    }

    @ParameterizedTest
    @EnumSource(Header.class)
    void aStreamInAnyTwoPiecesIsTheSame(Header header) throws IOException {
        byte[] stream = stream(header);
        Random random = new Random(7);
        List<Socket> clients = new ArrayList<>();
        try (TcpServer server = TcpServer.behindProxy(LONG)) {
            server.prepare = TcpProxyTest::agreeOnFrames;
            for (int run = 0; run < 20; run++) {
                Socket client = server.connect();
                clients.add(client);
                int cut = 1 + random.nextInt(stream.length - 1);
                client.getOutputStream().write(stream, 0, cut);
                // A turn of the loop between both, so that most are read apart.
                server.turn(() -> {});
                client.getOutputStream().write(stream, cut, stream.length - cut);
            }
            server.handler(clients.size() - 1);
            server.handlers.forEach(TcpProxyTest::assertStreamArrived);
            assertThat(server.troubles).isEmpty();
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"P\n", "PROXY\n", "PROX\nPROXY TCP4\n", "\r\n", "\r\n\r\n"})
    void whatOnlyBeginsLikeAHeaderIsGivenOnAsItCame(String text) throws IOException {
        try (TcpServer server = TcpServer.behindProxy(LONG);
                Socket client = server.connect()) {
            sendByteByByte(client, (text + "{}\n").getBytes(UTF_8));
            RecordingHandler handler = server.handler(0);
            String[] lines = (text + "{}\n").replace("\r", "").split("\n", -1);
            await().untilAsserted(() -> assertThat(handler.events).hasSize(lines.length));
            for (int i = 0; i < lines.length - 1; i++) {
                assertThat(handler.events.get(i + 1)).isEqualTo("text " + lines[i]);
            }
            assertThat(server.troubles).isEmpty();
        }
    }

    @Test
    void fromAnUntrustedPeerAHeaderIsALineLikeAnyOther() throws IOException {
        try (TcpServer server = TcpServer.plain();
                Socket client = server.connect()) {
            send(client, V1);
            RecordingHandler handler = server.handler(0);
            await().untilAsserted(() ->
                    assertThat(handler.events).containsExactly("opened", "text " + V1.strip()));
            assertThat(server.clients)
                    .containsExactly((java.net.InetSocketAddress) client.getLocalSocketAddress());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 203.0.113.999 192.0.2.1 4711 9000\r\n",
                "PROXY TCP4 203.0.113.9 192.0.2.1 4711 9000\n",
                "PROXY UDP4 203.0.113.9 192.0.2.1 4711 9000\r\n"
            })
    void aBrokenHeaderEndsTheConnectionAndIsCounted(String header) throws IOException {
        try (TcpServer server = TcpServer.behindProxy(LONG);
                Socket client = server.connect()) {
            send(client, header);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(server.troubles).containsExactly(Trouble.PROXY_HEADER);
            assertThat(server.handlers).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "PROX", "PROXY TCP4 203.0.113.9 192.0.2.1"})
    void aHeaderThatIsNotWholeInTimeEndsTheConnectionAndIsCounted(String half) throws IOException {
        try (TcpServer server = TcpServer.behindProxy(SHORT);
                Socket client = server.connect()) {
            send(client, half);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(server.troubles).containsExactly(Trouble.PROXY_HEADER);
            assertThat(server.handlers).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROX", "PROXY TCP4 203.0.113.9 192.0.2.1"})
    void aPeerThatFinishesInTheMiddleOfAHeaderIsCounted(String half) throws IOException {
        try (TcpServer server = TcpServer.behindProxy(LONG);
                Socket client = server.connect()) {
            send(client, half);
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(server.troubles).containsExactly(Trouble.PROXY_HEADER);
        }
    }

    @Test
    void aPeerThatOnlyLooksWhetherSomebodyIsHereIsNoTrouble() throws IOException {
        try (TcpServer server = TcpServer.behindProxy(LONG);
                Socket client = server.connect()) {
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(server.troubles).isEmpty();
            assertThat(server.handlers).isEmpty();
        }
    }

    @Test
    void theTimeForTheHeaderIsOverOnceItIsThere() throws IOException {
        try (TcpServer server = TcpServer.behindProxy(Duration.ofSeconds(1));
                Socket slow = server.connect();
                Socket client = server.connect()) {
            send(client, V1 + "one\n");
            RecordingHandler handler = server.handler(0);
            // The other connection's end shows that the time has passed.
            assertThat(slow.getInputStream().read()).isEqualTo(-1);
            await().untilAsserted(() -> assertThat(server.troubles).hasSize(1));
            send(client, "two\n");
            await().untilAsserted(() ->
                    assertThat(handler.events).containsExactly("opened", "text one", "text two"));
        }
    }
}
