package io.holdfast.conformance;

import static io.holdfast.conformance.client.BotClient.event;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.conformance.client.BotClient;
import io.holdfast.conformance.client.BotClient.End;
import io.holdfast.conformance.client.Dial;
import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.client.Json;
import io.holdfast.conformance.process.Http;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.ServerProcess;
import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.process.StoreKeys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The server leaves, and takes its time for the bots. */
class BotShutdownIT {
    private static final Settings PATIENT = Settings.QUIET.with(Keys.BOT_SHUTDOWN_TIMEOUT, "600");
    private static final Settings BRIEF = Settings.QUIET.with(Keys.BOT_SHUTDOWN_TIMEOUT, "2");

    @Test
    void everybodyIsToldAndNoMoreThanTheRateAreAskedBackInTheSameSecond() {
        var rate = 10;
        try (var server = ServerProcess.start(PATIENT.with(Keys.DRAIN_RATE, rate))) {
            var bots = IntStream.range(0, 45)
                    .mapToObj(i -> i % 3 == 0
                            ? BotClient.connect(server.botPort())
                                    .send("{\"event\":\"join\",\"room\":\"anonymous\"}")
                            : BotClient.arrive(server.botPort(), "bot-" + i))
                    .toList();
            await().atMost(Inbox.PATIENCE).until(() -> connections(server) == bots.size());
            server.signal("TERM");
            var told = bots.stream()
                    .map(bot -> bot.next("serverShutdown").path("data"))
                    .toList();

            assertThat(told).allSatisfy(data -> {
                assertThat(data.path("reason").asString()).isEqualTo("maintenance");
                assertThat(data.path("reconnect_after").asInt()).isGreaterThanOrEqualTo(60);
            });
            var arrivals = told.stream()
                    .collect(groupingBy(
                            data -> data.path("reconnect_after").asInt(),
                            TreeMap::new,
                            counting()));
            assertThat(arrivals.values()).allMatch(count -> count <= rate);
            assertThat(arrivals.lastKey()).as("none waits without need").isLessThan(60 + 10);
            bots.forEach(BotClient::close);
            assertThat(server.awaitExit()).isZero();
        }
    }

    @Test
    void theLeastReconnectAfterCanBeSet() {
        try (var server = ServerProcess.start(PATIENT.with(Keys.BOT_RECONNECT_AFTER, "90s"));
                var ann = BotClient.arrive(server.botPort(), "ann")) {
            server.signal("TERM");

            assertThat(reconnectAfter(ann.next("serverShutdown"))).isEqualTo(90);
        }
    }

    @Test
    void newcomersAreAcceptedToldAndClosedAndTheOthersGoOn() {
        try (var server = ServerProcess.start(PATIENT);
                var ann = BotClient.arrive(server.botPort(), "ann");
                var bob = BotClient.arrive(server.botPort(), "bob")) {
            server.signal("TERM");
            ann.next("serverShutdown");
            bob.next("serverShutdown");
            try (var silent = BotClient.connect(server.botPort());
                    var eager = BotClient.connect(server.botPort())) {
                // What it has said already must not turn the farewell into a reset.
                eager.sendAsFarAsItGoes(BotClient.lineOf(BotClient.helloOf("eager")));
                for (var newcomer : List.of(silent, eager)) {
                    var told = newcomer.next();
                    assertThat(event(told)).isEqualTo("serverShutdown");
                    assertThat(reconnectAfter(told)).isGreaterThanOrEqualTo(60);
                    assertThat(newcomer.awaitEnd()).isEqualTo(End.FIN);
                    assertThat(newcomer.inbox().isEmpty()).isTrue();
                }
            }

            ann.ask(message("late", "\"last words\""), "ack");
            assertThat(bob.next("message").path("data").asString()).isEqualTo("last words");
            ann.finishWriting();
            bob.finishWriting();
            assertThat(server.awaitExit()).isZero();
        }
    }

    @Test
    void whatWasSentBeforeAndDuringTheDrainIsAcked() {
        try (var server = ServerProcess.start(PATIENT);
                var ann = BotClient.arrive(server.botPort(), "ann")) {
            var lines = IntStream.range(0, 200)
                    .mapToObj(i -> message("m" + i, i) + "\n")
                    .collect(Collectors.joining());
            ann.sendBytes(lines.getBytes(UTF_8));
            server.signal("TERM");
            ann.next("serverShutdown");
            ann.send(message("last", 1));
            // Its half is closed; what it is owed comes all the same.
            ann.finishWriting();

            assertThat(ackedUntilTheEnd(ann)).contains("last");
            assertThat(ann.awaitEnd()).isEqualTo(End.FIN);
            assertThat(server.awaitExit()).isZero();
        }
    }

