package io.holdfast.client;

import static io.holdfast.client.Event.Gap.Origin.IN_BAND;
import static io.holdfast.client.Event.Gap.Origin.NOTICED;
import static io.holdfast.client.Event.Gap.Origin.ON_RESUME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.client.FakeNetwork.FakeLink;
import io.holdfast.client.SavedSession.Place;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A session that outlives the process, and what is told of messages that do not come. */
class SavedSessionTest {
    private static final String FIRST = """
            {"type":"welcome","client_id":"a","session_token":"T1","expires_in":3600,\
            "streams":{"lobby":{"epoch":"e","seq":4}}}""";

    private final FakeNetwork network = new FakeNetwork();

    private HoldfastClient client(ClientBuilder builder) {
        HoldfastClient client = new HoldfastClient(builder.options(), network);
        client.start();
        network.run();
        return client;
    }

    private static ClientBuilder feed() {
        return HoldfastClient.feed().url("ws://server:80").withoutJitter();
    }

    private static String message(int seq) {
        return "{\"stream\":\"lobby\",\"seq\":" + seq
                + ",\"type\":\"message\",\"room\":\"lobby\",\"data\":" + seq + "}";
    }

    /** Takes events up to the message with these data. */
    private static void receive(HoldfastClient client, String data) throws InterruptedException {
        while (!(client.receive() instanceof Event.Message message)
                || !message.data().equals(data)) {
            // Another event.
        }
    }

    private static List<Event.Gap> gaps(HoldfastClient client) throws InterruptedException {
        List<Event.Gap> gaps = new ArrayList<>();
        Event event;
        while ((event = client.receive(Duration.ZERO)) != null) {
            if (event instanceof Event.Gap gap) {
                gaps.add(gap);
            }
        }
        return gaps;
    }

    private static Place lobby(HoldfastClient client) {
        Place place = client.saved().orElseThrow().positions().get("lobby");
        assertThat(place).isNotNull();
        return place;
    }

    @Test
    void whatTheApplicationHasNotTakenYetIsNotSavedAsHad() throws Exception {
        HoldfastClient client = client(feed().resume());
        assertThat(client.saved()).isEmpty();
        network.link().open().say(FIRST).say(message(5)).say(message(6)).say(message(7));
        receive(client, "5");
        assertThat(lobby(client)).isEqualTo(new Place("e", 5));
        receive(client, "6");
        assertThat(lobby(client)).isEqualTo(new Place("e", 6));
    }

    @Test
    void aTokenIsNeverSavedWithoutThePlaceThatItBelongsTo() throws Exception {
        HoldfastClient client = client(feed().resume());
        network.link().open().say(FIRST);
        assertThat(client.saved()).as("nothing was taken").isEmpty();
        assertThat(client.receive()).isInstanceOf(Event.Connecting.class);
        assertThat(client.saved()).isEmpty();
        assertThat(client.receive()).isInstanceOf(Event.Connected.class);
        assertThat(lobby(client)).isEqualTo(new Place("e", 4));
    }

    @Test
    void aResumedClientThatTakesNothingKeepsItsOldPlace() {
        SavedSession before =
                new SavedSession("a", "T0", Map.of("lobby", new Place("e", 2)), List.of("x"));
        HoldfastClient client = client(feed().resumeFrom(before));
        assertThat(client.saved()).contains(before);
        network.link().open().say("""
                {"type":"reconnection_ack","session_restored":true,"client_id":"a",\
                "session_token":"T1","expires_in":9,"streams":{"lobby":{"epoch":"e","head":3,\
                "recovered":1}}}""").say(message(3));
        assertThat(client.saved())
                .as("the newest token: the one before may be dead")
                .contains(new SavedSession("a", "T1", before.positions(), before.rooms()));
    }

    @Test
    void aServerWithoutSessionsLeavesNoPlaceForTheTokenOfTheNext() throws Exception {
        HoldfastClient client = client(feed().resume());
        network.link().open().say("{\"type\":\"welcome\",\"client_id\":\"a\"}").close(4100, "");
        while (client.receive(Duration.ZERO) != null) {
            // All of it.
        }
        network.pass(Duration.ofSeconds(2));
        network.link().open().say(FIRST);
        assertThat(client.saved()).isEmpty();
        gaps(client);
        assertThat(lobby(client)).isEqualTo(new Place("e", 4));
    }

    @Test
    void whatIsClosedBeforeAnythingWasTakenBeginsWhereTheServerSaidFirst() throws Exception {
        HoldfastClient client = client(feed().resume());
        network.link().open().say(FIRST).say(message(5));
        client.events().forgetMessages();
        assertThat(client.saved()).isEmpty();
        assertThat(gaps(client)).isEmpty();
        assertThat(lobby(client)).isEqualTo(new Place("e", 4));
    }

