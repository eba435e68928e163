package io.holdfast.conformance;

import static io.holdfast.conformance.client.BotClient.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.conformance.client.BotClient;
import io.holdfast.conformance.client.Dial;
import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.process.Http;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Pings, what becomes of those who do not answer, and how good a connection is. */
class BotQualityIT {
    private static final Settings SHORT =
            Settings.QUIET.with(Keys.BOT_PING_INTERVAL, "1s").with(Keys.BOT_PONG_TIMEOUT, "4s");
    /** So many pings that nothing of a worse time is remembered. */
    private static final Duration UNTIL_FORGOTTEN = Duration.ofSeconds(60);

    @RegisterExtension
    static final RunningServer server = RunningServer.with(SHORT);

    @Test
    void theFirstPingsOfThoseWhoCameTogetherAreSpread() {
        var interval = 3_000;
        var settings = Settings.QUIET
                .with(Keys.BOT_PING_INTERVAL, interval + "ms")
                .with(Keys.BOT_PONG_TIMEOUT, "60s");
        try (var apart = ServerProcess.start(settings)) {
            var bots = IntStream.range(0, 80)
                    .mapToObj(i -> BotClient.connect(apart.botPort()).keepPings())
                    .toList();
            bots.forEach(bot -> bot.send(BotClient.helloOf("bot-" + bots.indexOf(bot))));
            var opened = System.currentTimeMillis();
            // From 1 s to 5 s after the opening: the server's own word for when, in five parts.
            var seconds = bots.stream()
                    .map(bot -> bot.next("ping").path("data").path("server_timestamp"))
                    .map(at -> Math.floorDiv(at.asLong() - opened, 1_000))
                    .distinct()
                    .count();

            assertThat(seconds).isGreaterThanOrEqualTo(3);
            bots.forEach(BotClient::close);
        }
    }

    @Test
    void pingsAreNumberedAndCarryTheServersTime() {
        var bot = arrive("counting").keepPings();
        var before = 0L;
        for (var i = 0; i < 3; i++) {
            var ping = bot.next("ping").path("data");
            assertThat(ping.path("id").asLong()).isGreaterThan(before);
            assertThat(Duration.between(
                                    Instant.ofEpochMilli(
                                            ping.path("server_timestamp").asLong()),
                                    Instant.now())
                            .abs())
                    .isLessThan(Duration.ofMinutes(1));
            before = ping.path("id").asLong();
            bot.send(pong(ping));
        }
    }

