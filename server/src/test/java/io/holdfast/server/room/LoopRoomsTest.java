package io.holdfast.server.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.server.room.RoomsFixture.Client;
import io.holdfast.transport.LoopContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Over real event loops, since it is their order that is promised. */
class LoopRoomsTest {
    private final ScriptedStore store = new ScriptedStore(false);
    private @Nullable RoomsFixture fixture;

    private RoomsFixture start(int loops) {
        RoomsFixture started = new RoomsFixture(loops, store);
        fixture = started;
        return started;
    }

    @AfterEach
    void stop() {
        if (fixture != null) {
            fixture.close();
        }
    }

    @Test
    void aPlainPublisherHearsThatItsMessageHasItsPlaceAndTheOthersGetIt() {
        RoomsFixture rooms = start(2);
        Client a = rooms.plain("a", 0);
        Client b = rooms.plain("b", 1);
        a.join("x");
        b.join("x");
        a.publish("x", "one", "1");
        b.publish("x", "two", "2");
        assertThat(b.heard()).containsExactly("one");
        assertThat(a.heard()).containsExactly("two");
        assertThat(a.answered()).containsExactly("PUBLISHED 1 x 1");
        assertThat(b.answered()).containsExactly("PUBLISHED 2 x 2");
    }

    @Test
    void whoIsInARoomIsAnsweredByItsHome() {
        RoomsFixture rooms = start(3);
        Client a = rooms.plain("a", 0);
        Client b = rooms.resuming("b", 2);
        a.join("x");
        b.join("x");
        b.on(() -> b.here().who(b, "x", "1"));
        b.on(() -> b.here().who(b, "empty", "2"));
        rooms.settle();
        assertThat(b.answered()).containsExactlyInAnyOrder("x [a, b] 2", "empty [] 0");
    }

    @Test
    void comingAndGoingIsToldToTheOthersInTheLobbyExactlyOnce() {
        RoomsFixture rooms = start(2);
        Client a = rooms.plain("a", 0);
        Client b = rooms.resuming("b", 1);
        a.join(Rooms.LOBBY);
        b.join(Rooms.LOBBY);
        assertThat(a.heard()).containsExactly("+b");
        b.leave(Rooms.LOBBY);
        rooms.rooms.departed("b");
        rooms.settle();
        assertThat(a.heard()).containsExactly("+b", "-b");
        assertThat(b.heard()).isEmpty();
    }

    @Test
    void whoHasComeBackMeanwhileIsNotSaidToBeGone() {
        RoomsFixture rooms = start(2);
        Client a = rooms.plain("a", 0);
        a.join(Rooms.LOBBY);
        Client b = rooms.resuming("b", 1);
        b.join(Rooms.LOBBY);
        Client again = rooms.back(b, 0);
        again.join(Rooms.LOBBY);
        b.leave(Rooms.LOBBY);
        rooms.rooms.departed("b");
        rooms.settle();
        assertThat(a.heard()).doesNotContain("-b");
    }

