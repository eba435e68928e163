package io.holdfast.client;

import static io.holdfast.client.Event.Gap.Origin.ON_RESUME;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.FakeNetwork.FakeLink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The next server cannot go on with the session: the application hears of what it may miss. */
class LostSessionTest {
    private static final String FIRST = """
            {"type":"welcome","client_id":"a","session_token":"T1","expires_in":3600,\
            "streams":{"lobby":{"epoch":"e","seq":4}}}""";
    private static final Event GAP = new Event.Gap("lobby", "session", 0, 0, ON_RESUME);

    private final FakeNetwork network = new FakeNetwork();

    private HoldfastClient welcomed() {
        ClientBuilder builder = HoldfastClient.feed()
                .url("ws://server:80")
                .clientId("a")
                .withoutJitter()
                .resume();
        HoldfastClient client = new HoldfastClient(builder.options(), network);
        client.start();
        network.run();
        network.link().open().say(FIRST);
        return client;
    }

    private FakeLink again(boolean resume) {
        network.link().close(1006, "");
        network.pass(Duration.ofSeconds(2));
        return network.link().open(resume);
    }

    private static List<Event> gaps(HoldfastClient client) throws InterruptedException {
        List<Event> all = new ArrayList<>();
        Event event;
        while ((event = client.receive(Duration.ZERO)) != null) {
            if (event instanceof Event.Gap) {
                all.add(event);
            }
        }
        return all;
    }

    @Test
    void theFirstWelcomeIsNoGap() throws Exception {
        assertThat(gaps(welcomed())).isEmpty();
    }

    @Test
    void aServerWithoutSessionsIsAGapAndTheSessionIsAskedForWhereThereAreSome() throws Exception {
        HoldfastClient client = welcomed();
        again(false).say("{\"type\":\"welcome\",\"client_id\":\"a\"}");
        assertThat(gaps(client)).containsExactly(GAP);
        assertThat(again(true).taken())
                .containsExactly("{\"type\":\"hello\",\"session_token\":\"T1\",\"positions\":"
                        + "{\"lobby\":{\"epoch\":\"e\",\"seq\":4}}}");
    }

    @Test
    void aServerThatBeginsANewSessionIsAGap() throws Exception {
        HoldfastClient client = welcomed();
        again(true).say(FIRST.replace("T1", "T2"));
        assertThat(gaps(client)).containsExactly(GAP);
    }
}
