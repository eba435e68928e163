package io.holdfast.conformance;

import static io.holdfast.conformance.client.BotClient.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.conformance.client.BotClient;
import io.holdfast.conformance.client.BotClient.End;
import io.holdfast.conformance.client.Dial;
import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.process.Http;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** More bots than may connect: at once, in a minute from one address, and again and again. */
class BotLimitsIT {
    private static final Settings ONE_A_MINUTE =
            Settings.QUIET.with(Keys.BOT_CONNECTIONS_PER_MINUTE, "1");
    private static final Settings ONE_AT_ONCE = Settings.QUIET.with(Keys.BOT_MAX_CONNECTIONS, "1");

    private static final String HERE = "127.0.0.1";
    private static final String ELSEWHERE = "127.0.0.2";
    /** 43 characters, as a real one has. */
    private static final String NOBODYS_TOKEN = "n".repeat(43);

    @Test
    void exactlyAsManyGetInAsMayWhenThreeTimesAsManyComeAtOnce() throws Exception {
        var allowed = 20;
        var settings = Settings.QUIET
                .with(Keys.BOT_MAX_CONNECTIONS, allowed)
                .with(Keys.BOT_BLOCK_IP, "1s")
                .with("server.event_loops", "4");
        try (var server = ServerProcess.start(settings);
                var threads = Executors.newFixedThreadPool(6)) {
            var together = new CountDownLatch(1);
            var coming = new ArrayList<Future<BotClient>>();
            for (var i = 0; i < 3 * allowed; i++) {
                var source = "127.0.1." + (1 + i);
                var clientKey = "bot-" + i;
                coming.add(threads.submit(() -> {
                    together.await();
                    return Dial.bot(source, server.botPort()).send(BotClient.helloOf(clientKey));
                }));
            }
            together.countDown();
            var inside = new ArrayList<BotClient>();
            for (var one : coming) {
                var bot = one.get();
                var answer = bot.next();
                if (event(answer).equals("welcome")) {
                    inside.add(bot);
                } else {
                    assertThat(code(answer)).isEqualTo("too_many_connections");
                    bot.awaitEnd();
                    bot.close();
                }
            }

            assertThat(inside).hasSize(allowed);
            await().atMost(Inbox.PATIENCE).until(() -> connections(server) == allowed);
            inside.getFirst().close();
            await().atMost(Inbox.PATIENCE).until(() -> connections(server) == allowed - 1);
            inside.add(BotClient.arrive(server.botPort(), "later"));
            inside.forEach(BotClient::close);
        }
    }

    @Test
    void whenThePlacesAreTakenTheErrorSaysSoAndWhenToTryAgain() {
        try (var server = ServerProcess.start(ONE_AT_ONCE);
                var ann = BotClient.arrive(server.botPort(), "ann");
                var bob = BotClient.connect(server.botPort())) {
            assertRefused(bob.send(BotClient.helloOf("bob")), "too_many_connections", 60);
            assertThat(ann.everythingUntilPong()).isEmpty();
        }
    }

    @Test
    void anAddressOverItsRateIsToldSoAndWhenToTryAgain() {
        try (var server = ServerProcess.start(ONE_A_MINUTE);
                var ann = BotClient.arrive(server.botPort(), "ann");
                var bob = BotClient.connect(server.botPort());
                var cyd = Dial.bot(ELSEWHERE, server.botPort())) {
            assertRefused(bob.send(BotClient.helloOf("bob")), "too_many_new_connections", 60);
            cyd.hello("cyd");
            assertThat(ann.everythingUntilPong()).isEmpty();
        }
    }

    @Test
    void theFirstMessageOfAnAnonymousBotShowsThatItHasNoToken() {
        try (var server = ServerProcess.start(ONE_A_MINUTE);
                var ann = BotClient.arrive(server.botPort(), "ann");
                var bob = BotClient.connect(server.botPort())) {
            bob.send("{\"event\":\"message\",\"id\":\"m\",\"data\":1}");

            assertRefused(bob, "too_many_new_connections", 60);
            assertThat(ann.everythingUntilPong()).as("nothing was published").isEmpty();
        }
    }

    @Test
    void oneThatSaysNothingIsRefusedWhenItsTimeForATokenIsOver() {
        try (var server = ServerProcess.start(ONE_A_MINUTE);
                var ann = BotClient.arrive(server.botPort(), "ann");
                var silent = BotClient.connect(server.botPort())) {
            assertRefused(silent, "too_many_new_connections", 60);
            assertThat(ann.everythingUntilPong()).isEmpty();
        }
    }

    @Test
    void aWrongTokenDoesNotExemptFromTheRate() {
        try (var server = ServerProcess.start(ONE_A_MINUTE);
                var ann = BotClient.connect(server.botPort())) {
            var annsToken = ann.hello("ann").path("session_token").asString();
            for (var hello : List.of(
                    Dial.hello("ann", NOBODYS_TOKEN),
                    Dial.hello("stranger", NOBODYS_TOKEN),
                    Dial.hello("thief", annsToken))) {
                try (var bot = BotClient.connect(server.botPort())) {
                    assertRefused(bot.send(hello), "too_many_new_connections", 60);
                }
            }
            assertThat(ann.everythingUntilPong()).isEmpty();
        }
    }

