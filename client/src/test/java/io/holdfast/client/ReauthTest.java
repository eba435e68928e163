package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.holdfast.client.FakeNetwork.FakeLink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A bot shows fresh credentials in the middle of a connection. */
class ReauthTest {
    private static final String WELCOME = """
            {"event":"welcome","data":{"client_key":"bot-1","session_token":"S1","expires_in":9,\
            "streams":{}}}""";
    private static final String TAKEN =
            "{\"event\":\"session_token\",\"data\":{\"session_token\":\"S2\",\"expires_in\":9}}";

    private final FakeNetwork network = new FakeNetwork();

    private static ClientBuilder bot() {
        return HoldfastClient.bot()
                .url("tcp://server:9000")
                .clientId("bot-1")
                .resume()
                .withoutJitter()
                .completions(Runnable::run);
    }

    private HoldfastClient client(ClientBuilder builder) {
        HoldfastClient client = new HoldfastClient(builder.options(), network);
        client.start();
        network.run();
        return client;
    }

    private HoldfastClient connected(ClientBuilder builder) {
        HoldfastClient client = client(builder);
        network.link().open().say(WELCOME).taken();
        return client;
    }

    private CompletableFuture<Void> reauth(HoldfastClient client) {
        CompletableFuture<Void> answer = client.reauth();
        network.run();
        return answer;
    }

    private static ClientException why(CompletableFuture<Void> failed) {
        assertThat(failed).isCompletedExceptionally();
        return (ClientException) failed.exceptionNow();
    }

    private static String error(String code) {
        return "{\"event\":\"error\",\"data\":{\"code\":\"" + code + "\",\"message\":\"no\"}}";
    }

    private static List<Event> events(HoldfastClient client) throws InterruptedException {
        List<Event> all = new ArrayList<>();
        Event event;
        while ((event = client.receive(Duration.ZERO)) != null
                && !(event instanceof Event.Closed)) {
            all.add(event);
        }
        return all;
    }

    @Test
    void showsItsSessionTokenWhereThereIsNoOther() throws Exception {
        HoldfastClient client = connected(bot());
        CompletableFuture<Void> taken = reauth(client);
        assertThat(network.link().taken())
                .containsExactly("{\"event\":\"reauth\",\"data\":{\"session_token\":\"S1\"}}");
        assertThat(taken).isNotDone();
        network.link().say(TAKEN);
        assertThat(taken).isCompletedWithValue(null);
        events(client);
        assertThat(client.saved().orElseThrow().token()).isEqualTo("S2");
    }

    @Test
    void showsTheTokenThatItIsGivenAlsoWhenItConnectsAgain() {
        HoldfastClient client = connected(bot().token("old"));
        CompletableFuture<Void> taken = client.reauth("new");
        network.run();
        assertThat(network.link().taken())
                .containsExactly("{\"event\":\"reauth\",\"data\":{\"token\":\"new\"}}");
        network.link().say(TAKEN);
        assertThat(taken).isCompleted();
        network.link().close(1006, "");
        network.pass(Duration.ofSeconds(2));
        assertThat(network.link().open().taken().getFirst()).contains("\"token\":\"new\"");
    }

    @Test
    void showsTheTokenThatItsSupplierGetsWhichIsCalledOnceAtATime() {
        AtomicInteger tokens = new AtomicInteger();
        CountDownLatch allowed = new CountDownLatch(1);
        HoldfastClient client = client(bot().token(() -> {
            int number = tokens.incrementAndGet();
            if (number > 1) {
                allowed.await();
            }
            return "token-" + number;
        }));
        await().until(() -> {
            network.run();
            return !network.links.isEmpty();
        });
        FakeLink link = network.link().open().say(WELCOME);
        link.taken();
        CompletableFuture<Void> first = reauth(client);
        CompletableFuture<Void> second = reauth(client);
        allowed.countDown();
        await().until(() -> {
            network.run();
            return !link.sent.isEmpty();
        });
        String shown = "{\"event\":\"reauth\",\"data\":{\"token\":\"token-2\"}}";
        assertThat(link.taken()).containsExactly(shown, shown);
        link.say(TAKEN);
        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
    }