    @Test
    void aBroadcastReachesAllOfItsLoopWhoCanTakeItNow() {
        RoomsFixture rooms = start(1);
        Client a = rooms.plain("a", 0);
        Client b = rooms.resuming("b", 0);
        Client slow = rooms.plain("slow", 0);
        Client left = rooms.plain("left", 0);
        a.on(() -> {
            for (Client each : List.of(a, b, slow)) {
                each.here().beginBroadcasts(each);
            }
            left.here().endBroadcasts(left.here().beginBroadcasts(left));
            slow.ready = false;
            a.here().broadcast("{\"m\":\"all\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        });
        rooms.settle();
        assertThat(a.heard()).containsExactly("all");
        assertThat(b.heard()).containsExactly("all");
        assertThat(slow.heard()).isEmpty();
        assertThat(left.heard()).isEmpty();
    }

    @Test
    void oneThatStallsIsFedAcrossLoopsInOrderWhenItCanTakeMore() {
        RoomsFixture rooms = start(2);
        Client a = rooms.resuming("a", rooms.rooms.homeOf("x"));
        Client b = rooms.resuming("b", rooms.awayFrom("x"));
        b.join("x");
        b.stalls();
        a.publish("x", "one", null);
        a.publish("x", "two", null);
        assertThat(b.heard()).isEmpty();
        b.ready("x");
        assertThat(b.heard()).containsExactly("x 1 one", "x 2 two");
        a.publish("x", "three", null);
        assertThat(b.heard()).containsExactly("x 1 one", "x 2 two", "x 3 three");
    }

    /**
     * Loops publish, join and leave at random, at the same time. A listener that was there first
     * and stays is the record of what the home accepted, in its order; everybody else must have
     * heard one uninterrupted stretch of it, less its own if it does not resume.
     */
    @ParameterizedTest(name = "{0} loops, seed {1}")
    @CsvSource({"1,1", "2,2", "2,3", "3,4", "3,5", "3,6"})
    void everySubscriberHearsOneStretchOfOneOrder(int count, long seed) {
        RoomsFixture rooms = start(count);
        Client record = rooms.resuming("record", 0);
        record.join("x");
        List<Client> clients = new ArrayList<>();
        List<CompletableFuture<Void>> done = new ArrayList<>();
        AtomicInteger published = new AtomicInteger();
        for (int index = 0; index < count; index++) {
            List<Client> own = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                String id = "c" + index + "-" + i;
                own.add(i % 2 == 0 ? rooms.plain(id, index) : rooms.resuming(id, index));
            }
            clients.addAll(own);
            CompletableFuture<Void> finished = new CompletableFuture<>();
            done.add(finished);
            step(rooms, own, new Random(seed * 31 + index), 300, published, finished);
        }
        CompletableFuture.allOf(done.toArray(CompletableFuture[]::new))
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
        await().untilAsserted(() -> assertThat(record.heard()).hasSize(published.get()));
        rooms.settle();
        List<String> order = record.heard();
        for (int i = 0; i < order.size(); i++) {
            assertThat(order.get(i)).as("seed %d", seed).startsWith("x " + (i + 1) + " ");
        }
        for (Client client : clients) {
            checkStretch(client, order, "seed %d %s".formatted(seed, client.clientId()));
        }
        assertThat(order).hasSizeGreaterThan(100 * count);
        assertThat(clients).anyMatch(client -> !client.heard().isEmpty());
    }

    private static void checkStretch(Client client, List<String> order, String what) {
        List<String> all = new ArrayList<>(order);
        if (!client.sequenced()) {
            all.replaceAll(text -> text.substring(text.lastIndexOf(' ') + 1));
        }
        String mine = client.clientId() + ":";
        List<String> heard = client.heard();
        if (heard.isEmpty()) {
            return;
        }
        boolean there = client.subscriptions.containsKey("x");
        int from = all.indexOf(heard.getFirst());
        int to = there ? all.size() - 1 : all.indexOf(heard.getLast());
        assertThat(from).as(what).isNotNegative();
        List<String> stretch = new ArrayList<>(all.subList(from, to + 1));
        if (!client.sequenced()) {
            stretch.removeIf(text -> text.startsWith(mine));
        }
        assertThat(heard).as(what).isEqualTo(stretch);
    }

    /** Random actions, some to a turn, on the clients' loop; a client joins and leaves once. */
    private void step(
            RoomsFixture rooms,
            List<Client> own,
            Random random,
            int left,
            AtomicInteger published,
            CompletableFuture<Void> finished) {
        LoopContext context = rooms.loop(own.getFirst().loopIndex());
        if (left == 0) {
            finished.complete(null);
            return;
        }
        context.execute(() -> {
            Client client = own.get(random.nextInt(own.size()));
            switch (random.nextInt(12)) {
                case 0, 1 -> {
                    if (client.answers.isEmpty() && !client.subscriptions.containsKey("x")) {
                        Subscription subscription = Subscription.asked(client, "x", null);
                        client.subscriptions.put("x", subscription);
                        client.here().subscribe(subscription, false);
                    }
                }
                case 2 -> {
                    Subscription place = client.subscriptions.get("x");
                    if (place != null && place.hasBegun()) {
                        client.subscriptions.remove("x");
                        client.here().unsubscribe(place);
                    }
                }
                default -> {
                    int many = 1 + random.nextInt(4);
                    for (int i = 0; i < many; i++) {
                        client.send("x", client.clientId() + ":" + left + "." + i, null);
                        published.incrementAndGet();
                    }
                }
            }
            Runnable next = () -> step(rooms, own, random, left - 1, published, finished);
            if (random.nextInt(4) == 0) {
                context.eventLoop().executeAfterEventLoopIteration(next);
            } else {
                next.run();
            }
        });
    }
}
