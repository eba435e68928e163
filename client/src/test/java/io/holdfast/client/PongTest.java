package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.client.FakeNetwork.FakeLink;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A server that asks and does not read gets no answers piled up for it. */
class PongTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int BURSTS = 256;
    /** Bytes of pings, in all some times what the kernel keeps for a connection. */
    private static final int BURST_BYTES = 1000 * 127;

    private static void pingWithoutReading(LyingServer.Peer peer) throws IOException {
        peer.socket.setReceiveBufferSize(4096);
        peer.welcome();
        byte[] pings = new byte[BURST_BYTES];
        for (int at = 0; at < pings.length; at += 127) {
            pings[at] = (byte) 0x89;
            pings[at + 1] = 125;
        }
        OutputStream out = peer.socket.getOutputStream();
        for (int i = 0; i < BURSTS; i++) {
            out.write(pings);
        }
    }

    @Test
    void pingsOfTheTransportAreNotAnsweredWhileNothingIsTaken() throws Exception {
        try (var server = new LyingServer(PongTest::pingWithoutReading);
                var client = HoldfastClient.feed().url(server.url()).open()) {
            long all = (long) BURSTS * BURST_BYTES;
            await().atMost(PATIENCE).until(() -> client.metrics().bytesReceived() >= all);
            assertThat(client.metrics().bytesSent()).isPositive().isLessThan(all / 2);
        }
    }

    @Test
    void pingsOfABotServerAreNotAnsweredWhileNothingIsTaken() {
        FakeNetwork network = new FakeNetwork();
        ClientBuilder bot =
                HoldfastClient.bot().url("tcp://server:9000").clientId("b").withoutJitter();
        new HoldfastClient(bot.options(), network).start();
        network.run();
        FakeLink link = network.link().open();
        link.taken();
        String ping = "{\"event\":\"ping\",\"data\":{\"id\":7,\"server_timestamp\":1732182000123}}";
        link.unwritten = Link.PONG_ROOM_BYTES + 1;
        assertThat(link.say(ping).taken()).isEmpty();
        link.unwritten = Link.PONG_ROOM_BYTES;
        assertThat(link.say(ping).taken()).hasSize(1);
    }
}
