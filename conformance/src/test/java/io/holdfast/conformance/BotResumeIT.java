package io.holdfast.conformance;

import static io.holdfast.conformance.client.BotClient.event;
import static io.holdfast.conformance.client.Json.names;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.conformance.client.BotClient;
import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.client.ResumingBot;
import io.holdfast.conformance.client.ResumingBot.Position;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.process.StoreKeys;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** What a bot that comes back is given, whichever way it was lost. */
class BotResumeIT {
    private static final int HISTORY = 20;
    private static final String LARGE = "\"" + "x".repeat(256 << 10) + "\"";

    @RegisterExtension
    static final RunningServer server = RunningServer.with(
            Settings.QUIET.with(StoreKeys.HISTORY_SIZE, HISTORY).with(Keys.WRITE_TIMEOUT, "60s"));

    private static int tests;

    private ResumingBot ann;
    private ResumingBot bob;

    /** Two bots of this test alone, in a room of this test alone. */
    @BeforeEach
    void meet() {
        tests++;
        ann = bot("ann" + tests);
        ann.come();
        ann.join(room());
        bob = bot("bob" + tests);
        bob.come();
        bob.join(room());
    }

    private static ResumingBot bot(String key, String... features) {
        return server.closedLater(ResumingBot.of(server.process().botPort(), key, features));
    }

    private static String room() {
        return "room" + tests;
    }

    private static String nameOf(String who) {
        return who + tests;
    }

    /** Bob publishes that many, which are committed when this returns. */
    private void missed(int count) {
        var ids = new ArrayList<String>();
        for (var i = 1; i <= count; i++) {
            ids.add(bob.publish(room(), "\"missed-" + i + "\""));
        }
        ids.forEach(bob::answerTo);
    }

    private static List<String> missedData(int from, int to) {
        var data = new ArrayList<String>();
        for (var i = from; i <= to; i++) {
            data.add("\"missed-" + i + "\"");
        }
        return data;
    }

    private static JsonNode stream(JsonNode welcome, String name) {
        var stream = welcome.path("streams").path(name);
        assertThat(stream.isObject()).as("%s in %s", name, welcome).isTrue();
        return stream;
    }

    private static boolean restored(JsonNode welcome) {
        assertThat(welcome.path("session_restored").isBoolean())
                .as(welcome.toString())
                .isTrue();
        return welcome.path("session_restored").asBoolean();
    }

    enum Loss {
        RESET {
            @Override
            void happensTo(ResumingBot bot) {
                bot.connection().cut();
            }
        },
        SOCKET_CLOSED {
            @Override
            void happensTo(ResumingBot bot) {
                bot.connection().close();
            }
        },
        HALF_CLOSED {
            @Override
            void happensTo(ResumingBot bot) {
                bot.connection().finishWriting();
                bot.connection().awaitEnd();
            }
        },
        /** The server thinks that it is there until it comes back. */
        SILENCE {
            @Override
            void happensTo(ResumingBot bot) {
                bot.connection().goSilent();
            }
        },
        INVALID_UTF8 {
            @Override
            void happensTo(ResumingBot bot) {
                bot.connection().sendBytes(new byte[] {(byte) 0xff, '\n'});
                bot.connection().awaitEnd();
            }
        };

        abstract void happensTo(ResumingBot bot);
    }

    @ParameterizedTest
    @EnumSource
    void whateverTookItAwayItGetsExactlyWhatItMissed(Loss loss) {
        ann.readThroughOwn(room());
        loss.happensTo(ann);
        missed(10);

        var welcome = ann.comeBack();

        assertThat(names(welcome))
                .containsExactlyInAnyOrder(
                        "client_key",
                        "session_token",
                        "expires_in",
                        "ping_interval",
                        "features",
                        "status",
                        "session_restored",
                        "server_status",
                        "streams");
        assertThat(restored(welcome)).isTrue();
        assertThat(welcome.path("status").asString()).isEqualTo("ok");
        assertThat(welcome.path("server_status").asString()).isEqualTo("running");
        assertThat(names(welcome.path("streams")))
                .containsExactlyInAnyOrder("bot", room(), "@" + nameOf("ann"));
        var stream = stream(welcome, room());
        assertThat(names(stream)).containsExactlyInAnyOrder("epoch", "head", "recovered");
        assertThat(stream.path("recovered").asInt()).isEqualTo(10);
        ann.readUntil(room(), stream.path("head").asLong());
        ann.readThroughOwn(room());
        assertThat(ann.data(room()).subList(1, 11)).isEqualTo(missedData(1, 10));
    }

    @Test
    void inCompressedFramesItGetsTheSame() {
        var zip = bot(nameOf("zip"), "gzip", "length-prefixed");
        zip.come();
        zip.join(room());
        zip.connection().cut();
        var large = "\"" + "compressible ".repeat(5_000) + "\"";
        bob.published(room(), large);
        missed(3);

        var welcome = zip.comeBack();

        assertThat(stream(welcome, room()).path("recovered").asInt()).isEqualTo(4);
        zip.readUntil(room(), 4);
        assertThat(zip.data(room()).getFirst()).isEqualTo(large);
        assertThat(zip.data(room()).subList(1, 4)).isEqualTo(missedData(1, 3));
        assertThat(zip.connection().compressedFrames()).isEqualTo(1);
    }

