package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose health is asked, where, and for how long, after a server sent its client away. */
class HealthTest {
    private final FakeNetwork network = new FakeNetwork();

    private void sentAway(String url, String health) {
        ClientBuilder builder =
                HoldfastClient.feed().url(url).clientId("a").withoutJitter().health(health);
        new HoldfastClient(builder.options(), network).start();
        network.run();
        network.link().open(false).say("{\"type\":\"welcome\"}");
        network.pass(Duration.ofSeconds(20));
        network.link().close(4102, "other:9001");
        network.pass(Duration.ofSeconds(1));
    }

    private List<String> asked() {
        return network.healthAsked.stream().map(Endpoint::toString).toList();
    }

    @Test
    void healthOnTheSamePortIsAskedOnThePortThatWasNamed() {
        sentAway("ws://server:80", "http://server/health");
        assertThat(asked()).containsExactly("http://other:9001/health");
    }

    @Test
    void healthOnAPortOfItsOwnIsAskedThereOnEveryHost() {
        sentAway("ws://server:9000", "http://server:8080/health");
        assertThat(asked()).containsExactly("http://other:8080/health");
    }

    @Test
    void whereHealthNeverAnswersTheConfiguredServerIsAskedInTheEnd() {
        sentAway("ws://server:80", "http://server/health");
        for (int i = 0; i < 3; i++) {
            network.healthQuestions.getLast().with(0, "");
            network.pass(Duration.ofSeconds(60));
        }
        assertThat(asked().getLast()).isEqualTo("http://server:80/health");
        network.healthQuestions.getLast().with(200, "");
        assertThat(network.link().endpoint.host()).isEqualTo("server");
    }

    @Test
    void healthOnAnotherHostIsAskedWhereItIs() {
        sentAway("ws://server:80", "http://monitor:9999/health");
        assertThat(asked()).containsExactly("http://monitor:9999/health");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "503 | <html>Bad gateway</html> | false",
                "200 | {\"status\":\"shutting_down\"} | false",
                "200 | {\"status\":\"starting\",\"system\":{}} | false",
                "0   | '' | false",
                "200 | {\"status\":\"ok\",\"connected_instances\":[]} | true",
                "200 | <html>Welcome</html> | true",
                "200 | {\"status\":503} | true",
                "302 | '' | true"
            })
    void aServerIsNotReadyWhenItSaysSoOrNothing(int status, String page, boolean ready) {
        sentAway("ws://server:80", "http://server/health");
        network.healthQuestions.getLast().with(status, page);
        assertThat(network.link().endpoint.host()).isEqualTo(ready ? "other" : "server");
    }
}
