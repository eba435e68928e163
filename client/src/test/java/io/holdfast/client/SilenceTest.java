package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.FakeNetwork.FakeLink;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When a client takes its connection for dead, though nobody told it so. */
class SilenceTest {
    private final FakeNetwork network = new FakeNetwork();
    private final HoldfastClient client = new HoldfastClient(
            HoldfastClient.feed()
                    .url("ws://server:80")
                    .clientId("a")
                    .withoutJitter()
                    .options(),
            network);

    private FakeLink welcomed() {
        client.start();
        network.run();
        return network.link().open().say("{\"type\":\"welcome\",\"client_id\":\"a\"}");
    }

    private ErrorKind whyItWentAway() throws InterruptedException {
        while (true) {
            Event event = client.receive(Duration.ZERO);
            assertThat(event).isNotNull();
            if (event instanceof Event.Disconnected gone) {
                return gone.error().kind();
            }
        }
    }

    @Test
    void aSilentServerIsCutAndCalledAgain() throws Exception {
        FakeLink link = welcomed();
        network.pass(Duration.ofSeconds(74));
        assertThat(link.taken()).containsExactly("{\"type\":\"ping\"}", "{\"type\":\"ping\"}");
        assertThat(link.cut).isFalse();
        network.pass(Duration.ofSeconds(1));
        assertThat(link.cut).isTrue();
        assertThat(whyItWentAway()).isEqualTo(ErrorKind.SILENCE);
        network.pass(Duration.ofSeconds(1));
        assertThat(network.links).hasSize(2);
    }

    @Test
    void theSleepOfTheHostIsSilence() {
        FakeLink link = welcomed();
        network.pass(Duration.ofSeconds(1));
        network.sleep(Duration.ofHours(1));
        network.pass(Duration.ofSeconds(30));
        assertThat(link.cut).isTrue();
    }

    @Test
    void whatWaitedInTheSocketWhileTheProcessStoodStillIsNoSignOfLife() throws Exception {
        FakeLink link = welcomed();
        network.standStill(Duration.ofMinutes(2));
        link.say("{\"type\":\"ping\"}");
        assertThat(link.cut).isTrue();
        assertThat(whyItWentAway()).isEqualTo(ErrorKind.SILENCE);
    }

    @Test
    void whatComesFirstAfterTheSleepOfTheHostIsNoSignOfLife() throws Exception {
        FakeLink link = welcomed();
        network.sleep(Duration.ofHours(1));
        link.say("{\"type\":\"ping\"}");
        assertThat(link.cut).isTrue();
        assertThat(whyItWentAway()).isEqualTo(ErrorKind.SILENCE);
    }

    @Test
    void aProcessThatStoodStillForAMomentGoesOn() {
        FakeLink link = welcomed();
        network.standStill(Duration.ofSeconds(70));
        link.say("{\"type\":\"ping\"}");
        assertThat(link.cut).isFalse();
        network.pass(Duration.ofSeconds(60));
        assertThat(link.cut).as("that ping was a sign of life").isFalse();
    }
}
