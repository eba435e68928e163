package io.holdfast.transport;

import static io.holdfast.transport.TcpServer.readLine;
import static io.holdfast.transport.TcpServer.send;
import static io.holdfast.transport.TcpServer.sendText;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpHalfCloseTest {
    private TcpServer server;

    @BeforeEach
    void start() throws IOException {
        server = TcpServer.plain();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static void awaitEvents(RecordingHandler handler, String... events) {
        await().untilAsserted(() -> assertThat(handler.events).containsExactly(events));
    }

    @Test
    void whatThePeerSentIsGivenBeforeItsEndAndItIsStillWrittenTo() throws IOException {
        server.prepare = TcpServer::echo;
        try (Socket client = server.connect()) {
            send(client, "one\ntwo\nhalf a li");
            client.shutdownOutput();
            RecordingHandler handler = server.handler(0);
            awaitEvents(handler, "opened", "text one", "text two", "peer finished");
            assertThat(handler.tcp().midMessage()).isTrue();
            server.turn(() -> sendText(handler.tcp(), "later"));
            assertThat(readLine(client)).isEqualTo("one");
            assertThat(readLine(client)).isEqualTo("two");
            assertThat(readLine(client)).isEqualTo("later");
        }
    }

    @Test
    void afterBothHalvesHaveEndedThePeersFirstTheConnectionIsClosed() throws IOException {
        server.prepare = handler -> handler.onPeerFinished = () -> {
            sendText(handler.tcp(), "last words");
            handler.tcp().finishWriting();
        };
        try (Socket client = server.connect()) {
            client.shutdownOutput();
            assertThat(readLine(client)).isEqualTo("last words");
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            awaitEvents(server.handler(0), "opened", "peer finished", "lost");
        }
    }

    @Test
    void afterBothHalvesHaveEndedOursFirstTheConnectionIsClosed() throws IOException {
        try (Socket client = server.connect()) {
            RecordingHandler handler = server.handler(0);
            server.turn(() -> {
                sendText(handler.tcp(), "last words");
                handler.tcp().sendClose(1001, "the reason is not sent");
            });
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("last words\n");
            assertThat(handler.events).as("still open for the peer").containsExactly("opened");
            send(client, "nobody\nhears\nthis\n");
            client.shutdownOutput();
            awaitEvents(handler, "opened", "peer finished", "lost");
        }
    }

    @Test
    void whatIsQueuedForAPeerThatFinishedFirstArrivesWholeBeforeTheClose() throws IOException {
        byte[] much = new byte[8 << 20];
        server.prepare = handler -> handler.onPeerFinished = () -> {
            handler.tcp().sendText(much, 0, much.length);
            handler.tcp().finishWriting();
        };
        try (Socket client = server.connect()) {
            client.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).hasSize(much.length + 1);
        }
    }

    @Test
    void whatIsWrittenLongAfterThePeersEndArrivesWholeToo() throws IOException {
        byte[] much = new byte[8 << 20];
        try (Socket client = server.connect()) {
            client.shutdownOutput();
            RecordingHandler handler = server.handler(0);
            awaitEvents(handler, "opened", "peer finished");
            // Nothing is awaited of the socket now, until the kernel takes no more of this.
            server.turn(() -> handler.tcp().sendText(much, 0, much.length));
            server.turn(() -> handler.tcp().finishWriting());
            assertThat(client.getInputStream().readAllBytes()).hasSize(much.length + 1);
        }
    }

    @Test
    void aPeerThatFinishesWhileOurLastWordsWaitStillGetsThemWhole() throws IOException {
        byte[] much = new byte[8 << 20];
        try (Socket client = server.connect()) {
            RecordingHandler handler = server.handler(0);
            server.turn(() -> {
                handler.tcp().sendText(much, 0, much.length);
                handler.tcp().finishWriting();
            });
            client.shutdownOutput();
            awaitEvents(handler, "opened", "not writable", "peer finished");
            assertThat(client.getInputStream().readAllBytes()).hasSize(much.length + 1);
            await().untilAsserted(() -> assertThat(handler.events).endsWith("lost"));
        }
    }

    @Test
    void inputThatNobodyWantsIsReadAndForgottenAfterOurEnd() throws IOException {
        try (Socket client = server.connect()) {
            RecordingHandler handler = server.handler(0);
            server.turn(() -> {
                handler.tcp().reading(false);
                handler.tcp().finishWriting();
            });
            // Far more than the kernels hold: somebody reads it.
            client.getOutputStream().write(new byte[16 << 20]);
            client.shutdownOutput();
            awaitEvents(handler, "opened", "peer finished", "lost");
            assertThat(handler.tcp().midMessage()).isFalse();
        }
    }

    @Test
    void aPeerThatResetsAfterItsEndIsNoticedByTheNextWrite() throws IOException {
        Socket client = server.connect();
        RecordingHandler handler = server.handler(0);
        client.shutdownOutput();
        awaitEvents(handler, "opened", "peer finished");
        client.setSoLinger(true, 0);
        client.close();
        await().untilAsserted(() -> {
            server.turn(() -> sendText(handler.tcp(), "anybody?"));
            assertThat(handler.events).endsWith("lost");
        });
        assertThat(handler.events).containsExactly("opened", "peer finished", "lost");
    }

    @Test
    void aSocketStopsLingeringAsSoonAsOneHalfHasEnded() throws IOException {
        try (Socket client = server.connect()) {
            RecordingHandler handler = server.handler(0);
            SocketChannel channel = (SocketChannel) handler.tcp().context().channel();
            client.shutdownOutput();
            awaitEvents(handler, "opened", "peer finished");
            assertThat(channel.config().getSoLinger()).isEqualTo(-1);
        }
        try (Socket client = server.connect()) {
            RecordingHandler handler = server.handler(1);
            SocketChannel channel = (SocketChannel) handler.tcp().context().channel();
            server.turn(() -> handler.tcp().finishWriting());
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            await().until(() -> channel.config().getSoLinger() == -1);
        }
    }
}
