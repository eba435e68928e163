package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Access tokens that are got for each connect anew. */
class TokenSupplierTest {
    private final FakeNetwork network = new FakeNetwork();
    private final AtomicInteger asked = new AtomicInteger();

    private HoldfastClient client(ClientBuilder builder) {
        HoldfastClient client = new HoldfastClient(builder.options(), network);
        client.start();
        return client;
    }

    private static ClientBuilder feed() {
        return HoldfastClient.feed().url("ws://server:80").clientId("a").withoutJitter();
    }

    private void awaitLinks(int count) {
        await().until(() -> {
            network.run();
            return network.links.size() == count;
        });
    }

    /** The first error of a connection that did not come about. */
    private Event.Disconnected failure(HoldfastClient client) {
        AtomicReference<Event.Disconnected> found = new AtomicReference<>();
        await().until(() -> {
            network.run();
            if (client.receive(Duration.ZERO) instanceof Event.Disconnected gone) {
                found.set(gone);
            }
            return found.get() != null;
        });
        return found.get();
    }

    @Test
    void eachConnectHasATokenOfItsOwnAndAnExpiredOneIsReplaced() {
        client(feed().token(() -> "token-" + asked.incrementAndGet()));
        awaitLinks(1);
        assertThat(network.link().headers).containsEntry("Authorization", "Bearer token-1");
        network.link().open(false).say("{\"type\":\"welcome\"}").close(4501, "Token expired");
        network.pass(Duration.ofSeconds(1));
        awaitLinks(2);
        assertThat(network.link().headers).containsEntry("Authorization", "Bearer token-2");
    }

    @Test
    void aBotShowsItInItsHello() {
        client(HoldfastClient.bot()
                .url("tcp://server:9000")
                .clientId("bot-1")
                .linesOnly()
                .token(() -> "secret"));
        awaitLinks(1);
        assertThat(network.link().headers).isEmpty();
        assertThat(network.link().open().taken())
                .containsExactly("{\"event\":\"hello\",\"data\":{\"client_key\":\"bot-1\","
                        + "\"token\":\"secret\",\"features\":[]}}");
    }

    @Test
    void anAsynchronousTokenIsWaitedFor() {
        CompletableFuture<String> coming = new CompletableFuture<>();
        client(feed().tokenAsync(() -> {
            asked.incrementAndGet();
            return coming;
        }));
        await().until(() -> {
            network.run();
            return asked.get() == 1;
        });
        assertThat(network.links).isEmpty();
        coming.complete("late");
        awaitLinks(1);
        assertThat(network.link().headers).containsEntry("Authorization", "Bearer late");
    }

    @Test
    void theSupplierDoesNotRunOnTheThreadThatReads() {
        AtomicReference<Thread> ran = new AtomicReference<>();
        client(feed().token(() -> {
            ran.set(Thread.currentThread());
            return "t";
        }));
        awaitLinks(1);
        assertThat(ran.get()).isNotEqualTo(Thread.currentThread());
        assertThat(ran.get().isVirtual()).isTrue();
    }

    @Test
    void aSupplierThatFailsIsAskedAgainLater() {
        HoldfastClient client = client(feed().token(() -> {
            if (asked.incrementAndGet() == 1) {
                throw new IllegalStateException("no identity provider");
            }
            return "second";
        }));
        ClientException error = failure(client).error();
        assertThat(error.kind()).isEqualTo(ErrorKind.UNAUTHORISED);
        assertThat(error).hasMessageContaining("no identity provider");
        network.pass(Duration.ofSeconds(1));
        awaitLinks(1);
        assertThat(network.link().headers).containsEntry("Authorization", "Bearer second");
    }

    @Test
    void aTokenThatWouldBreakTheHandshakeIsNotSent() {
        HoldfastClient client = client(feed().token(() -> "a\r\nEvil: yes"));
        assertThat(failure(client).error().kind()).isEqualTo(ErrorKind.UNAUTHORISED);
        assertThat(network.links).isEmpty();
        assertThatThrownBy(() -> feed().token("a\nb").options())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSupplierThatDoesNotEndIsInterruptedAndNeverRunsTwice() {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger interrupts = new AtomicInteger();
        HoldfastClient client = client(feed().token(() -> {
            asked.incrementAndGet();
            while (release.getCount() > 0) {
                try {
                    release.await();
                } catch (InterruptedException tooLate) {
                    interrupts.incrementAndGet(); // and goes on all the same
                }
            }
            return "at last";
        }));
        network.run();
        network.pass(Duration.ofSeconds(5));
        assertThat(failure(client).error()).hasMessageContaining("gave none in 5000 ms");
        await().untilAtomic(interrupts, org.hamcrest.Matchers.is(1));
        network.pass(Duration.ofSeconds(60));
        assertThat(asked).hasValue(1);
        assertThat(network.links).isEmpty();
        release.countDown();
        await().until(() -> {
            network.pass(Duration.ofSeconds(1));
            return !network.links.isEmpty();
        });
        assertThat(network.link().headers).containsEntry("Authorization", "Bearer at last");
    }
}
