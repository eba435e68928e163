package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.client.FakeNetwork.FakeLink;
import io.holdfast.protocol.reconnect.Ending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A server sends its client to another one: there first, and only then away from here. */
class MovingTest {
    private static final String FIRST = """
            {"type":"welcome","client_id":"a","session_token":"T1","expires_in":3600,\
            "streams":{"lobby":{"epoch":"e","seq":4}}}""";
    private static final String GO = """
            {"type":"server_migration","new_host":"other","new_port":9001,"migrate_after":30}""";

    private final FakeNetwork network = new FakeNetwork();

    private HoldfastClient client(boolean resume) {
        ClientBuilder builder =
                HoldfastClient.feed().url("ws://server:80").clientId("a").withoutJitter();
        HoldfastClient client =
                new HoldfastClient((resume ? builder.resume() : builder).options(), network);
        client.start();
        network.run();
        return client;
    }

    private FakeLink sentAway() {
        FakeLink old = network.link().open().say(FIRST).say(GO);
        old.taken();
        network.pass(Duration.ofSeconds(27));
        assertThat(network.links).hasSize(2);
        assertThat(old.goodbye).as("the old connection stays").isZero();
        return old;
    }

    private static String message(int seq) {
        return "{\"stream\":\"lobby\",\"seq\":" + seq
                + ",\"type\":\"message\",\"from\":\"b\",\"room\":\"lobby\",\"data\":" + seq + "}";
    }

    /** Answers a client whose hello named {@code from}. */
    private static String answer(long from, long head) {
        return "{\"type\":\"reconnection_ack\",\"session_restored\":true,\"client_id\":\"a\","
                + "\"session_token\":\"T2\",\"expires_in\":9,\"streams\":{\"lobby\":{\"epoch\":\"e\","
                + "\"head\":" + head + ",\"recovered\":" + (head - from) + "}}}";
    }

    private static List<Event> events(HoldfastClient client) throws InterruptedException {
        List<Event> all = new ArrayList<>();
        Event event;
        while ((event = client.receive(Duration.ZERO)) != null) {
            all.add(event);
        }
        return all;
    }

    private static List<String> data(List<Event> events) {
        return events.stream()
                .filter(Event.Message.class::isInstance)
                .map(event -> ((Event.Message) event).data())
                .toList();
    }

    @Test
    void isWelcomedThereBeforeItLeavesAndHasEachMessageOnceAndInOrder() throws Exception {
        HoldfastClient client = client(true);
        FakeLink old = sentAway();
        old.say(message(5));
        FakeLink there = network.link().open();
        assertThat(there.endpoint.toString()).isEqualTo("ws://other:9001/ws/a");
        assertThat(there.taken())
                .containsExactly("{\"type\":\"hello\",\"session_token\":\"T1\",\"positions\":"
                        + "{\"lobby\":{\"epoch\":\"e\",\"seq\":5}}}");
        // The old server goes on until it is left.
        old.say(message(6));
        CompletableFuture<Ack> sent = client.send("1");
        network.run();
        String text = old.taken().getFirst();
        there.say(answer(5, 7));
        assertThat(old.goodbye).isEqualTo(1000);
        assertThat(there.taken()).as("not acked over there: sent again").containsExactly(text);
        old.say(message(7));
        there.say(message(6)).say(message(7)).say(message(8));
        String id = text.substring(text.indexOf("\"id\":\"") + 6).split("\"", 2)[0];
        there.say("{\"type\":\"ack\",\"id\":\"" + id + "\",\"stream\":\"lobby\",\"seq\":9}");
        assertThat(sent.get().seq()).isEqualTo(9);

        List<Event> events = events(client);
        assertThat(data(events)).containsExactly("5", "6", "7", "8");
        assertThat(events)
                .noneMatch(Event.Disconnected.class::isInstance)
                .noneMatch(Event.Gap.class::isInstance)
                .filteredOn(Event.Connected.class::isInstance)
                .hasSize(2);
    }

    @Test
    void anOldServerThatDoesNotSayGoodbyeIsCut() {
        client(true);
        FakeLink old = sentAway();
        network.link().open().say(answer(4, 4));
        assertThat(old.cut).isFalse();
        network.pass(Duration.ofSeconds(2));
        assertThat(old.cut).isTrue();
        assertThat(network.link().cut).isFalse();
    }

    @Test
    void aServerThatIsNotThereCostsNothingAndIsTriedThreeTimes() throws Exception {
        HoldfastClient client = client(true);
        FakeLink old = sentAway();
        network.link().end(new Ending.Refused("no"));
        old.say(message(5));
        network.pass(Duration.ofSeconds(5));
        assertThat(network.links).hasSize(3);
        network.link().end(new Ending.Refused("no"));
        network.pass(Duration.ofSeconds(5));
        network.link().end(new Ending.Refused("no"));
        old.say("{\"type\":\"pong\"}");
        network.pass(Duration.ofSeconds(30));
        assertThat(network.links).hasSize(4);
        assertThat(data(events(client))).containsExactly("5");

        old.close(4102, "other:9001");
        network.pass(Duration.ofSeconds(1));
        assertThat(network.links).hasSize(5);
        assertThat(network.link().endpoint.host()).isEqualTo("other");
    }

