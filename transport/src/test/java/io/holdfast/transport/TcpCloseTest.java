package io.holdfast.transport;

import static io.holdfast.transport.TcpServer.readLine;
import static io.holdfast.transport.TcpServer.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.transport.FrontWatch.Trouble;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Closing what is stuck. Were a lingering close(2) to block, each connection here would take
 * the specification's 5 seconds, one after the other: minutes, where a test waits 10 seconds.
 */
class TcpCloseTest {
    private static final int STUCK = 50;
    /** Bytes; more than both kernels' buffers hold. */
    private static final int MUCH = 8 << 20;

    private TcpServer server;
    private final List<Socket> sockets = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        server = TcpServer.plain();
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        server.close();
    }

    /** The ways in which a connection ends with much that the peer never read. */
    enum Way {
        CUT,
        CLOSE_OF_THE_CHANNEL,
        FAILURE_OF_THE_OWNER,
        RESET_BY_PEER;

        void end(RecordingHandler handler, Socket client) throws IOException {
            switch (this) {
                case CUT -> handler.tcp().loop().execute(handler.tcp()::cut);
                case CLOSE_OF_THE_CHANNEL -> {
                    Channel channel = handler.tcp().context().channel();
                    handler.tcp().loop().execute(channel::close);
                }
                case FAILURE_OF_THE_OWNER -> {
                    handler.onText = text -> {
                        throw new IllegalStateException("the owner failed, as the test wants");
                    };
                    send(client, "go\n");
                }
                case RESET_BY_PEER -> {
                    client.setSoLinger(true, 0);
                    client.close();
                }
            }
        }
    }

    private List<RecordingHandler> stuckConnections() throws IOException {
        List<RecordingHandler> stuck = new ArrayList<>();
        byte[] much = new byte[MUCH / 8];
        for (int i = 0; i < STUCK; i++) {
            sockets.add(server.connect());
        }
        server.handler(STUCK - 1);
        for (int i = 0; i < STUCK; i++) {
            RecordingHandler handler = server.handlers.get(i);
            stuck.add(handler);
            server.turn(() -> handler.tcp().sendText(much, 0, much.length));
        }
        for (RecordingHandler handler : stuck) {
            assertThat(handler.tcp().unwrittenBytes())
                    .as("the peer's kernel has not taken all")
                    .isPositive();
        }
        return stuck;
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void stuckConnectionsEndWithoutHoldingUpAnything(Way way) throws IOException {
        List<RecordingHandler> stuck = stuckConnections();
        List<Channel> channels = channels(stuck);
        server.prepare = TcpServer::echo;
        try (Socket other = server.connect()) {
            server.handler(STUCK);
            for (int i = 0; i < STUCK; i++) {
                way.end(stuck.get(i), sockets.get(i));
            }
            send(other, "still there?\n");
            assertThat(readLine(other)).isEqualTo("still there?");
            await().untilAsserted(() -> assertThat(stuck)
                    .allSatisfy(handler -> assertThat(handler.events).endsWith("lost")));
            assertAllClosed(channels);
        }
    }

    private static void assertAllClosed(List<Channel> channels) {
        await().until(() ->
                channels.stream().allMatch(channel -> channel.closeFuture().isDone()));
    }

    private static List<Channel> channels(List<RecordingHandler> handlers) {
        return handlers.stream()
                .map(handler -> handler.tcp().context().channel())
                .toList();
    }

    @Test
    void theEndOfTheLoopsClosesStuckConnectionsAtOnce() throws IOException {
        List<Channel> channels = channels(stuckConnections());
        server.loop.close();
        await().until(() ->
                channels.stream().allMatch(channel -> channel.closeFuture().isDone()));
    }

    @Test
    void aPeerThatNeverReadsIsCutAndWhatWasQueuedIsDropped() throws IOException {
        RecordingHandler handler = stuckConnections().getFirst();
        server.turn(() -> {
            handler.tcp().finishWriting();
            assertThat(handler.tcp().unwrittenBytes()).isPositive();
            handler.tcp().cut();
            handler.tcp().cut();
        });
        await().untilAsserted(() -> assertThat(handler.events).containsOnlyOnce("lost"));
        assertThat(handler.tcp().unwrittenBytes()).isZero();
    }

    @Test
    void afterACutNothingMoreIsGivenNotEvenWhatWasReadAlready() throws IOException {
        server.prepare = handler -> handler.onText = text -> handler.tcp().cut();
        try (Socket client = server.connect()) {
            send(client, "a\nb\nc\n");
            RecordingHandler handler = server.handler(0);
            await().untilAsserted(() -> assertThat(handler.events).endsWith("lost"));
            assertThat(handler.events).containsExactly("opened", "text a", "lost");
        }
    }

    @Test
    void finishWritesEverythingBeforeItCloses() throws IOException {
        try (Socket client = server.connect()) {
            RecordingHandler handler = server.handler(0);
            byte[] much = new byte[MUCH];
            server.turn(() -> {
                handler.tcp().sendText(much, 0, much.length);
                handler.tcp().finish();
            });
            assertThat(client.getInputStream().readAllBytes()).hasSize(MUCH + 1);
        }
    }

    @Test
    void socketsAboveTheLimitAreClosedUnheardAndCounted() throws IOException {
        try (TcpServer small = new TcpServer(
                        new TcpSettings(2, 100, TcpServer.LONG, address -> false), null);
                Socket one = small.connect();
                Socket two = small.connect()) {
            small.handler(1);
            try (Socket three = small.connect()) {
                assertThat(three.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(small.troubles).containsExactly(Trouble.TOO_MANY_SOCKETS);
            one.close();
            RecordingHandler first = small.handler(0);
            small.turn(() -> first.tcp().finish());
            await().untilAsserted(() -> assertThat(first.events).endsWith("lost"));
            try (Socket next = small.connect()) {
                assertThat(next.isConnected()).isTrue();
                small.handler(2);
            }
            assertThat(two.isConnected()).isTrue();
        }
    }
}
