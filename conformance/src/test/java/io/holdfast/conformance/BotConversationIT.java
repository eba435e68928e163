package io.holdfast.conformance;

import static io.holdfast.conformance.client.BotClient.event;
import static io.holdfast.conformance.client.Json.names;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.BotClient;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bot dialect's requests and answers in lines, with authentication off. */
class BotConversationIT {
    /** Messages of one client that may be on their way at once. */
    private static final int WINDOW = 512;

    @RegisterExtension
    static final RunningServer server = RunningServer.with(Settings.QUIET);

    private static BotClient connect() {
        return server.closedLater(BotClient.connect(server.process().botPort()));
    }

    private static BotClient arrive(String clientKey) {
        var bot = connect();
        bot.hello(clientKey);
        return bot;
    }

    /** One that has said no hello, and is in its room. */
    private static BotClient anonymous() {
        var bot = connect();
        bot.ask("{\"event\":\"who\",\"id\":\"ready\"}", "presence");
        return bot;
    }

    private static String errorOf(BotClient bot, String json) {
        var error = bot.ask(json, "error");
        assertThat(error.path("data").path("message").asString()).isNotBlank();
        return error.path("data").path("code").asString();
    }

    @Test
    void aHelloIsWelcomed() {
        var bot = connect();
        bot.send(BotClient.helloOf("Бот 7/a", "resume"));
        var welcome = bot.next();

        assertThat(event(welcome)).isEqualTo("welcome");
        var data = welcome.path("data");
        assertThat(names(data))
                .containsExactlyInAnyOrder(
                        "client_key",
                        "session_token",
                        "expires_in",
                        "ping_interval",
                        "features",
                        "streams");
        assertThat(data.path("client_key").asString()).isEqualTo("Бот 7/a");
        // 32 random bytes, URL-safe.
        assertThat(data.path("session_token").asString()).matches("[A-Za-z0-9_-]{43}");
        assertThat(data.path("expires_in").asInt()).isEqualTo(3_600);
        assertThat(data.path("ping_interval").asInt()).isEqualTo(30);
        assertThat(data.path("features").toString()).isEqualTo("[\"resume\"]");
        assertThat(names(data.path("streams"))).containsExactlyInAnyOrder("bot", "@Бот 7/a");
        assertThat(names(data.path("streams").path("bot")))
                .containsExactlyInAnyOrder("epoch", "seq");
    }

    @Test
    void nothingIsSaidBeforeTheBotSpeaks() {
        var bot = connect();

        assertThat(bot.everythingUntilPong()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"client_key\":\"\"}",
                "{\"client_key\":7}",
                "{\"client_key\":\"tab\\tinside\"}",
                "{\"client_key\":\"ok\",\"features\":\"gzip\"}",
                "{\"client_key\":\"ok\",\"features\":[1]}",
                "{\"client_key\":\"ok\",\"positions\":[]}",
                "{\"client_key\":\"ok\",\"token\":1}",
                "{\"client_key\":\"ok\",\"client_key\":\"again\"}",
                "[]",
                "null",
            })
    void anImpossibleHelloIsAnErrorAndTheEnd(String data) {
        var bot = connect();
        bot.send("{\"event\":\"hello\",\"data\":" + data + "}");

        assertThat(bot.awaitFinalError()).isEqualTo("bad_message");
        assertThat(bot.awaitEnd()).isEqualTo(BotClient.End.FIN);
    }

    @Test
    void aClientKeyMayHave128CharactersAndNoMore() {
        var longest = "я".repeat(128);

        assertThat(connect().hello(longest).path("client_key").asString()).isEqualTo(longest);
        var longer = connect();
        longer.send(BotClient.helloOf(longest + "я"));
        assertThat(longer.awaitFinalError()).isEqualTo("bad_message");
    }

    @Test
    void aSecondHelloIsAnErrorAndChangesNothing() {
        var bot = arrive("twice");

        assertThat(errorOf(bot, BotClient.helloOf("other"))).isEqualTo("bad_message");
        assertThat(bot.ask("{\"event\":\"who\"}", "presence").toString()).contains("\"twice\"");
    }

