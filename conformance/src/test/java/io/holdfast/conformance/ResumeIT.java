package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.names;
import static io.holdfast.conformance.client.Json.type;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.ResumingClient;
import io.holdfast.conformance.client.ResumingClient.Position;
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

/** What a client that comes back is given, whichever way it was lost. */
class ResumeIT {
    private static final int HISTORY = 20;

    @RegisterExtension
    static final RunningServer server =
            RunningServer.with(Settings.QUIET.with(StoreKeys.HISTORY_SIZE, HISTORY));

    private static int tests;

    private ResumingClient ann;
    private ResumingClient bob;

    /** Two clients of this test alone, in a room of this test alone. */
    @BeforeEach
    void meet() {
        tests++;
        ann = client("ann" + tests);
        ann.come();
        ann.join(room());
        bob = client("bob" + tests);
        bob.come();
        bob.join(room());
    }

    private ResumingClient client(String id) {
        return server.closedLater(ResumingClient.of(server.process().http(), "/ws/" + id));
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

    private static JsonNode stream(JsonNode ack, String name) {
        var stream = ack.path("streams").path(name);
        assertThat(stream.isObject()).as("%s in %s", name, ack).isTrue();
        return stream;
    }

    enum Loss {
        CLOSE {
            @Override
            void happensTo(ResumingClient client) {
                client.connection().leave();
                client.connection().inbox().awaitClose();
            }
        },
        GOING_AWAY {
            @Override
            void happensTo(ResumingClient client) {
                client.connection().leave(1001, "");
                client.connection().inbox().awaitClose();
            }
        },
        RESET {
            @Override
            void happensTo(ResumingClient client) {
                client.connection().cut();
            }
        },
        SOCKET_CLOSED {
            @Override
            void happensTo(ResumingClient client) {
                client.connection().close();
            }
        },
        /** The server thinks that it is there until it comes back. */
        SILENCE {
            @Override
            void happensTo(ResumingClient client) {
                client.connection().goSilent();
            }
        },
        PROTOCOL_ERROR {
            @Override
            void happensTo(ResumingClient client) {
                client.connection().sendBinary(new byte[1]);
                client.connection().inbox().awaitClose();
            }
        };

        abstract void happensTo(ResumingClient client);
    }

    @ParameterizedTest
    @EnumSource
    void whateverTookItAwayItGetsExactlyWhatItMissed(Loss loss) {
        ann.readThroughOwn(room());
        loss.happensTo(ann);
        missed(10);

        var ack = ann.comeBack();

        assertThat(names(ack))
                .containsExactlyInAnyOrder(
                        "type",
                        "status",
                        "session_restored",
                        "server_status",
                        "client_id",
                        "session_token",
                        "expires_in",
                        "streams");
        assertThat(ack.path("status").asString()).isEqualTo("ok");
        assertThat(ack.path("session_restored").asBoolean()).isTrue();
        assertThat(ack.path("server_status").asString()).isEqualTo("running");
        assertThat(ack.path("client_id").asString()).isEqualTo(nameOf("ann"));
        assertThat(names(ack.path("streams")))
                .containsExactlyInAnyOrder("lobby", room(), "@" + nameOf("ann"));
        var stream = stream(ack, room());
        assertThat(names(stream)).containsExactlyInAnyOrder("epoch", "head", "recovered");
        assertThat(stream.path("recovered").asInt()).isEqualTo(10);
        ann.readUntil(room(), stream.path("head").asLong());
        ann.readThroughOwn(room());
        assertThat(ann.data(room()).subList(1, 11)).isEqualTo(missedData(1, 10));
    }

    @Test
    void comingBackBeforeTheServerNoticesClosesTheOldConnectionWith4500() {
        var older = ann.connection();
        ann.comeBack();

        assertThat(older.inbox().awaitClose().code()).isEqualTo(4500);
        assertThat(ann.readThroughOwn(room())).isNotEmpty();
    }

    @Test
    void whoMissedNothingRecoversNothing() {
        ann.readThroughOwn(room());
        ann.readThroughOwn("lobby");
        ann.connection().cut();

        var ack = ann.comeBack();

        for (var stream : List.of("lobby", room(), "@" + nameOf("ann"))) {
            assertThat(stream(ack, stream).path("recovered").asInt(-1)).isZero();
            assertThat(stream(ack, stream).has("gap")).isFalse();
        }
        assertThat(ann.connection().everythingUntilPong()).isEmpty();
    }

    @Test
    void theRecoveredComeBeforeTheLiveOnesAndPresenceLast() {
        ann.connection().cut();
        missed(5);
        ann.dial();
        var hello = ann.hello();
        var seen = new ArrayList<JsonNode>();

        ann.greet(hello.substring(0, hello.length() - 1) + ",\"presence\":true}");
        while (seen.stream().filter(message -> type(message).equals("presence")).count() < 2) {
            seen.add(ann.read());
        }

        var types = seen.stream()
                .filter(message -> !type(message).startsWith("client_"))
                .map(message -> type(message))
                .toList();
        assertThat(types)
                .containsExactly(
                        "message",
                        "message",
                        "message",
                        "message",
                        "message",
                        "presence",
                        "presence");
        var present = seen.stream()
                .filter(message -> message.path("room").asString("").equals(room()))
                .toList()
                .getLast();
        assertThat(present.path("clients").toString())
                .contains(nameOf("ann"))
                .contains(nameOf("bob"));
    }

    @Test
    void whatIsPublishedWhileItComesBackIsNeitherLostNorGivenTwice() {
        var published = 0;
        for (var round = 0; round < 15; round++) {
            // Not read: these run while the other one dials.
            for (var i = 0; i < 5; i++) {
                bob.publish(room(), Integer.toString(published++));
            }
            ann.connection().cut();
            ann.dial();
            for (var i = 0; i < 5; i++) {
                bob.publish(room(), Integer.toString(published++));
            }
            var ack = ann.greet(ann.hello());
            assertThat(ack.path("session_restored").asBoolean()).isTrue();
            var awaited = Integer.toString(published - 1);
            ann.readTo(message -> message.path("data").toString().equals(awaited));
        }

        var expected = new ArrayList<String>();
        for (var i = 0; i < published; i++) {
            expected.add(Integer.toString(i));
        }
        assertThat(ann.data(room())).isEqualTo(expected);
    }

    @Test
    void whatHistoryDoesNotHoldAnyMoreIsAGapWithItsBounds() {
        ann.readThroughOwn(room());
        var at = ann.position(room()).seq();
        ann.connection().cut();
        missed(HISTORY + 7);

        var stream = stream(ann.comeBack(), room());

        assertThat(stream.path("head").asLong()).isEqualTo(at + HISTORY + 7);
        assertThat(stream.path("recovered").asInt()).isEqualTo(HISTORY);
        assertThat(stream.path("gap").toString())
                .isEqualTo("{\"from\":" + (at + 1) + ",\"to\":" + (at + 7) + "}");
        ann.readThroughOwn(room());
        assertThat(ann.data(room()).subList(1, 1 + HISTORY)).isEqualTo(missedData(8, HISTORY + 7));
    }

    @Test
    void exactlyAHistoryMissedIsNoGap() {
        ann.connection().cut();
        missed(HISTORY);

        var stream = stream(ann.comeBack(), room());

        assertThat(stream.path("recovered").asInt()).isEqualTo(HISTORY);
        assertThat(stream.has("gap")).isFalse();
    }

    @Test
    void aStreamThatItDoesNotBelongToIsAnErrorAndNeverData() {
        bob.join("secret" + tests);
        var epoch = bob.position("secret" + tests).epoch();
        bob.published("secret" + tests, "\"for members\"");
        bob.direct(nameOf("bob"), "\"to myself\"");
        ann.connection().cut();
        ann.position("secret" + tests, new Position(epoch, 0));
        ann.position("@" + nameOf("bob"), bob.position("@" + nameOf("bob")));
        ann.dial();

        var ack = ann.greet(ann.hello());

        assertThat(names(ack.path("streams")))
                .containsExactlyInAnyOrder("lobby", room(), "@" + nameOf("ann"));
        for (var unknown : List.of("secret" + tests, "@" + nameOf("bob"))) {
            var error = ann.readTo("error");
            assertThat(error.path("code").asString()).isEqualTo("unknown_stream");
            assertThat(error.path("message").asString()).contains(unknown);
        }
        bob.published("secret" + tests, "\"later\"");
        ann.readThroughOwn(room());
        assertThat(ann.messages("secret" + tests)).isEmpty();
    }

    @Test
    void aStreamThatItDidNotNameBeginsAtItsHeadAndTheRestIsAGap() {
        var at = ann.position(room()).seq();
        // A farewell, so that the server does not take what it wrote to the dead socket for handed.
        Loss.CLOSE.happensTo(ann);
        missed(4);
        ann.forget(room());

        var stream = stream(ann.comeBack(), room());

        assertThat(stream.path("recovered").asInt(-1)).isZero();
        assertThat(stream.path("gap").toString())
                .isEqualTo("{\"from\":" + (at + 1) + ",\"to\":" + (at + 4) + "}");
        bob.published(room(), "\"new\"");
        assertThat(ann.readMessage(room()).path("data").toString()).isEqualTo("\"new\"");
    }

    @Test
    void aPositionAheadOfTheStreamIsAGapAndNothingIsRecovered() {
        ann.readThroughOwn(room());
        var at = ann.position(room());
        ann.connection().cut();
        ann.position(room(), new Position(at.epoch(), at.seq() + 1_000));

        var stream = stream(ann.comeBack(), room());

        assertThat(stream.path("recovered").asInt(-1)).isZero();
        assertThat(stream.path("gap").toString()).isEqualTo("{\"reason\":\"ahead\"}");
        bob.published(room(), "\"new\"");
        assertThat(ann.readMessage(room()).path("data").toString()).isEqualTo("\"new\"");
    }

    @Test
    void aPositionUnderAnotherEpochIsAGapHoweverWellItsNumberFits() {
        missed(3);
        ann.readUntil(room(), 3);
        ann.connection().cut();
        missed(2);
        ann.position(room(), new Position("another", 3));

        var stream = stream(ann.comeBack(), room());

        assertThat(stream.path("recovered").asInt(-1)).isZero();
        assertThat(stream.path("gap").toString()).isEqualTo("{\"reason\":\"epoch\"}");
        assertThat(stream.path("epoch").asString()).isNotEqualTo("another");
    }

    @Test
    void roomsThatItJoinedStayItsOwnAndRoomsThatItLeftDoNot() {
        ann.join("kept" + tests);
        ann.join("left" + tests);
        bob.join("left" + tests);
        ann.answerTo(ann.request("\"type\":\"leave\",\"room\":\"left" + tests + "\""));
        ann.forget("left" + tests);
        ann.connection().cut();
        bob.published("left" + tests, "1");

        var ack = ann.comeBack();

        assertThat(names(ack.path("streams")))
                .containsExactlyInAnyOrder("lobby", room(), "kept" + tests, "@" + nameOf("ann"));
        bob.published("left" + tests, "2");
        bob.published("kept" + tests, "3");
        assertThat(ann.readMessage("kept" + tests).path("data").asInt()).isEqualTo(3);
        assertThat(ann.messages("left" + tests)).isEmpty();
    }

    @Test
    void whatArrivedAndWasNotReadIsGivenAgain() {
        missed(6);
        ann.readUntil(room(), 2);
        // The other four are with this client already, and die with it.
        ann.connection().cut();

        assertThat(stream(ann.comeBack(), room()).path("recovered").asInt()).isEqualTo(4);
        ann.readUntil(room(), 6);
        assertThat(ann.data(room())).isEqualTo(missedData(1, 6));
    }

    @Test
    void aRoomThatItLeftAndStillNamesIsAnErrorAndNotRecovered() {
        ann.join("past" + tests);
        var at = ann.position("past" + tests);
        ann.leave("past" + tests);
        bob.published("past" + tests, "1");
        ann.connection().cut();
        ann.position("past" + tests, at);

        var ack = ann.comeBack();

        assertThat(names(ack.path("streams"))).doesNotContain("past" + tests);
        assertThat(ann.readTo("error").path("code").asString()).isEqualTo("unknown_stream");
        ann.readThroughOwn(room());
        assertThat(ann.messages("past" + tests)).isEmpty();
    }

    @Test
    void eachOfVeryManyUnknownStreamsIsAnErrorWhateverItsName() {
        ann.connection().cut();
        ann.position("\\\"quoted\\\" \\u0000", new Position("e", 1));
        for (var i = 0; i < 3_000; i++) {
            ann.position("no-such-" + i, new Position("e", 1));
        }

        ann.comeBack();

        for (var i = 0; i <= 3_000; i++) {
            assertThat(ann.readTo("error").path("code").asString()).isEqualTo("unknown_stream");
        }
        assertThat(ann.readThroughOwn(room())).isNotEmpty();
    }

    @Test
    void aClientWithCompressionIsGivenWhatItMissedToo() {
        var hello = "{\"type\":\"hello\"}";
        var first = server.openForeign("/ws/" + nameOf("zip") + "?resume=1");
        var welcome = first.ask(hello, "welcome");
        assertThat(first.extensions()).contains("permessage-deflate");
        var text = "\"" + "compressible ".repeat(500) + "\"";
        bob.published("lobby", text);
        assertThat(first.next("message").path("data").toString()).isEqualTo(text);
        first.close();
        bob.published("lobby", text);
        var second = server.openForeign("/ws/" + nameOf("zip") + "?resume=1");
        var lobby = welcome.path("streams").path("lobby");
        var ack = second.ask(
                "{\"type\":\"hello\",\"session_token\":"
                        + welcome.path("session_token") + ",\"positions\":{\"lobby\":" + lobby
                        + "}}",
                "reconnection_ack");

        assertThat(stream(ack, "lobby").path("recovered").asInt()).isEqualTo(2);
        for (var i = 1; i <= 2; i++) {
            var message = second.next("message");
            assertThat(message.path("seq").asLong()).isEqualTo(lobby.path("seq").asLong() + i);
            assertThat(message.path("data").toString()).isEqualTo(text);
        }
    }
}
