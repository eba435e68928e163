package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.conformance.client.BotClient;
import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.process.Http;
import io.holdfast.conformance.process.ProcessSockets;
import io.holdfast.conformance.process.ProcessSockets.Linger;
import io.holdfast.conformance.process.ProcessSockets.OpenSocket;
import io.holdfast.conformance.process.ProcessSockets.Option;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.process.Tool;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The socket options of the bot port, as the operating system tells them of the live sockets. */
class BotSocketsIT {
    /** Asked for 64 KiB, Linux takes and reports the double, for its own bookkeeping. */
    private static final int DOUBLE_BUFFER = 2 * 64 * 1024;

    private static final Map<Option, Integer> OF_CONNECTIONS = new EnumMap<>(Map.of(
            Option.TCP_NODELAY, 1,
            Option.SO_KEEPALIVE, 1,
            Option.TCP_KEEPIDLE, 30,
            Option.TCP_KEEPINTVL, 10,
            Option.TCP_KEEPCNT, 9,
            Option.SO_SNDBUF, DOUBLE_BUFFER,
            Option.SO_RCVBUF, DOUBLE_BUFFER,
            Option.TCP_USER_TIMEOUT, 60_000));

    @Test
    void eachConnectionHasTheOptionsOfTheSpecification() {
        try (var server = ServerProcess.start(Settings.QUIET);
                var silent = BotClient.connect(server.botPort());
                var ann = BotClient.arrive(server.botPort(), "ann");
                var bob = BotClient.arrive(server.botPort(), "bob", "length-prefixed", "gzip");
                var sockets = ProcessSockets.of(server.pid())) {
            var connections = sockets.onPort(server.botPort()).stream()
                    .filter(socket -> !socket.isListener())
                    .toList();

            assertThat(connections).hasSize(3);
            for (var connection : connections) {
                var options = new EnumMap<Option, Integer>(Option.class);
                OF_CONNECTIONS.keySet().forEach(one -> options.put(one, connection.option(one)));
                assertThat(options).isEqualTo(OF_CONNECTIONS);
                assertThat(connection.linger()).isEqualTo(new Linger(true, 5));
            }
            assertThat(silent.hasEnded()).isFalse();
            assertThat(ann.everythingUntilPong()).isEmpty();
            assertThat(bob.everythingUntilPong()).isEmpty();
        }
    }

    @Test
    void theListenerMayBeBoundAgainAtOnceAndSetsTheReceiveBufferBeforeTheHandshake() {
        try (var server = ServerProcess.start(Settings.QUIET);
                var sockets = ProcessSockets.of(server.pid())) {
            var listeners = sockets.onPort(server.botPort()).stream()
                    .filter(OpenSocket::isListener)
                    .toList();

            assertThat(listeners).isNotEmpty();
            for (var listener : listeners) {
                assertThat(listener.option(Option.SO_REUSEADDR)).isEqualTo(1);
                assertThat(listener.option(Option.SO_RCVBUF)).isEqualTo(DOUBLE_BUFFER);
            }
        }
    }

    @Test
    void theServerMayBeStartedAgainAtOnceWhereConnectionsWereClosedByIt() {
        int port;
        try (var server = ServerProcess.start(Settings.QUIET);
                var refused = BotClient.connect(server.botPort())) {
            port = server.botPort();
            refused.send("this is no JSON").next("error");
            refused.awaitEnd();
        }
        // The closed connection is in TIME_WAIT on the server's side and holds the port.
        try (var again = ServerProcess.start(
                        Settings.QUIET.flag("--bot-port", Integer.toString(port)));
                var ann = BotClient.arrive(port, "ann")) {
            assertThat(ann.everythingUntilPong()).isEmpty();
            assertThat(again.botPort()).isEqualTo(port);
        }
    }

    @Test
    void ssTellsTheSame() {
        var ss = Tool.require("ss").toString();
        try (var server = ServerProcess.start(Settings.QUIET);
                var ann = BotClient.arrive(server.botPort(), "ann")) {
            var command = List.of(ss, "-tinoemH", "sport", "=", ":" + server.botPort());
            try (var run = Tool.start(Path.of("."), Map.of(), command)) {
                var output = String.join("\n", run.lines().all());
                if (run.awaitExit() != 0 || !output.contains("skmem:")) {
                    throw Tool.missing("ss shows no memory of sockets here");
                }
                assertThat(output)
                        .contains("timer:(keepalive,")
                        .contains("rb" + DOUBLE_BUFFER)
                        .contains("tb" + DOUBLE_BUFFER);
            }
            assertThat(ann.everythingUntilPong()).isEmpty();
        }
    }

    @Test
    void closingConnectionsWhosePeersDoNotReadDelaysNobody() {
        // Each close that lingered on the only thread would take 5 s: 150 s in all.
        var stuckOnes = 30;
        var settings =
                Settings.QUIET.with("server.event_loops", "1").with("limits.write_timeout", "1s");
        try (var server = ServerProcess.start(settings);
                var ann = BotClient.arrive(server.botPort(), "ann")) {
            var stuck = IntStream.range(0, stuckOnes)
                    .mapToObj(i -> stuck(server.botPort(), "stuck-" + i))
                    .toList();
            var data = "x".repeat(60_000);
            for (var i = 0; i < 20; i++) {
                ann.ask(
                        "{\"event\":\"message\",\"id\":\"m" + i + "\",\"data\":\"" + data + "\"}",
                        "ack");
            }
            await("all of them are cut").atMost(Inbox.PATIENCE).until(() -> {
                ann.ask("{\"event\":\"who\",\"id\":\"w\"}", "presence");
                return Http.json(server.onOperationsPort("/health"))
                                .path("connections")
                                .asInt()
                        == 1;
            });
            ann.ask("{\"event\":\"who\",\"id\":\"w\"}", "presence");
            stuck.forEach(BotClient::close);
        }
    }

    private static BotClient stuck(int port, String clientKey) {
        var bot = BotClient.connect(port, 4096);
        bot.hello(clientKey);
        bot.stopReading();
        return bot;
    }
}