    @Test
    void aPeerThatBeginsWithAnythingElseIsServedWithoutASession() {
        var other = arrive("listener1");
        var peer = connect();
        var ack = peer.ask("{\"event\":\"message\",\"id\":\"a\",\"data\":[1]}", "ack");
        var message = other.next("message");

        assertThat(ack.toString())
                .isEqualTo("{\"event\":\"ack\",\"id\":\"a\",\"data\":{\"status\":\"ok\"}}");
        assertThat(message.path("from").asString()).isNotEmpty();
        assertThat(message.path("room").asString()).isEqualTo("bot");
        other.send("{\"event\":\"message\",\"data\":{\"n\":2}}");
        var back = peer.next("message");
        assertThat(names(back))
                .containsExactlyInAnyOrder("event", "from", "room", "data", "timestamp");
        // Its name is good for direct messages as well.
        other.send("{\"event\":\"direct\",\"to\":\"" + message.path("from").asString()
                + "\",\"data\":3}");
        assertThat(peer.next("message").path("data").asInt()).isEqualTo(3);
    }

    @Test
    void twoAnonymousPeersHaveTwoNames() {
        var listener = arrive("listener2");
        var names = new ArrayList<String>();
        for (var i = 0; i < 2; i++) {
            connect().ask("{\"event\":\"message\",\"id\":\"1\",\"data\":1}", "ack");
            names.add(listener.next("message").path("from").asString());
        }

        assertThat(names).doesNotHaveDuplicates();
    }

    @Test
    void aMessageIsAckedOnlyWhenItHasAnId() {
        var bot = arrive("acks");
        bot.send("{\"event\":\"message\",\"data\":1}");
        bot.send("{\"event\":\"message\",\"data\":2,\"id\":\"m2\"}");
        var ack = bot.next("ack");

        assertThat(names(ack)).containsExactlyInAnyOrder("event", "id", "stream", "seq", "data");
        assertThat(ack.path("id").asString()).isEqualTo("m2");
        assertThat(ack.path("stream").asString()).isEqualTo("bot");
        assertThat(ack.path("data").toString()).isEqualTo("{\"status\":\"ok\"}");
        assertThat(bot.everythingUntilPong().stream().map(BotClient::event)).doesNotContain("ack");
    }

    @Test
    void aMessageArrivesAtTheOthersOfItsRoomWithItsPlace() {
        var ann = arrive("ann3");
        var bob = arrive("bob3");
        join(ann, "three");
        join(bob, "three");
        var ack = ann.ask(
                "{\"event\":\"message\",\"room\":\"three\",\"id\":\"x\",\"data\":{\"a\":[1,2.50]}}",
                "ack");
        var message = bob.next("message");

        assertThat(names(message))
                .containsExactlyInAnyOrder(
                        "event", "stream", "seq", "id", "from", "room", "data", "timestamp");
        assertThat(message.path("stream").asString()).isEqualTo("three");
        assertThat(message.path("seq").asLong()).isEqualTo(ack.path("seq").asLong());
        assertThat(message.path("id").asString()).isEqualTo("x");
        assertThat(message.path("from").asString()).isEqualTo("ann3");
        assertThat(message.path("timestamp").asString()).matches(".*T.*\\.\\d{3}Z");
    }

    static void join(BotClient bot, String room) {
        bot.send("{\"event\":\"join\",\"room\":\"" + room + "\",\"id\":\"join-" + room + "\"}");
        var ack = bot.upTo(message -> message.path("id").asString("").equals("join-" + room))
                .getLast();
        assertThat(event(ack)).as(ack.toString()).isEqualTo("ack");
    }

