package io.holdfast.conformance;

import static io.holdfast.conformance.client.BotClient.event;
import static io.holdfast.conformance.client.Json.names;
import static io.holdfast.conformance.client.Json.type;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.BotClient;
import io.holdfast.conformance.client.Client;
import io.holdfast.conformance.client.CuttableClient;
import io.holdfast.conformance.client.ResumingClient;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bots, WebSocket clients and pipeline applications hear each other, each in its own words. */
class BotDialectsIT {
    @RegisterExtension
    static final RunningServer server = RunningServer.with(Settings.QUIET);

    private static BotClient arrive(String clientKey) {
        return server.closedLater(BotClient.arrive(server.process().botPort(), clientKey));
    }

    /** A WebSocket client of that name which is in the bots' room. */
    private static Client webIn(String clientId, String room) {
        var client = server.join(clientId);
        client.ask("{\"type\":\"join\",\"room\":\"" + room + "\"}", "ack");
        return client;
    }

    /** The bytes of {@code "data"}, which ends before the timestamp. */
    private static String dataIn(String text) {
        var from = text.indexOf("\"data\":") + "\"data\":".length();
        return text.substring(from, text.lastIndexOf(",\"timestamp\":"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"b\": 1.50, \"a\" :[ 1e5,-0.0,12345678901234567890123 ]}",
                "\"я🙂 \\u00e9\\n\\\"\\/\"",
                "null",
                "{\"event\":\"ping\",\"type\":\"ping\",\"timestamp\":\"x\"}",
                "[[],{},\"\"]",
            })
    void dataIsTheSameByteForByteBothWays(String data) {
        var bot = arrive("bytes-bot");
        var web = webIn("bytes-web", "bot");
        bot.send("{\"event\":\"message\",\"data\":" + data + "}");
        var atWeb = web.inbox().nextText();
        web.send("{\"type\":\"message\",\"room\":\"bot\",\"data\":" + data + "}");
        bot.upTo(message -> message.path("from").asString("").equals("bytes-bot"));
        var atBot = bot.inbox().nextText();

        assertThat(atWeb).startsWith("{\"type\":\"message\",\"from\":\"bytes-bot\"");
        assertThat(atBot).contains("\"event\":\"message\",\"from\":\"bytes-web\"");
        assertThat(dataIn(atWeb)).isEqualTo(data);
        assertThat(dataIn(atBot)).isEqualTo(data);
    }

    @Test
    void aBotAndAWebSocketClientSendEachOtherDirectMessages() {
        var bot = arrive("direct-bot");
        var web = server.join("direct-web");
        var ack = bot.ask(
                "{\"event\":\"direct\",\"to\":\"direct-web\",\"id\":\"1\",\"data\":[1]}", "ack");
        var direct = web.next("direct");

        assertThat(ack.path("data").path("status").asString()).isEqualTo("ok");
        assertThat(names(direct)).containsExactlyInAnyOrder("type", "from", "data", "timestamp");
        assertThat(direct.path("from").asString()).isEqualTo("direct-bot");
        web.ask("{\"type\":\"direct\",\"to\":\"direct-bot\",\"data\":[2],\"id\":\"x\"}", "ack");
        var back = bot.next("message");
        assertThat(names(back))
                .containsExactlyInAnyOrder(
                        "event", "stream", "seq", "id", "from", "data", "timestamp");
        assertThat(back.path("data").toString()).isEqualTo("[2]");
    }

    @Test
    void prettyPrintedJsonIsOneLineForABot() {
        var bot = arrive("pretty-bot");
        var web = webIn("pretty-web", "bot");
        web.send("""
                {\r
                  "type": "message",\r
                  "room": "bot",
                  "data": {\r
                    "a": [
                      1,\r      2
                    ],
                    "b": "x\\ny"\r
                  }\r
                }
                """);
        var text = bot.inbox().nextText();

        assertThat(text).doesNotContain("\n").doesNotContain("\r");
        assertThat(dataIn(text))
                .isEqualTo("{      \"a\": [       1,       2     ],     \"b\": \"x\\ny\"    }");
        web.send("{\"type\":\"direct\",\"to\":\"pretty-bot\",\"data\":[\n1\n]}");
        assertThat(dataIn(bot.inbox().nextText())).isEqualTo("[ 1 ]");
    }

    @Test
    void prettyPrintedJsonIsSafeForAnAnonymousBotToo() {
        var bot = server.closedLater(BotClient.connect(server.process().botPort()));
        bot.ask("{\"event\":\"who\"}", "presence");
        var web = webIn("pretty-web2", "bot");
        web.send("{\"type\":\"message\",\"room\":\"bot\",\"data\":[\n1\r\n]}");

        assertThat(dataIn(bot.inbox().nextText())).isEqualTo("[ 1  ]");
    }

    @Test
    void oneSeqIsTheSameMessageInEveryDialect() {
        var bot = arrive("seq-bot");
        BotConversationIT.join(bot, "shared");
        var web = server.closedLater(ResumingClient.of(server.process().http(), "/ws/seq-web"));
        web.come();
        web.join("shared");
        for (var i = 1; i <= 20; i++) {
            if (i % 2 == 0) {
                web.published("shared", Integer.toString(i));
            } else {
                bot.send("{\"event\":\"message\",\"room\":\"shared\",\"id\":\"" + i + "\",\"data\":"
                        + i + "}");
                bot.upTo(message -> event(message).equals("ack"));
            }
        }
        web.readUntil("shared", 20);

        for (var i = 1; i <= 20; i++) {
            assertThat(web.messages("shared").get(i - 1).path("data").asInt()).isEqualTo(i);
        }
    }

    @Test
    void anApplicationsEventReachesBotsAndWebSocketClients() {
        var bot = arrive("events-bot");
        BotConversationIT.join(bot, "deepstream.events");
        var web = webIn("events-web", "deepstream.events");
        var app = server.open("/deepstream/ws");
        app.ask(DeepstreamIT.ready("events-cam", false), "ready_ack");
        app.send("{\"type\":\"event\",\"name\":\"stall\",\"data\":{\"source\" : 3}}");

        var atWeb = web.inbox().upTo(m -> m.toString().contains("stall")).getLast();
        var atBot = bot.upTo(m -> m.toString().contains("stall")).getLast();
        assertThat(names(atBot)).contains("event", "stream", "seq", "data");
        assertThat(atBot.path("stream").asString()).isEqualTo("deepstream.events");
        assertThat(type(atBot)).isEmpty();
        assertThat(type(atWeb)).isNotEmpty();
        // All that is beside the type in the one is found in the other.
        assertThat(atBot.toString()).contains("\"source\":3").contains("events-cam");
        assertThat(atWeb.toString()).contains("\"source\":3").contains("events-cam");
    }

    @Test
    void aBotsDirectMessageReachesAnApplication() {
        var bot = arrive("to-app-bot");
        // One with a session: others take no direct messages.
        var app = server.closedLater(
                CuttableClient.connect(server.process().http(), "/deepstream/ws?resume=1"));
        app.ask(DeepstreamIT.ready("to-app-cam", false), "ready_ack");
        var ack = bot.ask(
                "{\"event\":\"direct\",\"to\":\"to-app-cam\",\"id\":\"1\",\"data\":{\"x\":[ 1]}}",
                "ack");
        var text = app.inbox().nextText();

        assertThat(ack.path("data").path("status").asString()).isEqualTo("ok");
        assertThat(text).contains("\"from\":\"to-app-bot\"").doesNotContain("\"event\"");
        assertThat(dataIn(text)).isEqualTo("{\"x\":[ 1]}");
    }

    @Test
    void botsThatComeAndGoAreToldToWebSocketClientsOfTheirRoomOnly() {
        var web = server.join("presence-web");
        var bot = arrive("presence-bot");
        bot.close();

        assertThat(web.everythingUntilPong().stream().map(m -> m.toString()))
                .as("the lobby is not the bots' room")
                .noneMatch(text -> text.contains("presence-bot"));
        assertThat(web.ask("{\"type\":\"who\",\"room\":\"bot\",\"id\":\"w\"}", "presence")
                        .path("clients")
                        .isArray())
                .isTrue();
    }
}