    @Test
    void aServerThatIsLeavingItselfIsNotMovedTo() {
        client(true);
        FakeLink old = sentAway();
        network.link().open().say("{\"type\":\"shutting_down\",\"reconnect_after\":5}");
        assertThat(network.link().cut).isTrue();
        assertThat(old.cut).isFalse();
        assertThat(old.goodbye).isZero();
    }

    @Test
    void theReplacementThatTheOldServerReportsIsTheClientItself() throws Exception {
        HoldfastClient client = client(true);
        FakeLink old = sentAway();
        FakeLink there = network.link().open();
        old.close(4500, "Replaced by a newer connection");
        there.say(answer(4, 5)).say(message(5));
        assertThat(network.links).hasSize(2);
        List<Event> events = events(client);
        assertThat(data(events)).containsExactly("5");
        assertThat(events).noneMatch(Event.Closed.class::isInstance);
    }

    @Test
    void whenTheOldServerClosesTooEarlyTheConnectionThatIsBegunGoesOn() throws Exception {
        HoldfastClient client = client(true);
        FakeLink old = sentAway();
        old.close(4102, "other:9001");
        network.link().open().say(answer(4, 5)).say(message(5));
        assertThat(network.links).hasSize(2);
        assertThat(data(events(client))).containsExactly("5");
    }

    @Test
    void closingWhileItMovesLeavesNeitherConnection() {
        HoldfastClient client = client(true);
        FakeLink old = sentAway();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            client.close();
            closed.complete(null);
        });
        await().until(() -> {
            network.run();
            return old.goodbye == 1000;
        });
        old.close(1000, "");
        closed.join();
        assertThat(network.link().cut).isTrue();
        assertThat(network.timers()).isZero();
    }

    @Test
    void withoutASessionItLeavesAndThenGoesThere() {
        client(false);
        FakeLink old = network.link().open(false).say("{\"type\":\"welcome\"}").say(GO);
        network.pass(Duration.ofSeconds(29));
        assertThat(old.goodbye).isZero();
        network.pass(Duration.ofSeconds(1));
        assertThat(old.goodbye).isEqualTo(1000);
        old.close(1000, "");
        network.pass(Duration.ZERO);
        assertThat(network.link().endpoint.host()).isEqualTo("other");
    }

    @Test
    void withoutAnAddressItLeavesWhenItsTimeIsUpAndComesBackToTheConfiguredOne() {
        client(true);
        FakeLink old = network.link()
                .open()
                .say(FIRST)
                .say("{\"type\":\"server_migration\",\"migrate_after\":30}");
        network.pass(Duration.ofMillis(29_999));
        assertThat(old.goodbye).isZero();
        network.pass(Duration.ofMillis(1));
        assertThat(old.goodbye).isEqualTo(1000);
        old.close(1000, "");
        network.pass(Duration.ofSeconds(5));
        assertThat(network.links).hasSize(2);
        assertThat(network.link().endpoint.host()).isEqualTo("server");
    }

    @Test
    void aServerThatThenShutsDownIsLeftAndTheOtherOneIsWhereItComesBack() {
        client(true);
        FakeLink old = network.link()
                .open()
                .say(FIRST)
                .say(GO)
                .say(
                        "{\"type\":\"shutdown_warning\",\"reconnect_after\":40,\"timeout_seconds\":60}");
        assertThat(old.goodbye).isEqualTo(1000);
        old.close(1000, "");
        network.pass(Duration.ofMillis(39_999));
        assertThat(network.links).as("never two").hasSize(1);
        network.pass(Duration.ofMillis(1));
        assertThat(network.link().endpoint.host()).isEqualTo("other");
    }

    @Test
    void anEndBeforeItsTimeSendsItThereAtOnce() {
        client(true);
        FakeLink old = network.link().open().say(FIRST);
        network.pass(Duration.ofSeconds(10));
        old.say(GO);
        network.pass(Duration.ofSeconds(1));
        old.close(1006, "");
        network.pass(Duration.ZERO);
        assertThat(network.links).hasSize(2);
        assertThat(network.link().endpoint.host()).isEqualTo("other");
    }

    @Test
    void staysWhereItIsWhenTheOtherServerSpeaksSomethingElse() {
        client(true);
        FakeLink old = sentAway();
        FakeLink there = network.link().open().say("hello?");
        assertThat(there.goodbye).isEqualTo(1002);
        assertThat(old.cut).isFalse();
        assertThat(old.goodbye).isZero();
        network.pass(Duration.ofSeconds(5));
        assertThat(network.links).as("it is tried again").hasSize(3);
    }

    @Test
    void serversThatSendAClientToEachOtherSeeItLessAndLessOften() {
        client(true);
        network.link().open().say(FIRST);
        network.pass(Duration.ofSeconds(20));
        String at = "server";
        for (int i = 0; i < 400; i++) {
            at = at.equals("other") ? "server" : "other";
            int links = network.links.size();
            network.link()
                    .say("{\"type\":\"server_migration\",\"new_host\":\"" + at
                            + "\",\"new_port\":80,\"migrate_after\":0}");
            network.pass(Duration.ofMillis(100));
            if (network.links.size() > links) {
                network.link().open().say(answer(4, 4));
            }
        }
        // 40 s: at once where it was stable, then after 1 s at least, and longer each time.
        assertThat(network.links).hasSizeBetween(2, 7);
    }
}
