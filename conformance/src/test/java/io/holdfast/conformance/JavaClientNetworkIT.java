package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.HoldfastClient;
import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.process.ClientProcess;
import io.holdfast.conformance.process.Http;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.NetworkNamespace;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Our Java client behind a network that loses packets, and in a process that stands still.
 *
 * <p>The kernel would take a quarter of an hour to give up such a connection, and the server, with its
 * settings here, more than a minute: whoever finds it within a test's patience is the client itself.
 */
class JavaClientNetworkIT {
    private static final Duration PING = Duration.ofMillis(300);
    private static final Duration SILENCE = Duration.ofSeconds(1);

    private static Settings reachable(NetworkNamespace network) {
        return Settings.QUIET.with("server.host", network.here()).with("bot.host", network.here());
    }

    private static String url(String dialect, String host, ServerProcess server) {
        return dialect.equals("bot")
                ? "tcp://" + host + ":" + server.botPort()
                : "ws://" + host + ":" + server.http();
    }

    /** On the server's host, of the same dialect: what it says goes to the room of all. */
    private static HoldfastClient near(String dialect, String host, ServerProcess server)
            throws Exception {
        var builder = dialect.equals("bot") ? HoldfastClient.bot() : HoldfastClient.feed();
        var client = builder.url(url(dialect, host, server)).clientId("near").open();
        client.connected().get(Inbox.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return client;
    }

    private static void say(HoldfastClient client, String json) throws Exception {
        client.send(json).get(Inbox.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static List<String> messages(ClientProcess client) {
        return client.all("message ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rooms", "bot"})
    void aZombieIsFoundByItsSilenceAndComesBackWhenTheNetworkIsHealed(String dialect)
            throws Exception {
        try (var network = NetworkNamespace.make();
                var server = ServerProcess.start(reachable(network));
                var near = near(dialect, network.here(), server);
                var far = ClientProcess.start(
                        network::command,
                        dialect,
                        url(dialect, network.here(), server),
                        "far",
                        PING,
                        SILENCE)) {
            far.await("connected", 1);
            say(near, "\"before\"");
            far.await("message ", 1);
            network.dropAll();

            far.await("disconnected SILENCE nothing was heard", 1);
            assertThat(connections(dialect, server))
                    .as("for the server nothing has happened")
                    .isEqualTo(2);
            say(near, "\"meanwhile\"");
            far.send("\"from the other side\"");
            // It did not wait for the old connection's end to try a new one, which cannot come
            // about.
            far.await("disconnected TIMEOUT the server did not answer", 1);
            assertThat(far.count("connected")).isEqualTo(1);
            network.heal();

            far.await("resumed", 1);
            far.await("message ", 3);
            far.await("acked", 1);
            assertThat(messages(far))
                    .containsExactly(
                            "message 1 \"before\"",
                            "message 2 \"meanwhile\"",
                            "message 3 \"from the other side\"");
            assertThat(far.all("acked")).containsExactly("acked \"from the other side\" as 3");
            assertThat(far.all("gap")).isEmpty();
            assertThat(far.leave()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rooms", "bot"})
    void closeReturnsWithoutWaitingForTcp(String dialect) throws Exception {
        try (var network = NetworkNamespace.make();
                var server = ServerProcess.start(reachable(network));
                var far = ClientProcess.start(
                        network::command,
                        dialect,
                        url(dialect, network.here(), server),
                        "far",
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(75))) {
            far.await("connected", 1);
            network.dropAll();
            far.send("\"nobody hears this\"");

            assertThat(far.leave()).isZero();
            assertThat(far.all("closed")).containsExactly("closed ASKED");
            assertThat(far.all("failed")).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rooms", "bot"})
    void lossOfAFifthOfAllPacketsLosesAndDoublesNothing(String dialect) throws Exception {
        try (var network = NetworkNamespace.make();
                var server = ServerProcess.start(reachable(network));
                var near = near(dialect, network.here(), server);
                var far = ClientProcess.start(
                        network::command,
                        dialect,
                        url(dialect, network.here(), server),
                        "far",
                        PING,
                        SILENCE)) {
            far.await("connected", 1);
            network.dropAFifth();
            for (var i = 0; i < 100; i++) {
                say(near, Integer.toString(2 * i));
                far.send(Integer.toString(2 * i + 1));
            }
            far.await("message ", 200);
            far.await("acked ", 100);
            network.heal();

            assertThat(network.dropped()).isPositive();
            assertThat(messages(far).stream().map(line -> line.split(" ", -1)[1]))
                    .containsExactlyElementsOf(IntStream.rangeClosed(1, 200)
                            .mapToObj(Integer::toString)
                            .toList());
            assertThat(messages(far).stream().map(line -> line.split(" ", -1)[2]))
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 200).mapToObj(Integer::toString).toList());
            assertThat(far.all("gap")).isEmpty();
        }
    }

    /** Also when bytes from the server wait to be read when it goes on, pings among them. */
    @ParameterizedTest
    @ValueSource(strings = {"rooms", "bot"})
    void aProcessThatStoodStillTakesThatForSilence(String dialect) throws Exception {
        var settings = Settings.QUIET
                .with(Keys.ROOMS_PING_INTERVAL, "1s")
                .with(Keys.BOT_PING_INTERVAL, "1s");
        try (var server = ServerProcess.start(settings);
                var near = near(dialect, "127.0.0.1", server);
                var far = ClientProcess.start(
                        UnaryOperator.identity(),
                        dialect,
                        url(dialect, "127.0.0.1", server),
                        "far",
                        PING,
                        Duration.ofSeconds(2))) {
            far.await("connected", 1);
            say(near, "\"before\"");
            far.await("message ", 1);
            Thread.ofVirtual().start(() -> near.send("\"meanwhile\""));
            far.standStill(Duration.ofSeconds(4));

            far.await("disconnected SILENCE nothing was heard", 1);
            far.await("resumed", 1);
            far.await("message ", 2);
            assertThat(messages(far))
                    .containsExactly("message 1 \"before\"", "message 2 \"meanwhile\"");
            assertThat(far.all("gap")).isEmpty();
        }
    }

    private static int connections(String dialect, ServerProcess server) {
        var health = Http.json(server.onOperationsPort("/health"));
        return dialect.equals("bot")
                ? health.path("connections").asInt(-1)
                : health.path("websocket").path("total_connections").asInt(-1);
    }
}