    @Test
    void whoMissedNothingRecoversNothing() {
        ann.readThroughOwn(room());
        ann.readThroughOwn("bot");
        ann.connection().cut();

        var welcome = ann.comeBack();

        for (var name : List.of("bot", room(), "@" + nameOf("ann"))) {
            assertThat(stream(welcome, name).path("recovered").asInt(-1)).isZero();
            assertThat(stream(welcome, name).has("gap")).isFalse();
        }
        assertThat(ann.connection().everythingUntilPong()).isEmpty();
    }

    @Test
    void theNewerConnectionWinsAndTheOlderIsToldThatItWasReplaced() {
        var older = ann.connection();
        var welcome = ann.comeBack();

        assertThat(restored(welcome)).isTrue();
        assertThat(older.awaitFinalError()).isEqualTo("replaced");
        assertThat(older.awaitEnd()).isEqualTo(BotClient.End.FIN);
        ann.readThroughOwn(room());
    }

    @Test
    void anotherWithoutTheTokenBeginsAnEmptySession() {
        var older = ann.connection();
        ann.token("a-wrong-one");
        var welcome = ann.come();

        assertThat(restored(welcome)).isFalse();
        assertThat(names(welcome.path("streams")))
                .containsExactlyInAnyOrder("bot", "@" + nameOf("ann"));
        assertThat(older.awaitFinalError()).isEqualTo("replaced");
    }

    @Test
    void whatHistoryDoesNotHoldAnyMoreIsAGapWithItsBounds() {
        ann.readThroughOwn(room());
        var at = ann.position(room()).seq();
        ann.connection().cut();
        missed(HISTORY + 7);

        var stream = stream(ann.comeBack(), room());

        assertThat(stream.path("recovered").asInt()).isEqualTo(HISTORY);
        assertThat(stream.path("gap").toString())
                .isEqualTo("{\"from\":" + (at + 1) + ",\"to\":" + (at + 7) + "}");
        ann.readThroughOwn(room());
        assertThat(ann.data(room()).subList(1, 1 + HISTORY)).isEqualTo(missedData(8, HISTORY + 7));
    }

    @Test
    void withoutPositionsItKeepsItsRoomsAndBeginsAtTheirHeads() {
        // A farewell, so that the server does not take what it wrote to the dead socket for handed.
        Loss.HALF_CLOSED.happensTo(ann);
        missed(4);
        ann.forgetPositions();

        var welcome = ann.comeBack();

        assertThat(restored(welcome)).isTrue();
        assertThat(stream(welcome, room()).path("recovered").asInt(-1)).isZero();
        assertThat(stream(welcome, room()).path("gap").toString())
                .isEqualTo("{\"from\":1,\"to\":4}");
        bob.published(room(), "\"new\"");
        assertThat(ann.readMessage(room()).path("data").asString()).isEqualTo("new");
    }

    @Test
    void aPositionOfAnotherEpochOrAheadIsAGapAndNothingIsRecovered() {
        missed(3);
        ann.readUntil(room(), 3);
        var at = ann.position(room());
        ann.connection().cut();
        ann.position(room(), new Position("another", 3));
        var other = stream(ann.comeBack(), room());
        ann.connection().cut();
        ann.position(room(), new Position(at.epoch(), 1_000));
        var ahead = stream(ann.comeBack(), room());

        assertThat(other.path("gap").toString()).isEqualTo("{\"reason\":\"epoch\"}");
        assertThat(ahead.path("gap").toString()).isEqualTo("{\"reason\":\"ahead\"}");
        assertThat(other.path("recovered").asInt(-1)).isZero();
        assertThat(ahead.path("recovered").asInt(-1)).isZero();
    }

    @Test
    void aStreamThatItDoesNotBelongToIsAnErrorAndNeverData() {
        bob.join("secret" + tests);
        bob.published("secret" + tests, "\"for members\"");
        ann.connection().cut();
        ann.position(
                "secret" + tests, new Position(bob.position("secret" + tests).epoch(), 0));
        ann.position("@" + nameOf("bob"), bob.position("@" + nameOf("bob")));

        var welcome = ann.comeBack();

        assertThat(names(welcome.path("streams")))
                .containsExactlyInAnyOrder("bot", room(), "@" + nameOf("ann"));
        for (var i = 0; i < 2; i++) {
            assertThat(ann.readTo("error").path("data").path("code").asString())
                    .isEqualTo("unknown_stream");
        }
        bob.published("secret" + tests, "\"later\"");
        ann.readThroughOwn(room());
        assertThat(ann.data("secret" + tests)).isEmpty();
    }