    @Test
    void oneThatAnswersNoPingIsClosedAndLoggedAndCanResume() {
        var zombies = metric("holdfast_zombies_total", "dialect=\"bot\"");
        var mute = server.closedLater(BotClient.connect(port())).keepPings();
        var token = mute.hello("mute").path("session_token").asString();
        mute.next("ping");
        mute.awaitEnd();

        assertThat(server.process().err().await("[TIMEOUT]", "\"mute\"")).contains("bot");
        await().atMost(Inbox.PATIENCE)
                .until(() -> metric("holdfast_zombies_total", "dialect=\"bot\"") > zombies);
        var again = server.closedLater(BotClient.connect(port()));
        assertThat(again.greet(Dial.hello("mute", token))
                        .path("session_restored")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void oneThatTalksButAnswersNoPingIsClosedAllTheSame() {
        var chatty = arrive("chatty").keepPings();

        await().atMost(Inbox.PATIENCE).until(() -> {
            chatty.sendAsFarAsItGoes(BotClient.lineOf("{\"event\":\"who\",\"id\":\"w\"}"));
            return chatty.hasEnded();
        });
    }

    @Test
    void pongsThatAnswerNothingKeepNobodyAlive() {
        var liar = arrive("liar").keepPings();

        await().atMost(Inbox.PATIENCE).until(() -> {
            liar.sendAsFarAsItGoes(BotClient.lineOf(
                    "{\"event\":\"pong\",\"data\":{\"id\":999999,\"server_timestamp\":1}}"));
            return liar.hasEnded();
        });
    }

    @Test
    void oneThatAnswersStaysAndIsShownAsGood() {
        var bot = arrive("steady");
        bot.ask("{\"event\":\"message\",\"id\":\"m\",\"data\":1}", "ack");
        await().atMost(Inbox.PATIENCE).until(() -> bot.inbox().pings() >= 6);

        assertThat(bot.hasEnded()).isFalse();
        await().atMost(Inbox.PATIENCE).until(() -> graded("good") == 1);
        await("the shown values are at most a second old")
                .atMost(Inbox.PATIENCE)
                .until(() -> quality("steady").path("rtt_samples").asInt() >= 5);
        var quality = quality("steady");
        assertThat(quality.path("grade").asString()).isEqualTo("good");
        for (var name : new String[] {"rtt_average", "rtt_p50", "rtt_p95"}) {
            assertThat(quality.path(name).asDouble()).as(name).isPositive();
        }
        assertThat(quality.path("rtt_p95").asDouble())
                .isGreaterThanOrEqualTo(quality.path("rtt_p50").asDouble());
        assertThat(quality.path("jitter").asDouble(-1)).isNotNegative();
        // A busy machine may have answered one late; more than that would not be good.
        assertThat(quality.path("lost_pongs").asDouble(-1)).isBetween(0.0, 0.2);
        for (var direction : new String[] {"sent", "received"}) {
            assertThat(quality.path("messages_" + direction).asLong()).isGreaterThan(5);
            assertThat(quality.path("bytes_" + direction).asLong()).isGreaterThan(200);
        }
        assertThat(Instant.parse(quality.path("last_activity").asString()))
                .isBefore(Instant.now().plusSeconds(60));
        assertThat(Http.get(server.process().onPublicPort("/health")).body())
                .as("not for everybody")
                .doesNotContain("rtt_p50");
    }

    @Test
    void oneThatAnswersLateBecomesPoorAndIsGivenMoreTimeAndAskedMoreOften() {
        var poor = arrive("poor").keepPings();
        var good = arrive("good");
        answerOneLate(poor, 6);
        await().atMost(Inbox.PATIENCE)
                .until(() -> quality("poor").path("grade").asString("").equals("poor"));
        await().atMost(Inbox.PATIENCE).until(() -> graded("poor") == 1 && graded("good") == 1);
        assertThat(quality("poor").path("lost_pongs").asDouble()).isPositive();

        var before = good.inbox().pings();
        answerOneLate(poor, 12);
        assertThat(good.inbox().pings() - before)
                .as("pings of the good one, while the poor one got 12")
                .isLessThan(10);

        // Both fall silent at once; the poor one has twice the time.
        good.keepPings();
        good.awaitEnd();
        assertThat(poor.hasEnded()).isFalse();
        poor.awaitEnd();
    }

    @Test
    void onePoorRecoversWhenItAnswersInTimeAgain() {
        var bot = arrive("recovering").keepPings();
        answerOneLate(bot, 6);
        await().atMost(Inbox.PATIENCE)
                .until(() -> quality("recovering").path("grade").asString("").equals("poor"));

        await("good again").atMost(UNTIL_FORGOTTEN).until(() -> {
            bot.send(pong(bot.next("ping").path("data")));
            return quality("recovering").path("grade").asString("").equals("good");
        });
        await().atMost(Inbox.PATIENCE).until(() -> graded("poor") == 0);
        bot.close();
        await("whoever has gone is not counted")
                .atMost(Inbox.PATIENCE)
                .until(() -> graded("good") == 0);
    }

    /** Answers each ping when the next one is there, so that its pong counts as lost. */
    private static void answerOneLate(BotClient bot, int pings) {
        var held = new ArrayDeque<JsonNode>();
        for (var i = 0; i < pings; i++) {
            held.add(
                    bot.upTo(message -> event(message).equals("ping")).getLast().path("data"));
            if (held.size() > 1) {
                bot.send(pong(held.remove()));
            }
        }
    }

    private static String pong(JsonNode ping) {
        return "{\"event\":\"pong\",\"data\":" + ping + "}";
    }

    private static BotClient arrive(String clientKey) {
        return server.closedLater(BotClient.arrive(port(), clientKey));
    }

    private static int port() {
        return server.process().botPort();
    }

    private static JsonNode quality(String clientId) {
        return Http.json(server.process().onOperationsPort("/health"))
                .path("connected_instances")
                .valueStream()
                .filter(one -> one.path("instance_id").asString("").equals(clientId))
                .findFirst()
                .orElseThrow(() -> new AssertionError(clientId + " is not listed"))
                .path("quality");
    }

    private static int graded(String grade) {
        return (int) metric("holdfast_connection_quality", "grade=\"" + grade + "\"");
    }

    /** The value of the series with this label, 0 where there is none. */
    private static double metric(String name, String label) {
        var series = Pattern.compile(
                "(?m)^" + name + "\\{[^}]*" + Pattern.quote(label) + "[^}]*} ([0-9.eE+-]+)");
        var found = series.matcher(
                Http.get(server.process().onOperationsPort("/metrics")).body());
        return found.find() ? Double.parseDouble(found.group(1)) : 0;
    }
}