    @Test
    void oneWithItsSessionTokenIsLetInOverTheRate() {
        try (var server = ServerProcess.start(ONE_A_MINUTE);
                var ann = BotClient.connect(server.botPort())) {
            var token = ann.hello("ann").path("session_token").asString();
            ann.cut();
            await().atMost(Inbox.PATIENCE).until(() -> connections(server) == 0);
            try (var again = BotClient.connect(server.botPort())) {
                assertThat(again.greet(Dial.hello("ann", token))
                                .path("session_restored")
                                .asBoolean())
                        .isTrue();
            }
        }
    }

    @Test
    void whereAllPlacesAreTakenOneThatComesBackTakesThatOfItsOwnZombie() {
        var settings = ONE_AT_ONCE.with(Keys.BOT_CONNECTIONS_PER_MINUTE, "1");
        try (var server = ServerProcess.start(settings);
                var zombie = BotClient.connect(server.botPort())) {
            var token = zombie.hello("ann").path("session_token").asString();
            zombie.goSilent();
            try (var again = BotClient.connect(server.botPort());
                    var bob = Dial.bot(ELSEWHERE, server.botPort())) {
                var welcome = again.greet(Dial.hello("ann", token));
                assertThat(welcome.path("session_restored").asBoolean()).isTrue();
                assertRefused(bob.send(BotClient.helloOf("bob")), "too_many_connections", 60);
                assertThat(zombie.awaitEnd()).isEqualTo(End.FIN);
                assertThat(again.everythingUntilPong()).isEmpty();
            }
        }
    }

    @Test
    void aTokenWithoutAPlaceOfItsOwnDoesNotMakeOne() {
        try (var server = ServerProcess.start(ONE_AT_ONCE);
                var ann = BotClient.connect(server.botPort())) {
            var token = ann.hello("ann").path("session_token").asString();
            ann.cut();
            await().atMost(Inbox.PATIENCE).until(() -> connections(server) == 0);
            try (var bob = BotClient.arrive(server.botPort(), "bob");
                    var again = BotClient.connect(server.botPort())) {
                assertRefused(again.send(Dial.hello("ann", token)), "too_many_connections", 60);
                assertThat(bob.everythingUntilPong()).isEmpty();
            }
        }
    }

    @Test
    void anAddressThatIsRefusedTenTimesInAMinuteIsBlockedAndTheBlockEnds() {
        var settings = ONE_A_MINUTE.with(Keys.BOT_BLOCK_IP, "4s");
        try (var server = ServerProcess.start(settings);
                var ann = BotClient.connect(server.botPort());
                var elsewhere = Dial.bot(ELSEWHERE, server.botPort())) {
            var token = ann.hello("ann").path("session_token").asString();
            for (var i = 1; i < 10; i++) {
                assertThat(refusal(server, HERE)).isEqualTo("too_many_new_connections");
            }
            try (var tenth = BotClient.connect(server.botPort())) {
                assertRefused(tenth.send(BotClient.helloOf("tenth")), "blocked", 4);
            }
            try (var more = BotClient.connect(server.botPort())) {
                assertRefused(more, "blocked", 4);
            }

            elsewhere.hello("elsewhere");
            assertThat(ann.everythingUntilPong())
                    .as("who is in stays in, also from the blocked address")
                    .isEmpty();
            assertThat(server.err().soFar()).noneMatch(line -> line.contains(token));
            await("the end of the block").atMost(Inbox.PATIENCE).until(() -> {
                try (var again = BotClient.connect(server.botPort())) {
                    again.sendAsFarAsItGoes(BotClient.lineOf(Dial.hello("ann", token)));
                    return event(again.next()).equals("welcome");
                }
            });
        }
    }

    @Test
    void refusalsOfBotsThatShowTheirTokenBlockNobody() {
        var settings = ONE_A_MINUTE.with(Keys.BOT_BLOCK_IP, "60s");
        try (var server = ServerProcess.start(settings);
                var ann = BotClient.connect(server.botPort())) {
            var token = ann.hello("ann").path("session_token").asString();
            for (var i = 0; i < 15; i++) {
                try (var again = BotClient.connect(server.botPort())) {
                    token = again.greet(Dial.hello("ann", token))
                            .path("session_token")
                            .asString(token);
                }
            }

            assertThat(refusal(server, HERE)).isEqualTo("too_many_new_connections");
        }
    }