    @Test
    void roomsThatItJoinedStayItsOwnAndRoomsThatItLeftDoNot() {
        ann.join("kept" + tests);
        ann.join("left" + tests);
        ann.leave("left" + tests);
        ann.connection().cut();

        assertThat(names(ann.comeBack().path("streams")))
                .containsExactlyInAnyOrder("bot", room(), "kept" + tests, "@" + nameOf("ann"));
        bob.published("left" + tests, "1");
        bob.published("kept" + tests, "2");
        assertThat(ann.readMessage("kept" + tests).path("data").asInt()).isEqualTo(2);
    }

    @Test
    void whatIsSentToItWhileItIsAwayIsQueuedAndGivenWhenItIsBack() {
        Loss.HALF_CLOSED.happensTo(ann);
        await("the server has noticed")
                .atMost(Inbox.PATIENCE)
                .until(() -> bob.answerTo(bob.direct(nameOf("ann"), "0"))
                        .path("data")
                        .path("status")
                        .asString()
                        .equals("queued"));
        for (var i = 1; i <= 3; i++) {
            var ack = bob.answerTo(bob.direct(nameOf("ann"), Integer.toString(i)));
            assertThat(ack.path("data").path("status").asString()).isEqualTo("queued");
            assertThat(ack.path("stream").asString()).isEqualTo("@" + nameOf("ann"));
        }

        var personal = stream(ann.comeBack(), "@" + nameOf("ann"));

        ann.readUntil("@" + nameOf("ann"), personal.path("head").asLong());
        assertThat(ann.data("@" + nameOf("ann"))).endsWith("1", "2", "3");
    }

    @Test
    void aRepeatedIdIsAckedWithItsFirstSeqAndPublishedOnce() {
        var id = ann.publish(room(), "\"once\"");
        var ack = ann.answerTo(id);
        ann.connection().cut();
        ann.comeBack();
        ann.connection()
                .send("{\"event\":\"message\",\"room\":\"" + room() + "\",\"id\":\"" + id
                        + "\",\"data\":\"once\"}");
        var repeated = ann.readTo("ack");
        bob.readThroughOwn(room());

        assertThat(repeated).isEqualTo(ack);
        assertThat(bob.data(room())).containsOnlyOnce("\"once\"");
    }

    @Test
    void whatWasSentIntoACutIsSentAgainAndPublishedExactlyOnce() {
        var sent = new ArrayList<String>();
        for (var round = 0; round < 8; round++) {
            for (var i = 0; i < 10; i++) {
                sent.add(Integer.toString(round * 10 + i));
                ann.publish(room(), sent.getLast());
            }
            ann.connection().cut();
            assertThat(restored(ann.comeBack())).isTrue();
            // Bob must not fall off the history.
            while (!ann.unacked().isEmpty()) {
                ann.read();
            }
            bob.readUntil(room(), sent.size());
        }

        assertThat(bob.data(room())).isEqualTo(sent);
    }

    @Test
    void whatIsPublishedWhileItComesBackIsNeitherLostNorGivenTwice() {
        var published = 0;
        for (var round = 0; round < 12; round++) {
            for (var i = 0; i < 5; i++) {
                bob.publish(room(), Integer.toString(published++));
            }
            ann.connection().cut();
            ann.dial();
            for (var i = 0; i < 5; i++) {
                bob.publish(room(), Integer.toString(published++));
            }
            assertThat(restored(ann.greeted())).isTrue();
            var awaited = Integer.toString(published - 1);
            ann.readTo(message -> message.path("data").toString().equals(awaited));
        }

        assertThat(ann.data(room())).hasSize(published).doesNotHaveDuplicates();
        assertThat(ann.gaps()).isEmpty();
    }

    @Test
    void aSlowReaderThatFellOffHistoryIsToldOfTheGapAndStays() {
        ann.connection().stopReading();
        var published = 0;
        for (; published < 120; published++) {
            bob.published(room(), LARGE);
        }

        ann.connection().readOn();
        ann.readUntil(room(), published);

        // The bot itself checks that the bounds are exact and that nothing newer came before.
        assertThat(ann.gaps()).isNotEmpty();
        assertThat(ann.data(room()).size()).isLessThan(published);
        bob.published(room(), "\"on\"");
        assertThat(ann.readMessage(room()).path("data").asString()).isEqualTo("on");
        assertThat(ann.connection().hasEnded()).isFalse();
    }

    @Test
    void anAnonymousPeerHasNothingToComeBackTo() {
        var peer = server.closedLater(BotClient.connect(server.process().botPort()));
        peer.send("{\"event\":\"join\",\"room\":\"" + room() + "\",\"id\":\"j\"}");
        var ack = peer.next("ack");
        bob.published(room(), "1");
        var message = peer.next("message");

        assertThat(names(ack)).containsExactlyInAnyOrder("event", "id", "data");
        assertThat(names(message)).doesNotContain("stream", "seq");
        assertThat(event(peer.ask("{\"event\":\"reauth\",\"data\":{\"token\":\"x\"}}", "error")))
                .isEqualTo("error");
    }
}
