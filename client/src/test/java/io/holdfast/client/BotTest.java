package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.FakeNetwork.FakeLink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A client of the TCP port, in a world of its own. */
class BotTest {
    private final FakeNetwork network = new FakeNetwork();

    private HoldfastClient client(ClientBuilder builder) {
        HoldfastClient client = new HoldfastClient(builder.options(), network);
        client.start();
        network.run();
        return client;
    }

    private static ClientBuilder bot() {
        return HoldfastClient.bot().url("tcp://server:9000").clientId("bot-1").withoutJitter();
    }

    private static List<Event> events(HoldfastClient client) throws InterruptedException {
        List<Event> all = new ArrayList<>();
        for (Event event = client.receive(Duration.ZERO);
                event != null;
                event = client.receive(Duration.ZERO)) {
            all.add(event);
            if (event instanceof Event.Closed) {
                break;
            }
        }
        return all;
    }

    private static List<String> data(List<Event> events) {
        return events.stream()
                .filter(Event.Message.class::isInstance)
                .map(event -> ((Event.Message) event).data())
                .toList();
    }

    private static String error(String code, int retryAfter) {
        return "{\"event\":\"error\",\"data\":{\"code\":\"" + code
                + "\",\"message\":\"no\",\"retry_after\":" + retryAfter + "}}";
    }

    private static Duration waits(HoldfastClient client) throws InterruptedException {
        return ((Event.Disconnected) events(client).getLast()).retryIn();
    }

    @Test
    void aBotSaysHelloAnswersPingsAndSpeaksFramesWhenTheServerDoes() throws Exception {
        HoldfastClient client = client(bot().token("secret").resume());
        FakeLink link = network.link().open();
        assertThat(link.taken())
                .containsExactly(
                        "{\"event\":\"hello\",\"data\":{\"client_key\":\"bot-1\","
                                + "\"token\":\"secret\",\"features\":[\"gzip\",\"length-prefixed\",\"resume\"]}}");
        link.say(
                "{\"event\":\"welcome\",\"data\":{\"client_key\":\"bot-1\",\"session_token\":\"T\","
                        + "\"expires_in\":3600,\"features\":[\"length-prefixed\",\"gzip\"],"
                        + "\"streams\":{\"bot\":{\"epoch\":\"e\",\"seq\":0}}}}");
        assertThat(link.frames).isTrue();
        link.say("{\"event\":\"ping\",\"data\":{\"id\":7,\"server_timestamp\":1732182000123}}");
        assertThat(link.taken())
                .containsExactly("{\"event\":\"pong\",\"data\":{\"id\":7,"
                        + "\"server_timestamp\":1732182000123}}");
        link.say(
                "{\"stream\":\"bot\",\"seq\":1,\"event\":\"message\",\"from\":\"b\",\"room\":\"bot\","
                        + "\"data\":{\"x\": 1}}");
        assertThat(data(events(client))).containsExactly("{\"x\": 1}");
        link.say(
                "{\"event\":\"serverShutdown\",\"data\":{\"reason\":\"r\",\"reconnect_after\":60}}");
        assertThat(link.goodbye).isEqualTo(1000);
    }

    @Test
    void theLastErrorBeforeABotsConnectionEndsSaysWhy() throws Exception {
        HoldfastClient client = client(bot());
        FakeLink link = network.link().open();
        link.say("{\"event\":\"error\",\"data\":{\"code\":\"unauthorized\",\"message\":\"no\"}}");
        link.close(1006, "");
        assertThat(events(client))
                .last()
                .satisfies(event -> assertThat(((Event.Closed) event).cause())
                        .isEqualTo(ClosedCause.UNAUTHORISED));
    }

    @Test
    void whatAnswersNothingIsGivenOnAsTheJsonThatItWas() throws Exception {
        HoldfastClient client = client(bot());
        network.link()
                .open()
                .say("{\"event\":\"welcome\",\"data\":{\"session_token\":\"T\",\"streams\":{}}}")
                .say(error("rate_limited", 5))
                .say("{\"event\":\"presence\",\"id\":\"w\",\"room\":\"bot\",\"data\":"
                        + "{\"clients\":[\"a\\\"\",\"b\"],\"count\":2}}");
        assertThat(events(client))
                .contains(
                        new Event.Notice(
                                "error",
                                "{\"type\":\"error\",\"code\":\"rate_limited\",\"message\":\"no\","
                                        + "\"retryable\":true,\"retry_after\":5}"),
                        new Event.Notice(
                                "presence",
                                "{\"type\":\"presence\",\"id\":\"w\",\"room\":\"bot\","
                                        + "\"clients\":[\"a\\\"\",\"b\"],\"count\":2}"));
    }

    @Test
    void aBlockedBotStaysAwayAsLongAsItWasTold() throws Exception {
        HoldfastClient client = client(bot());
        network.link().open().say(error("blocked", 3_600)).close(1006, "");
        assertThat(waits(client)).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void anErrorThatWasNotTheLastWordSaysNothingAboutTheWait() throws Exception {
        HoldfastClient client = client(bot());
        network.link()
                .open()
                .say(error("blocked", 3_600))
                .say("{\"event\":\"pong\"}")
                .close(1006, "");
        assertThat(waits(client)).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void theWaitThatWasToldIsOfOneConnectionOnly() throws Exception {
        HoldfastClient client = client(bot());
        network.link().open().say(error("blocked", 3_600)).close(1006, "");
        network.pass(Duration.ofHours(1));
        network.link().open().close(1006, "");
        assertThat(waits(client)).isLessThan(Duration.ofMinutes(1));
    }
}
