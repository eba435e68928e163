package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.client.FakeNetwork.FakeLink;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What must not stop a client: mistakes within, and an application that takes nothing. */
class GuardTest {
    private static final String WELCOME = "{\"type\":\"welcome\",\"client_id\":\"a\"}";

    private final FakeNetwork network = new FakeNetwork();

    private HoldfastClient client(ClientBuilder builder) {
        HoldfastClient client = new HoldfastClient(
                builder.url("ws://server:80").clientId("a").withoutJitter().options(), network);
        client.start();
        network.run();
        return client;
    }

    @Test
    void whatIsThrownInATurnEndsTheConnectionAndNotTheClient() throws Exception {
        AtomicInteger completed = new AtomicInteger();
        HoldfastClient client = client(HoldfastClient.feed().completions(task -> {
            if (completed.getAndIncrement() == 0) {
                throw new LinkageError("on purpose");
            }
            task.run();
        }));
        FakeLink broken = network.link().open(false).say(WELCOME);
        assertThat(broken.cut).isTrue();
        network.pass(Duration.ofSeconds(1));
        assertThat(network.links).hasSize(2);
        network.link().open(false).say(WELCOME);
        assertThat(client.connected()).isCompleted();
        assertThat(network.link().cut).isFalse();
        assertThat(client.receive()).isEqualTo(new Event.Connecting(1));
        assertThat(client.receive()).isEqualTo(new Event.Connected("a"));
        assertThat(client.receive())
                .isInstanceOfSatisfying(
                        Event.Disconnected.class,
                        gone -> assertThat(gone.error().kind()).isEqualTo(ErrorKind.PROTOCOL));
    }

    @Test
    void noticesPauseTheReadingAsMessagesDo() throws Exception {
        HoldfastClient client = client(HoldfastClient.feed().queue(10, WhenFull.PAUSE));
        FakeLink link = network.link().open(false).say(WELCOME);
        while (client.receive(Duration.ZERO) != null) {
            // What was before.
        }
        for (int i = 0; i < 10; i++) {
            assertThat(link.reading).isTrue();
            link.say("{\"type\":\"client_connected\",\"client_id\":\"b\"}");
        }
        assertThat(link.reading).isFalse();
        link.close(1006, "");
        network.pass(Duration.ofSeconds(1));
        FakeLink next = network.link().open(false).say(WELCOME);
        assertThat(next.reading).as("it was full before").isFalse();
        client.close(Duration.ofMillis(1));
        network.run();
        assertThat(next.reading).as("to hear the acks").isTrue();
    }
}