    @Test
    void allMessagesOfABurstAroundTheSignalAreAcked() {
        try (var server = ServerProcess.start(PATIENT);
                var ann = BotClient.arrive(server.botPort(), "ann")) {
            var ids = new HashSet<String>();
            for (var i = 0; i < 300; i++) {
                if (i == 150) {
                    server.signal("TERM");
                }
                ids.add("m" + i);
                ann.send(message("m" + i, i));
            }
            var acked = new HashSet<String>();
            ann.upTo(message -> {
                if (event(message).equals("ack")) {
                    acked.add(message.path("id").asString());
                }
                return acked.size() == ids.size();
            });

            assertThat(acked).isEqualTo(ids);
            ann.finishWriting();
            assertThat(server.awaitExit()).isZero();
        }
    }

    @Test
    void whoIsLeftAtTheTimeoutGetsTheWordAndThenTheEnd() {
        try (var server = ServerProcess.start(BRIEF);
                var ann = BotClient.arrive(server.botPort(), "ann");
                var slow = BotClient.connect(server.botPort(), 4096)) {
            slow.hello("slow");
            slow.stopReading();
            for (var i = 0; i < 12; i++) {
                ann.ask(message("m" + i, "\"" + "x".repeat(60_000) + "\""), "ack");
            }
            server.signal("TERM");
            assertThat(ann.awaitEnd()).as("at the timeout").isEqualTo(End.FIN);
            slow.readOn();
            assertThat(slow.awaitEnd()).isEqualTo(End.FIN);

            var got = new ArrayList<String>();
            var told = false;
            while (!slow.inbox().isEmpty()) {
                var message = slow.next();
                if (event(message).equals("message")) {
                    got.add(message.path("id").asString());
                }
                told |= event(message).equals("serverShutdown");
            }
            // The kernels' buffers hold some; the others are those of its session.
            assertThat(got)
                    .isEqualTo(IntStream.range(0, got.size())
                            .mapToObj(i -> "m" + i)
                            .toList());
            assertThat(told).isTrue();
            assertThat(server.awaitExit()).isZero();
        }
    }

    @Test
    void aPeerThatIgnoresTheEndIsCutAndTheExitStatusIsStillZero() {
        try (var server = ServerProcess.start(BRIEF);
                var ann = BotClient.arrive(server.botPort(), "ann");
                var never = BotClient.connect(server.botPort(), 4096)) {
            never.hello("never");
            never.stopReading();
            for (var i = 0; i < 12; i++) {
                ann.ask(message("m" + i, "\"" + "x".repeat(60_000) + "\""), "ack");
            }
            server.signal("TERM");

            assertThat(server.awaitExit()).isZero();
            var verdict = verdict(server);
            assertThat(verdict.path("forced").asInt()).isEqualTo(2);
            assertThat(verdict.path("told").asInt()
                            + verdict.path("undelivered").asInt())
                    .isEqualTo(2);
        }
    }

    @Test
    void theVerdictCountsWhoWasToldWhoLeftAndWhoWasForced() {
        try (var server = ServerProcess.start(BRIEF);
                var leaves = BotClient.arrive(server.botPort(), "leaves");
                var stays = BotClient.arrive(server.botPort(), "stays");
                var staysToo = BotClient.arrive(server.botPort(), "stays-too")) {
            server.signal("TERM");
            leaves.next("serverShutdown");
            stays.next("serverShutdown");
            staysToo.next("serverShutdown");
            leaves.finishWriting();

            assertThat(server.awaitExit()).isZero();
            var verdict = verdict(server);
            assertThat(verdict.path("clients").asInt()).isEqualTo(3);
            assertThat(verdict.path("told").asInt()).isEqualTo(3);
            assertThat(verdict.path("left").asInt()).isEqualTo(1);
            assertThat(verdict.path("forced").asInt()).isEqualTo(2);
            assertThat(verdict.path("undelivered").asInt(-1)).isZero();
            assertThat(verdict.path("exit_status").asInt(-1)).isZero();
        }
    }

    @Test
    void ctrlCTwiceEndsTheWaitingWithStatusThree() {
        try (var server = ServerProcess.start(PATIENT);
                var ann = BotClient.arrive(server.botPort(), "ann")) {
            server.signal("INT");
            ann.next("serverShutdown");
            server.signal("INT");

            assertThat(ann.awaitEnd()).isEqualTo(End.FIN);
            assertThat(server.awaitExit()).isEqualTo(3);
        }
    }

