package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.conformance.client.BotClient;
import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.client.ResumingBot;
import io.holdfast.conformance.process.Http;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.NetworkNamespace;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Bots behind a network that loses packets: a network namespace made for the test.
 *
 * <p>Two clocks find a peer that is gone without a word. The pong timeout, here a few seconds, is the
 * one that works whatever is sent or not. {@code TCP_USER_TIMEOUT} (60 s, see {@link BotSocketsIT})
 * ends a connection whose written bytes nobody acknowledges, where the kernel would else repeat them
 * for a quarter of an hour; it also bounds how long bytes of a connection that was closed already keep
 * being repeated.
 */
class BotNetworkIT {
    private static final int MESSAGES = 200;

    @Test
    void aPeerWhosePacketsAreLostIsFoundByItsPongsAndItsSessionGoesOn() {
        try (var network = NetworkNamespace.make();
                var server = ServerProcess.start(Settings.QUIET
                        .with("bot.host", network.here())
                        .with(Keys.BOT_PING_INTERVAL, "1s")
                        .with(Keys.BOT_PONG_TIMEOUT, "3s"));
                var far = ResumingBot.of(server.botPort(), "far");
                var near = near(server, network)) {
            comeOver(far, server, network);
            near.greeted();
            var first = near.published("bot", "\"before\"");
            assertThat(first.path("seq").asInt()).isEqualTo(1);
            far.readUntil("bot", 1);
            network.dropAll();

            server.err().await("[TIMEOUT]", "\"far\"");
            await().atMost(Inbox.PATIENCE).until(() -> connections(server) == 1);
            near.published("bot", "\"meanwhile\"");
            assertThat(far.connection().hasEnded())
                    .as("on its side nothing has happened")
                    .isFalse();
            network.heal();
            var welcome = comeOver(far, server, network);
            assertThat(welcome.path("session_restored").asBoolean()).isTrue();
            far.readUntil("bot", 2);
            assertThat(far.data("bot")).containsExactly("\"before\"", "\"meanwhile\"");
            assertThat(far.gaps()).isEmpty();
        }
    }

    @Test
    void oneWhosePacketsAreLostComesBackBeforeAnybodyNoticed() {
        try (var network = NetworkNamespace.make();
                var server = ServerProcess.start(Settings.QUIET.with("bot.host", network.here()));
                var far = ResumingBot.of(server.botPort(), "far");
                var near = near(server, network)) {
            comeOver(far, server, network);
            near.greeted();
            network.dropAll();
            // The server repeats this one to a connection that is no more.
            near.published("bot", "\"lost on the way\"");
            far.connection().goSilent();
            network.heal();

            assertThat(comeOver(far, server, network).path("session_restored").asBoolean())
                    .isTrue();
            far.readUntil("bot", 1);
            assertThat(far.data("bot")).containsExactly("\"lost on the way\"");
            await().atMost(Inbox.PATIENCE).until(() -> connections(server) == 2);
        }
    }

    @Test
    void behindALossOfAFifthOfAllPacketsNothingIsLostOrDoubled() {
        try (var network = NetworkNamespace.make();
                var server = ServerProcess.start(Settings.QUIET.with("bot.host", network.here()));
                var far = ResumingBot.of(server.botPort(), "far");
                var near = near(server, network)) {
            comeOver(far, server, network);
            near.greeted();
            network.dropAFifth();
            var expected = IntStream.range(0, MESSAGES)
                    .mapToObj(i -> {
                        // Both hear what both say.
                        far.publish("bot", "\"far " + i + "\"");
                        near.publish("bot", "\"near " + i + "\"");
                        return i;
                    })
                    .flatMap(i -> Stream.of("\"far " + i + "\"", "\"near " + i + "\""))
                    .toList();
            // Each checks the numbers of all that it reads: one more each time, no gap, no repeat.
            near.readUntil("bot", 2 * MESSAGES);
            readOverLoss(far, server, network);
            network.heal();

            assertThat(network.dropped()).isPositive();
            assertThat(far.data("bot")).containsExactlyInAnyOrderElementsOf(expected);
            assertThat(near.data("bot")).containsExactlyElementsOf(far.data("bot"));
            assertThat(far.gaps()).isEmpty();
            assertThat(near.gaps()).isEmpty();
        }
    }

    /** To the end; over a new connection when the old one did not survive. */
    private static void readOverLoss(
            ResumingBot far, ServerProcess server, NetworkNamespace network) {
        while (far.position("bot").seq() < 2 * MESSAGES) {
            if (far.connection().hasEnded() && far.connection().inbox().isEmpty()) {
                comeOver(far, server, network);
            }
            far.read();
        }
    }

    private static JsonNode comeOver(
            ResumingBot far, ServerProcess server, NetworkNamespace network) {
        return far.dialled(BotClient.over(network.connect(server.botPort()))).greeted();
    }

    /** On the same host as the server, over no cable. */
    private static ResumingBot near(ServerProcess server, NetworkNamespace network) {
        try {
            var socket = new Socket(InetAddress.ofLiteral(network.here()), server.botPort());
            return ResumingBot.of(server.botPort(), "near").dialled(BotClient.over(socket));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static int connections(ServerProcess server) {
        return Http.json(server.onOperationsPort("/health")).path("connections").asInt(-1);
    }
}
