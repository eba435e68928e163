package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.client.FakeNetwork.FakeLink;
import io.holdfast.protocol.reconnect.Ending;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What was handed over before close() is sent, where a connection comes about in time. */
class ClosingTest {
    private static final String WELCOME = "{\"type\":\"welcome\"}";

    private final FakeNetwork network = new FakeNetwork();
    private final HoldfastClient client = new HoldfastClient(
            HoldfastClient.feed()
                    .url("ws://server:80")
                    .clientId("a")
                    .withoutJitter()
                    .options(),
            network);

    private CompletableFuture<Void> closing() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Driver driver = client.driver();
        driver.finished().thenRun(() -> closed.complete(null));
        driver.close(Duration.ofSeconds(5));
        return closed;
    }

    private void start() {
        client.start();
        network.run();
    }

    private static void ack(FakeLink link) {
        String text = link.taken().getFirst();
        String id = text.substring(text.indexOf("\"id\":\"") + 6).split("\"", 2)[0];
        link.say("{\"type\":\"ack\",\"id\":\"" + id + "\"}");
    }

    @Test
    void aMessageOfAClientThatIsStillConnectingIsSentAndAcked() {
        start();
        CompletableFuture<Ack> sent = client.send("1");
        network.run();
        CompletableFuture<Void> closed = closing();
        assertThat(closed).isNotDone();
        FakeLink link = network.link().open(false).say(WELCOME);
        assertThat(link.goodbye).as("not before the ack").isZero();
        ack(link);
        assertThat(link.goodbye).isEqualTo(1000);
        await().untilAsserted(() -> assertThat(sent).isCompleted());
        link.close(1000, "");
        assertThat(closed).isCompleted();
    }

    @Test
    void aBackoffThatEndsInTimeIsWaitedFor() {
        start();
        CompletableFuture<Ack> sent = client.send("1");
        network.run();
        network.link().end(new Ending.Refused("no"));
        CompletableFuture<Void> closed = closing();
        network.pass(Duration.ofSeconds(1));
        assertThat(network.links).hasSize(2);
        FakeLink link = network.link().open(false).say(WELCOME);
        ack(link);
        await().untilAsserted(() -> assertThat(sent).isCompleted());
        link.close(1000, "");
        assertThat(closed).isCompleted();
    }

    @Test
    void nothingIsWaitedForWhereTheNextTryIsTooLate() {
        start();
        CompletableFuture<Ack> sent = client.send("1");
        network.run();
        for (int i = 0; i < 3; i++) {
            network.link().end(new Ending.Refused("no"));
            network.pass(Duration.ofSeconds(1L << i));
        }
        network.link().end(new Ending.Refused("no"));
        assertThat(closing()).as("the next try is in 8 s").isCompleted();
        await().untilAsserted(() -> assertThat(sent).isCompletedExceptionally());
    }

    @Test
    void aServerThatNeverAnswersHoldsNobodyUpLongerThanAllowed() {
        start();
        client.send("1");
        network.run();
        CompletableFuture<Void> closed = closing();
        network.pass(Duration.ofMillis(4_999));
        assertThat(closed).isNotDone();
        network.pass(Duration.ofMillis(1));
        assertThat(closed).isCompleted();
    }

    @Test
    void withNothingHandedOverItEndsAtOnce() {
        start();
        assertThat(closing()).isCompleted();
    }
}