    @Test
    void botsAreToldWhenTheRoomsWithTheirLongerTimeoutAreEmpty() {
        try (var server = ServerProcess.start(BRIEF.with(Keys.ROOMS_SHUTDOWN_TIMEOUT, "600"));
                var visitor = RoomsShutdownIT.join(server, "visitor");
                var bot = BotClient.arrive(server.botPort(), "bot")) {
            server.signal("TERM");
            visitor.next("shutdown_warning");
            bot.ask(message("m", 1), "ack");
            assertThat(bot.everythingUntilPong())
                    .as("not told yet, and served")
                    .noneMatch(message -> event(message).equals("serverShutdown"));
            visitor.leave();
            bot.next("serverShutdown");
            bot.finishWriting();

            assertThat(server.awaitExit()).isZero();
        }
    }

    @Test
    void botsAreToldWhileRoomsAreFullWhenOnlyTheirOwnTimeoutIsLeft() {
        try (var server = ServerProcess.start(BRIEF.with(Keys.ROOMS_SHUTDOWN_TIMEOUT, "5"));
                var visitor = RoomsShutdownIT.join(server, "visitor");
                var bot = BotClient.arrive(server.botPort(), "bot")) {
            server.signal("TERM");
            visitor.next("shutdown_warning");
            bot.next("serverShutdown");
            assertThat(visitor.inbox().isClosed()).isFalse();

            assertThat(bot.awaitEnd()).isEqualTo(End.FIN);
            assertThat(visitor.inbox().awaitClose().code()).isEqualTo(1001);
            assertThat(server.awaitExit()).isZero();
        }
    }

    @Test
    void roomsAreToldWhenTheBotsWithTheirLongerTimeoutHaveGone() {
        try (var server = ServerProcess.start(PATIENT.with(Keys.ROOMS_SHUTDOWN_TIMEOUT, "2"));
                var visitor = RoomsShutdownIT.join(server, "visitor");
                var bot = BotClient.arrive(server.botPort(), "bot")) {
            server.signal("TERM");
            bot.next("serverShutdown");
            assertThat(visitor.everythingUntilPong()).isEmpty();
            bot.finishWriting();

            visitor.next("shutdown_warning");
            visitor.leave();
            assertThat(server.awaitExit()).isZero();
        }
    }

    @Test
    void aSessionSurvivesADrainThatIsLongerThanItsTime(@TempDir Path store) {
        var settings = PATIENT.with(StoreKeys.ENGINE, "disk")
                .with(StoreKeys.DIRECTORY, store)
                .with(Keys.BOT_SESSION_TTL, "4s");
        String token;
        int port;
        try (var server = ServerProcess.start(settings);
                var ann = BotClient.connect(server.botPort());
                var stays = BotClient.arrive(server.botPort(), "stays")) {
            port = server.botPort();
            token = ann.hello("ann").path("session_token").asString();
            server.signal("TERM");
            ann.next("serverShutdown");
            stays.next("serverShutdown");
            ann.cut();
            var start = uptime(server);
            await("more than the session's time has passed")
                    .atMost(Inbox.PATIENCE)
                    .until(() -> uptime(server) > start + 6);
            stays.finishWriting();
            assertThat(server.awaitExit()).isZero();
        }
        try (var server = ServerProcess.start(settings.flag("--bot-port", Integer.toString(port)));
                var ann = BotClient.connect(server.botPort())) {
            assertThat(ann.greet(Dial.hello("ann", token))
                            .path("session_restored")
                            .asBoolean())
                    .isTrue();
        }
    }

    private static Set<String> ackedUntilTheEnd(BotClient bot) {
        bot.awaitEnd();
        var acked = new HashSet<String>();
        while (!bot.inbox().isEmpty()) {
            var message = bot.next();
            if (event(message).equals("ack")) {
                acked.add(message.path("id").asString());
            }
        }
        return acked;
    }

    private static JsonNode verdict(ServerProcess server) {
        var last = Json.parse(server.err().all().getLast());
        assertThat(last.path("drain_id").asString()).isNotBlank();
        return last;
    }

    private static String message(String id, Object data) {
        return "{\"event\":\"message\",\"id\":\"" + id + "\",\"data\":" + data + "}";
    }

    private static int reconnectAfter(JsonNode shutdown) {
        return shutdown.path("data").path("reconnect_after").asInt(-1);
    }

    private static int connections(ServerProcess server) {
        return Http.json(server.onOperationsPort("/health")).path("connections").asInt(-1);
    }

    private static double uptime(ServerProcess server) {
        return Http.json(server.onPublicPort("/health"))
                .path("system")
                .path("uptime")
                .asDouble();
    }
}