    @Test
    void aPlaceInTheMinuteBecomesFreeHoweverManyWereRefusedMeanwhile() {
        try (var server = ServerProcess.start(ONE_A_MINUTE);
                var ann = BotClient.arrive(server.botPort(), "ann")) {
            // Nine refusals in this minute: one fewer than block the address.
            await("the minute is over")
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofSeconds(7))
                    .atMost(Duration.ofSeconds(75))
                    .until(() -> {
                        try (var bob = BotClient.connect(server.botPort())) {
                            bob.send(BotClient.helloOf("bob"));
                            return event(bob.next()).equals("welcome");
                        }
                    });
            assertThat(refusal(server, HERE)).isEqualTo("too_many_new_connections");
            assertThat(ann.everythingUntilPong()).isEmpty();
        }
    }

    @Test
    void aRateOfZeroSwitchesItOff() {
        try (var server = ServerProcess.start(Settings.QUIET)) {
            var bots = IntStream.range(0, 60)
                    .mapToObj(i -> BotClient.arrive(server.botPort(), "bot-" + i))
                    .toList();

            assertThat(connections(server)).isEqualTo(60);
            bots.forEach(BotClient::close);
        }
    }

    @Test
    void aReloadChangesTheLimitsForThoseWhoComeFromThenOn() {
        try (var server = ServerProcess.start(ONE_AT_ONCE);
                var ann = BotClient.arrive(server.botPort(), "ann")) {
            assertThat(refusal(server, HERE)).isEqualTo("too_many_connections");
            server.reload(Settings.QUIET.with(Keys.BOT_MAX_CONNECTIONS, "2").file());
            server.err().await("config_reloaded", Keys.BOT_MAX_CONNECTIONS);
            try (var bob = BotClient.arrive(server.botPort(), "bob")) {
                assertThat(refusal(server, HERE)).isEqualTo("too_many_connections");
                server.reload(ONE_A_MINUTE.file());
                server.err().await("config_reloaded", Keys.BOT_CONNECTIONS_PER_MINUTE);
                try (var cyd = BotClient.arrive(server.botPort(), "cyd")) {
                    assertThat(refusal(server, HERE)).isEqualTo("too_many_new_connections");
                    server.reload(ONE_AT_ONCE.file());
                    server.err().await("config_reloaded", Keys.BOT_MAX_CONNECTIONS);

                    for (var inside : List.of(ann, bob, cyd)) {
                        assertThat(inside.everythingUntilPong())
                                .as("nobody is closed")
                                .isEmpty();
                    }
                }
            }
        }
    }

    @Test
    void aHundredBotsBehindOneAddressAreAllBackWithinAMinuteOfARestart(@TempDir Path store)
            throws Exception {
        var defaults = Settings.QUIET.without(Keys.BOT_CONNECTIONS_PER_MINUTE);
        var tokens = new ArrayList<String>();
        var bots = new ArrayList<BotClient>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var settings = defaults.with("store.engine", "disk").with("store.directory", store);
            int port;
            try (var server = ServerProcess.start(settings)) {
                port = server.botPort();
                for (var i = 0; i < 100; i++) {
                    // Ten a minute from each address: they have moved behind one since.
                    var bot = Dial.bot("127.0.1." + (1 + i / 10), port);
                    tokens.add(bot.hello("bot-" + i).path("session_token").asString());
                    bots.add(bot);
                }
                server.signal("TERM");
                for (var bot : bots) {
                    bot.next("serverShutdown");
                    bot.close();
                }
                assertThat(server.awaitExit()).isZero();
            }
            var back = IntStream.range(0, 100)
                    .mapToObj(i ->
                            threads.submit(() -> comeBack(port, "bot-" + i, tokens.get(i), bots)))
                    .toList();
            try (var server =
                    ServerProcess.start(settings.flag("--bot-port", Integer.toString(port)))) {
                for (var one : back) {
                    assertThat(one.get().path("session_restored").asBoolean()).isTrue();
                }
                assertThat(server.err().soFar()).noneMatch(line -> line.contains("blocked"));
            }
            bots.forEach(BotClient::close);
        }
    }

    /** Dials until it is welcome; its connection stays open among the others. */
    private static JsonNode comeBack(
            int port, String clientKey, String token, List<BotClient> open) {
        return await(clientKey + " is back")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofSeconds(1))
                .ignoreExceptions()
                .until(
                        () -> {
                            var bot = Dial.bot(HERE, port);
                            synchronized (open) {
                                open.add(bot);
                            }
                            bot.send(Dial.hello(clientKey, token));
                            return bot.next();
                        },
                        answer -> event(answer).equals("welcome"))
                .path("data");
    }

    /** The code with which a newcomer without a token is refused. */
    private static String refusal(ServerProcess server, String source) {
        try (var bot = Dial.bot(source, server.botPort())) {
            bot.send(BotClient.helloOf("newcomer"));
            return bot.awaitFinalError();
        }
    }

    private static void assertRefused(BotClient bot, String code, int retryAfterAtMost) {
        var error = bot.next();
        assertThat(event(error)).isEqualTo("error");
        assertThat(code(error)).isEqualTo(code);
        assertThat(error.path("data").path("message").asString()).isNotBlank();
        assertThat(error.path("data").path("retry_after").asInt(-1)).isBetween(1, retryAfterAtMost);
        assertThat(bot.awaitEnd()).isEqualTo(End.FIN);
        assertThat(bot.inbox().isEmpty()).as("nothing after the error").isTrue();
    }

    private static String code(JsonNode error) {
        return error.path("data").path("code").asString("");
    }

    private static int connections(ServerProcess server) {
        return Http.json(server.onOperationsPort("/health")).path("connections").asInt(-1);
    }
}