    @Test
    void joiningIsAnsweredWithTheStreamsPlaceAndLeavingEndsIt() {
        var ann = arrive("ann4");
        var bob = arrive("bob4");
        join(bob, "four");
        bob.ask("{\"event\":\"message\",\"room\":\"four\",\"id\":\"1\",\"data\":1}", "ack");
        var joined = ann.ask("{\"event\":\"join\",\"room\":\"four\",\"id\":\"j\"}", "ack");

        assertThat(joined.path("stream").asString()).isEqualTo("four");
        assertThat(joined.path("seq").asInt()).isEqualTo(1);
        assertThat(joined.path("data").path("epoch").asString()).isNotEmpty();
        bob.send("{\"event\":\"message\",\"room\":\"four\",\"data\":2}");
        assertThat(ann.next("message").path("data").asInt()).isEqualTo(2);
        ann.ask("{\"event\":\"leave\",\"room\":\"four\",\"id\":\"l\"}", "ack");
        bob.ask("{\"event\":\"message\",\"room\":\"four\",\"id\":\"3\",\"data\":3}", "ack");
        assertThat(ann.everythingUntilPong()).isEmpty();
    }

    @Test
    void whoIsAnsweredWithTheMembers() {
        var ann = arrive("ann5");
        var bob = arrive("bob5");
        join(ann, "five");
        join(bob, "five");
        var presence = ann.ask("{\"event\":\"who\",\"room\":\"five\",\"id\":\"q\"}", "presence");

        assertThat(presence.path("id").asString()).isEqualTo("q");
        assertThat(presence.path("room").asString()).isEqualTo("five");
        assertThat(presence.path("data").path("count").asInt()).isEqualTo(2);
        assertThat(presence.path("data").path("clients").toString())
                .isEqualTo("[\"ann5\",\"bob5\"]");
    }

    @Test
    void aDirectMessageReachesItsReceiverAlone() {
        var ann = arrive("ann6");
        var bob = arrive("bob6");
        var cyd = arrive("cyd6");
        var ack = ann.ask(
                "{\"event\":\"direct\",\"to\":\"bob6\",\"id\":\"d\",\"data\":\"psst\"}", "ack");
        var message = bob.next("message");

        assertThat(ack.path("stream").asString()).isEqualTo("@bob6");
        assertThat(names(message))
                .containsExactlyInAnyOrder(
                        "event", "stream", "seq", "id", "from", "data", "timestamp");
        assertThat(message.path("stream").asString()).isEqualTo("@bob6");
        assertThat(message.path("data").asString()).isEqualTo("psst");
        assertThat(cyd.everythingUntilPong()).isEmpty();
    }