    @Test
    void aSupplierThatFailsIsToldAndTheConnectionStays() {
        AtomicInteger calls = new AtomicInteger();
        HoldfastClient client = client(bot().token(() -> {
            if (calls.incrementAndGet() > 1) {
                throw new IllegalStateException("no identity provider");
            }
            return "first";
        }));
        await().until(() -> {
            network.run();
            return !network.links.isEmpty();
        });
        network.link().open().say(WELCOME);
        CompletableFuture<Void> failed = client.reauth();
        await().until(() -> {
            network.run();
            return failed.isDone();
        });
        assertThat(why(failed).kind()).isEqualTo(ErrorKind.UNAUTHORISED);
        assertThat(why(failed)).hasMessageContaining("no identity provider");
        assertThat(network.link().cut).isFalse();
    }

    @Test
    void isToldWhenItWasRefusedAndStaysAway() throws Exception {
        HoldfastClient client = connected(bot().token("good"));
        CompletableFuture<Void> refused = client.reauth("wrong");
        network.run();
        network.link().say(error("unauthorized")).close(1006, "");
        assertThat(why(refused).kind()).isEqualTo(ErrorKind.UNAUTHORISED);
        assertThat(why(refused).closeCode()).isEqualTo(1008);
        events(client);
        assertThat(client.receive())
                .isInstanceOfSatisfying(
                        Event.Closed.class,
                        closed -> assertThat(closed.cause()).isEqualTo(ClosedCause.UNAUTHORISED));
    }

    @Test
    void failsAtOnceWithoutAConnectionAndWhenTooManyWait() {
        HoldfastClient client = connected(bot().token("good"));
        List<CompletableFuture<Void>> waiting = new ArrayList<>();
        for (int i = 0; i < Reauths.MOST_WAITING; i++) {
            waiting.add(reauth(client));
        }
        assertThat(why(reauth(client)).kind()).isEqualTo(ErrorKind.QUEUE_FULL);
        network.link().close(1006, "");
        assertThat(waiting)
                .allSatisfy(one -> assertThat(why(one).kind()).isEqualTo(ErrorKind.CLOSED));
        assertThat(why(reauth(client)).kind()).isEqualTo(ErrorKind.NOT_SENT);
    }

    @Test
    void isToldOfARefusalThatDoesNotEndTheConnectionAndNobodyElse() throws Exception {
        HoldfastClient client = connected(bot());
        CompletableFuture<Void> first = reauth(client);
        CompletableFuture<Void> second = reauth(client);
        events(client);
        network.link().say(error("rate_limited"));
        assertThat(why(first).kind()).isEqualTo(ErrorKind.REJECTED);
        assertThat(why(first).serverCode()).isEqualTo("rate_limited");
        assertThat(events(client)).isEmpty();
        network.link().say(TAKEN);
        assertThat(second).isCompleted();
        events(client);
        network.link().say(error("rate_limited"));
        assertThat(events(client)).singleElement().isInstanceOf(Event.Notice.class);
    }

    @Test
    void waitsNoLongerForAnAnswerThanForAnAckEachCallInItsOwnTime() {
        HoldfastClient client = connected(bot().pending(512, 1_024, Duration.ofSeconds(3)));
        CompletableFuture<Void> first = reauth(client);
        network.pass(Duration.ofSeconds(1));
        CompletableFuture<Void> second = reauth(client);
        network.pass(Duration.ofSeconds(2));
        assertThat(why(first).kind()).isEqualTo(ErrorKind.TIMEOUT);
        assertThat(second).isNotDone();
        network.pass(Duration.ofSeconds(1));
        assertThat(why(second).kind()).isEqualTo(ErrorKind.TIMEOUT);
        assertThat(network.links).hasSize(1);
    }

    @Test
    void isOverWithTheClient() {
        HoldfastClient client = connected(bot());
        CompletableFuture<Void> waiting = reauth(client);
        CompletableFuture<Void> closed = CompletableFuture.runAsync(
                () -> client.close(Duration.ofMinutes(5)),
                task -> Thread.ofVirtual().start(task));
        await().until(() -> {
            network.run();
            return network.link().goodbye == 1000;
        });
        network.link().close(1000, "");
        closed.join();
        assertThat(waiting).isCompletedExceptionally();
        assertThat(why(client.reauth()).kind()).isEqualTo(ErrorKind.NOT_SENT);
        assertThat(network.timers()).isZero();
    }

    @Test
    void isAMatterOfBotsAndOfTokens() {
        HoldfastClient feed = client(HoldfastClient.feed().url("ws://server:80"));
        assertThatThrownBy(feed::reauth).isInstanceOf(UnsupportedOperationException.class);
        HoldfastClient bot = connected(bot());
        assertThatThrownBy(() -> bot.reauth("two\nlines"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
