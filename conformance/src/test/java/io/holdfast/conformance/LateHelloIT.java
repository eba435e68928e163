package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.conformance.client.BotClient;
import io.holdfast.conformance.client.CuttableClient;
import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.client.Json;
import io.holdfast.conformance.process.Http;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Who was accepted before a drain and says its first word during it is sent away, at a pace. */
@Isolated("thirty first words are to be said within a second or two")
class LateHelloIT {
    private static final int CLIENTS = 30;
    private static final int RATE = 5;
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final Settings SLOW = Settings.QUIET
            .with(Keys.DRAIN_RATE, RATE)
            .with(Keys.ROOMS_SHUTDOWN_TIMEOUT, "600")
            .with(Keys.BOT_SHUTDOWN_TIMEOUT, "600");

    @Test
    void thirtyLateHellosAreAskedBackAtTheDrainRate() {
        try (var server = ServerProcess.start(SLOW)) {
            var clients = IntStream.range(0, CLIENTS)
                    .mapToObj(i ->
                            CuttableClient.connect(server.http(), "/ws/late-" + i + "?resume=1"))
                    .toList();
            drain(server);
            clients.forEach(client -> client.send("{\"type\":\"hello\"}"));

            comeBackAtTheRate(clients.stream()
                    .map(client -> arrival(client.inbox(), "/reconnect_after", "shutting_down"))
                    .toList());
            clients.forEach(CuttableClient::close);
        }
    }

    @Test
    void soAreThirtyBotsThatHadNotSpoken() {
        try (var server = ServerProcess.start(SLOW)) {
            var bots = IntStream.range(0, CLIENTS)
                    .mapToObj(i -> BotClient.connect(server.botPort()))
                    .toList();
            await().atMost(Inbox.PATIENCE)
                    .until(() -> Http.json(server.onOperationsPort("/health"))
                                    .path("connections")
                                    .asInt()
                            == CLIENTS);
            drain(server);
            for (var i = 0; i < CLIENTS; i++) {
                bots.get(i).send(BotClient.helloOf("bot-" + i));
            }
            bots.forEach(BotClient::awaitEnd);

            comeBackAtTheRate(bots.stream()
                    .map(bot -> lastArrival(bot.inbox(), "/data/reconnect_after"))
                    .toList());
            bots.forEach(BotClient::close);
        }
    }

    /** Returns when newcomers are refused. */
    private static void drain(ServerProcess server) {
        server.signal("TERM");
        await().atMost(Inbox.PATIENCE).until(() -> {
            try (var newcomer = CuttableClient.connect(server.http(), "/ws/newcomer")) {
                var first = newcomer.inbox().next();
                return first.path("type").asString("").equals("shutting_down");
            }
        });
    }

    /** When this one may come back, by the answer of that type. */
    private static long arrival(Inbox inbox, String field, String type) {
        while (true) {
            var answer = inbox.nextArrival();
            var message = Json.parse(answer.text());
            if (message.path("type").asString("").equals(type)) {
                return answer.atNanos() + message.at(field).asInt(-1) * SECOND_NANOS;
            }
        }
    }

    /** The same by the last word on a connection that has ended. */
    private static long lastArrival(Inbox inbox, String field) {
        var arrival = -1L;
        while (!inbox.isEmpty()) {
            var answer = inbox.nextArrival();
            var message = Json.parse(answer.text());
            if (!message.at(field).isMissingNode()) {
                arrival = answer.atNanos() + message.at(field).asInt() * SECOND_NANOS;
            }
        }
        return arrival;
    }

    /**
     * The exact bound is proved where time is exact; here the answers of a busy machine may be seen
     * some tenths of a second late.
     */
    private static void comeBackAtTheRate(List<Long> arrivals) {
        var sorted = arrivals.stream().sorted().toList();
        var most = sorted.stream()
                .mapToLong(from -> sorted.stream()
                        .filter(at -> at >= from && at - from < SECOND_NANOS)
                        .count())
                .max()
                .orElseThrow();
        assertThat(most).as("arrivals in a second").isBetween(1L, 2L * RATE);
        assertThat(sorted.getLast() - sorted.getFirst())
                .as("from the first arrival to the last, in nanoseconds")
                .isGreaterThanOrEqualTo((CLIENTS / RATE - 2) * SECOND_NANOS);
    }
}