    @Test
    void aDirectMessageToNobodyIsAnError() {
        var ann = arrive("ann7");
        var error = ann.ask(
                "{\"event\":\"direct\",\"to\":\"nobody\",\"id\":\"d\",\"data\":1}", "error");

        assertThat(error.path("id").asString()).isEqualTo("d");
        assertThat(error.path("data").path("id").asString()).isEqualTo("d");
        assertThat(error.path("data").path("code").asString()).isEqualTo("not_connected");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":7,\"server_timestamp\":1732182000123}",
                "{\"id\":1.50e3,\"server_timestamp\":\"2026-01-01 \\u0041\"}",
                "{\"id\":\"Ключ\"}",
                "{\"server_timestamp\":-0}",
                "{\"id\":null,\"server_timestamp\":true}",
                "{}",
            })
    void aPongHasThePingsValuesByteForByte(String data) {
        var bot = anonymous();
        bot.send("{\"event\":\"ping\",\"data\":" + data + "}");

        assertThat(bot.inbox().nextText()).isEqualTo("{\"event\":\"pong\",\"data\":" + data + "}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"event\":7}",
                "{\"event\":\"\"}",
                "{\"event\":\"no-such\"}",
                "{\"event\":\"welcome\"}",
                "{\"event\":\"message\"}",
                "{\"event\":\"message\",\"data\":1,\"data\":2}",
                "{\"event\":\"message\",\"data\":1,\"id\":\"\"}",
                "{\"event\":\"message\",\"data\":1,\"id\":7}",
                "{\"event\":\"message\",\"data\":1,\"room\":\"a b\"}",
                "{\"event\":\"message\",\"data\":1,\"room\":7}",
                "{\"event\":\"direct\",\"data\":1}",
                "{\"event\":\"direct\",\"to\":\"x\"}",
                "{\"event\":\"join\"}",
                "{\"event\":\"join\",\"room\":\"\"}",
                "{\"event\":\"ping\",\"data\":7}",
                "{\"event\":\"ping\",\"data\":{\"id\":{}}}",
                "{\"event\":\"pong\",\"data\":{}}",
                "{\"event\":\"reauth\"}",
                "{\"event\":\"reauth\",\"data\":{\"token\":\"a\",\"session_token\":\"b\"}}",
                "[]",
                "7",
                "nonsense",
                "{\"event\":\"message\",\"data\":}",
                "{\"event\":\"message\",\"data\":1} trailing",
            })
    void whatMakesNoSenseIsAnErrorAndTheConnectionGoesOn(String line) {
        var bot = arrive("senseless");

        assertThat(errorOf(bot, line)).isEqualTo("bad_message");
        assertThat(bot.everythingUntilPong()).isEmpty();
    }

    @Test
    void theServersOwnRoomsAreForbidden() {
        var bot = arrive("curious");

        assertThat(errorOf(
                        bot, "{\"event\":\"message\",\"room\":\"deepstream.events\",\"data\":1}"))
                .isEqualTo("forbidden");
    }

    @Test
    void unknownFieldsAreIgnored() {
        var bot = arrive("extra");
        var ack = bot.ask(
                "{\"x\":[{}],\"event\":\"message\",\"data\":1,\"y\":null,\"id\":\"7\"}", "ack");

        assertThat(ack.path("id").asString()).isEqualTo("7");
    }

    @Test
    void linesMayEndWithCarriageReturnsAndEmptyOnesAreNothing() {
        var bot = connect();
        var lines = List.of(
                "\r",
                "",
                "{\"event\":\"who\",\"id\":\"1\"}\r",
                "\r",
                "{\"event\":\"who\",\"id\":\"2\"}",
                "");
        bot.send(String.join("\n", lines));

        assertThat(bot.next().path("id").asString()).isEqualTo("1");
        assertThat(bot.next().path("id").asString()).isEqualTo("2");
        assertThat(bot.everythingUntilPong()).isEmpty();
    }

    @Test
    void asManyMessagesAtOnceAsMayBeOnTheirWayArriveInOrder() {
        var ann = arrive("ann8");
        var bob = arrive("bob8");
        join(bob, "eight");
        var text = new StringBuilder();
        for (var i = 0; i < WINDOW; i++) {
            text.append("{\"event\":\"message\",\"room\":\"eight\",\"data\":" + i + "}\n");
        }
        ann.sendBytes(text.toString().getBytes(UTF_8));

        for (var i = 0; i < WINDOW; i++) {
            assertThat(bob.next("message").path("data").asInt(-1)).isEqualTo(i);
        }
    }

    /** What a bot hears in this conversation, without what is new each time. */
    private static List<String> heard(String clientKey, int bytesAtOnce) {
        var bot = connect();
        var conversation = BotClient.helloOf(clientKey)
                + "\r\n\n{\"event\":\"join\",\"room\":\"split\",\"id\":\"1\"}\n"
                + "{\"event\":\"message\",\"room\":\"split\",\"id\":\"2\",\"data\":\"я🙂\"}\r\n"
                + "{\"event\":\"ping\",\"data\":{\"id\":7}}\n"
                + "{\"event\":\"no-such\",\"id\":\"3\"}\n"
                + "{\"event\":\"leave\",\"room\":\"other\",\"id\":\"4\"}\n";
        var bytes = conversation.getBytes(UTF_8);
        for (var at = 0; at < bytes.length; at += bytesAtOnce) {
            bot.sendBytes(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + bytesAtOnce)));
        }
        var heard = new ArrayList<String>();
        for (var i = 0; i < 7; i++) {
            heard.add(bot.next()
                    .toString()
                    .replaceAll("(session_token|timestamp|epoch)\":\"[^\"]*\"", "")
                    .replaceAll("\"seq\":\\d+", "")
                    .replace(clientKey, "KEY"));
        }
        assertThat(heard.getFirst()).contains("welcome");
        return heard.stream().sorted().toList();
    }

    @Test
    void theSameConversationByteByByteIsAnsweredAlike() {
        var whole = heard("split-whole", 1 << 16);

        assertThat(whole.toString()).contains("ack", "я🙂", "pong", "no-such", "welcome");
        for (var bytesAtOnce : new int[] {1, 2, 3, 7, 64}) {
            assertThat(heard("split-" + bytesAtOnce, bytesAtOnce)).isEqualTo(whole);
        }
    }

    @Test
    void whoEndsItsHalfGetsItsAnswersAndThenTheServersEnd() {
        var bot = arrive("half");
        for (var i = 0; i < 200; i++) {
            bot.send("{\"event\":\"message\",\"id\":\"m" + i + "\",\"data\":" + i + "}");
        }
        bot.send("{\"event\":\"who\",\"id\":\"last\"}");
        bot.finishWriting();

        var acks = new ArrayList<String>();
        for (var i = 0; i < 200; i++) {
            acks.add(bot.next("ack").path("id").asString());
        }
        assertThat(acks).hasSize(200).startsWith("m0").endsWith("m199");
        assertThat(bot.awaitEnd()).isEqualTo(BotClient.End.FIN);
    }

    @Test
    void whoSaysHelloAndEndsItsHalfIsWelcomedFirst() {
        var bot = connect();
        bot.send(BotClient.helloOf("brief"));
        bot.finishWriting();

        assertThat(event(bot.next())).isEqualTo("welcome");
        assertThat(bot.awaitEnd()).isEqualTo(BotClient.End.FIN);
    }

    @Test
    void whoSaysEverythingAtOnceAndEndsItsHalfHasItDoneAndAcked() {
        var listener = arrive("all-listener");
        var bot = connect();
        bot.sendBytes((BotClient.helloOf("all-at-once")
                        + "\n{\"event\":\"message\",\"id\":\"1\",\"data\":\"said\"}\n")
                .getBytes(UTF_8));
        bot.finishWriting();

        assertThat(event(bot.next())).isEqualTo("welcome");
        assertThat(bot.next("ack").path("id").asString()).isEqualTo("1");
        assertThat(bot.awaitEnd()).isEqualTo(BotClient.End.FIN);
        assertThat(listener.next("message").path("data").asString()).isEqualTo("said");
    }

    @Test
    void whoEndsWithinALineIsToldSo() {
        var bot = arrive("unfinished");
        bot.sendBytes("{\"event\":\"mess".getBytes(UTF_8));
        bot.finishWriting();

        assertThat(bot.awaitFinalError()).isEqualTo("bad_message");
        assertThat(bot.awaitEnd()).isEqualTo(BotClient.End.FIN);
    }

    @Test
    void aLineMayHaveAMebibyteAndNoByteMore() {
        var ann = arrive("large-ann");
        var bob = arrive("large-bob");
        join(bob, "large");
        var frame = "{\"event\":\"message\",\"room\":\"large\",\"data\":\"%s\"}";
        var fits = frame.formatted("x".repeat((1 << 20) - frame.length() + 2));
        assertThat(fits).hasSize(1 << 20);
        ann.send(fits);
        assertThat(bob.next("message").path("data").asString())
                .hasSize((1 << 20) - frame.length() + 2);
        ann.sendAsFarAsItGoes(BotClient.lineOf(fits.replaceFirst("x", "xx")));

        assertThat(ann.awaitFinalError()).isEqualTo("too_large");
    }

    @Test
    void whoSaysHelloHasASessionEvenIfItOffersNothing() {
        var bot = connect();
        var welcome = bot.greet("{\"event\":\"hello\",\"data\":{\"client_key\":\"plain\"}}");

        assertThat(welcome.path("features").toString()).isEqualTo("[]");
        assertThat(welcome.path("session_token").asString()).isNotEmpty();
    }
}