    @Test
    void aListenerThatSavesInTheMiddleOfAnEventSavesThatEventToo() {
        List<Long> saved = new ArrayList<>();
        List<HoldfastClient> self = new ArrayList<>();
        HoldfastClient client = client(feed().resume().executor(Runnable::run).listener(event -> {
            synchronized (saved) {
                if (event instanceof Event.Message) {
                    saved.add(lobby(self.getFirst()).seq());
                }
            }
        }));
        synchronized (saved) {
            self.add(client);
        }
        network.link().open().say(FIRST).say(message(5)).say(message(6));
        org.awaitility.Awaitility.await().until(() -> {
            synchronized (saved) {
                return saved.equals(List.of(5L, 6L));
            }
        });
    }

    @Test
    void aLaterProcessGoesOnWhereTheEarlierOneStopped() throws Exception {
        HoldfastClient before = client(feed().resume());
        FakeLink link = network.link().open().say(FIRST).say(message(5)).say(message(6));
        link.taken();
        before.join("kitchen");
        network.run();
        String id = link.taken().getFirst().split("\"id\":\"", 2)[1].split("\"", 2)[0];
        link.say("{\"type\":\"ack\",\"id\":\"" + id
                + "\",\"status\":\"ok\",\"stream\":\"kitchen\",\"epoch\":\"k\",\"seq\":3}");
        link.say("{\"type\":\"session_token\",\"session_token\":\"T2\",\"expires_in\":3600}");
        receive(before, "5");
        receive(before, "6");
        before.receive(Duration.ZERO);
        String file = before.saved().orElseThrow().toJson();

        HoldfastClient after = client(feed().resumeFrom(SavedSession.fromJson(file)));
        assertThat(after.saved().orElseThrow().toJson()).isEqualTo(file);
        assertThat(network.link().endpoint.pathAndQuery()).isEqualTo("/ws/a");
        FakeLink again = network.link().open();
        assertThat(again.taken())
                .singleElement()
                .satisfies(hello -> assertThat(hello)
                        .startsWith("{\"type\":\"hello\",\"session_token\":\"T2\"")
                        .contains("\"lobby\":{\"epoch\":\"e\",\"seq\":6}")
                        .contains("\"kitchen\":{\"epoch\":\"k\",\"seq\":3}"));
        again.say("""
                {"type":"reconnection_ack","session_restored":false,"client_id":"a",\
                "session_token":"T3","expires_in":9,"streams":{"lobby":{"epoch":"e","head":9,\
                "recovered":0,"gap":{"from":7,"to":9}}}}""");
        assertThat(again.taken())
                .singleElement()
                .satisfies(join ->
                        assertThat(join).contains("\"type\":\"join\"", "\"room\":\"kitchen\""));
        assertThat(gaps(after))
                .containsExactlyInAnyOrder(
                        new Event.Gap("lobby", "missed", 7, 9, ON_RESUME),
                        new Event.Gap("kitchen", "session", 0, 0, ON_RESUME));
        assertThat(lobby(after)).isEqualTo(new Place("e", 9));
    }

    @Test
    void aGapTellsWhereItsNewsCameFrom() throws Exception {
        HoldfastClient client = client(feed().resume());
        network.link()
                .open()
                .say(FIRST)
                .say("{\"type\":\"gap\",\"stream\":\"lobby\",\"from\":5,\"to\":6}")
                .say(message(9));
        assertThat(gaps(client))
                .containsExactly(
                        new Event.Gap("lobby", "missed", 5, 6, IN_BAND),
                        new Event.Gap("lobby", "missed", 7, 8, NOTICED));
    }

    @Test
    void eventsThatNobodyTakesDoNotGrowWithTheReconnects() {
        HoldfastClient client = client(feed().resume().queue(3, WhenFull.DROP_OLDEST));
        for (int i = 0; i < 50; i++) {
            network.link().open().say(FIRST).close(4100, "");
            int connections = network.links.size();
            while (network.links.size() == connections) {
                network.pass(Duration.ofSeconds(1));
            }
        }
        assertThat(client.events().size()).isLessThanOrEqualTo(7);
        assertThat(client.events().entries()).isLessThanOrEqualTo(14);
    }

    @Test
    void theTokenIsNotShownInLogs() {
        SavedSession saved =
                new SavedSession("a", "secret", Map.of("lobby", new Place("e", 1)), List.of("x"));
        assertThat(saved.toString()).doesNotContain("secret").contains("lobby");
        assertThat(SavedSession.fromJson(saved.toJson())).isEqualTo(saved);
    }

    @Test
    void aPlaceThatCannotBeIsRefusedWhereItIsRead() {
        String damaged = "{\"format\":1,\"session_token\":\"t\","
                + "\"positions\":{\"lobby\":{\"epoch\":\"e\",\"seq\":9007199254740992}}}";
        assertThatThrownBy(() -> SavedSession.fromJson(damaged))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected 0 to 9007199254740991");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "[]", "{}", "{\"format\":2,\"session_token\":\"t\"}"})
    void whatWasNotSavedByUsIsRefusedInOneSentence(String text) {
        assertThatThrownBy(() -> SavedSession.fromJson(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("This is not a saved session of format 1; begin without it, with a"
                        + " session of its own.");
    }
}
