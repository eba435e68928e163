package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.FakeNetwork.FakeLink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** After a reconnect the application is in its rooms again, or hears that it is not. */
class RejoiningTest {
    private final FakeNetwork network = new FakeNetwork();

    private HoldfastClient clientIn(int rooms) {
        ClientBuilder builder =
                HoldfastClient.feed().url("ws://server:80").clientId("a").withoutJitter();
        HoldfastClient client = new HoldfastClient(builder.options(), network);
        client.start();
        network.run();
        FakeLink link = network.link().open(false).say("{\"type\":\"welcome\"}");
        for (int i = 0; i < rooms; i++) {
            client.join("room" + i);
            network.run();
            ack(link, link.taken().getFirst());
        }
        return client;
    }

    private FakeLink back() {
        network.link().close(1006, "");
        network.pass(Duration.ofSeconds(1));
        return network.link().open(false).say("{\"type\":\"welcome\"}");
    }

    private static String id(String text) {
        return text.substring(text.indexOf("\"id\":\"") + 6).split("\"", 2)[0];
    }

    private static void ack(FakeLink link, String text) {
        link.say("{\"type\":\"ack\",\"id\":\"" + id(text) + "\",\"status\":\"ok\"}");
    }

    private static void refuse(FakeLink link, String text, String code, String more) {
        link.say("{\"type\":\"error\",\"id\":\"" + id(text) + "\",\"code\":\"" + code
                + "\",\"message\":\"no\"" + more + "}");
    }

    private static List<String> notices(HoldfastClient client) throws InterruptedException {
        List<String> all = new ArrayList<>();
        Event event;
        while ((event = client.receive(Duration.ZERO)) != null) {
            if (event instanceof Event.Notice notice && notice.type().equals("error")) {
                all.add(notice.toString());
            }
        }
        return all;
    }

    @Test
    void aRefusalThatIsFinalIsToldAndNotTriedAgain() throws Exception {
        HoldfastClient client = clientIn(1);
        FakeLink link = back();
        refuse(link, link.taken().getFirst(), "forbidden", "");
        assertThat(notices(client))
                .singleElement()
                .satisfies(text -> assertThat(text).contains("room0", "forbidden"));
        network.pass(Duration.ofSeconds(20));
        assertThat(link.taken()).noneMatch(text -> text.contains("join"));
    }

    @Test
    void aRefusalThatMayPassIsToldOnceAndTriedAgainWhenTheServerSays() throws Exception {
        HoldfastClient client = clientIn(1);
        FakeLink link = back();
        String join = link.taken().getFirst();
        for (int i = 0; i < 2; i++) {
            refuse(link, join, "rate_limited", ",\"retryable\":true,\"retry_after\":7");
            network.pass(Duration.ofMillis(6_999));
            assertThat(link.taken()).isEmpty();
            network.pass(Duration.ofMillis(1));
            join = link.taken().getFirst();
            assertThat(join).contains("join", "room0");
        }
        ack(link, join);
        assertThat(notices(client)).hasSize(1);
        network.pass(Duration.ofSeconds(20));
        assertThat(link.taken()).noneMatch(text -> text.contains("join"));
    }

    @Test
    void aServerThatNeverAgreesIsAskedABoundedNumberOfTimes() throws Exception {
        HoldfastClient client = clientIn(1);
        FakeLink link = back();
        int tries = 0;
        for (List<String> sent = link.taken(); !sent.isEmpty(); sent = link.taken()) {
            tries++;
            refuse(link, sent.getFirst(), "unavailable", ",\"retryable\":true,\"retry_after\":1");
            network.pass(Duration.ofSeconds(1));
        }
        assertThat(tries).isEqualTo(Rejoining.MOST_TRIES);
        assertThat(notices(client)).hasSize(2);
    }

    @Test
    void manyRoomsAreAskedForInSlicesAndOneByOneAfterTooFast() {
        clientIn(70);
        FakeLink link = back();
        List<String> joins = link.taken();
        assertThat(joins).hasSize(Rejoining.MOST_ASKED);
        ack(link, joins.getFirst());
        assertThat(link.taken()).as("the next for one that was answered").hasSize(1);
        refuse(link, joins.get(1), "rate_limited", ",\"retryable\":true,\"retry_after\":7");
        joins.subList(2, 50).forEach(join -> ack(link, join));
        assertThat(link.taken()).as("nothing while it has to wait").isEmpty();
    }

    @Test
    void aRoomThatTheApplicationLeavesMeanwhileIsNotJoinedAgain() {
        HoldfastClient client = clientIn(1);
        FakeLink link = back();
        refuse(link, link.taken().getFirst(), "rate_limited", ",\"retry_after\":7");
        client.leave("room0");
        network.run();
        assertThat(link.taken()).singleElement().asString().contains("leave");
        network.pass(Duration.ofSeconds(8));
        assertThat(link.taken()).isEmpty();
    }
}
