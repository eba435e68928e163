package io.holdfast.server.room;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.server.json.JsonText;
import io.holdfast.transport.EventLoops;
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
    private static final PresenceWriter PRESENCE = new PresenceWriter() {
        @Override
        public void connected(JsonText out, String clientId, int connections) {
            out.raw("+" + clientId);
        }

        @Override
        public void disconnected(JsonText out, String clientId, int connections) {
            out.raw("-" + clientId);
        }

        @Override
        public void changed(JsonText out, List<String> joined, List<String> left, int all) {
            out.raw("+" + joined + "-" + left);
        }
    };

    private @Nullable EventLoops loops;
    private @Nullable Rooms rooms;

    private void start(int count, int maxRooms) {
        EventLoops started = new EventLoops(count);
        loops = started;
        RoomLimits limits = new RoomLimits(maxRooms, 1_000, 100, 1_000);
        Rooms made = new Rooms(started.workers(), () -> limits, PRESENCE, () -> 0, () -> false);
        rooms = made;
        for (LoopContext context : started.workers()) {
            context.execute(() -> context.beforeFlush(made.on(context)::endTurn));
        }
    }

    @AfterEach
    void stop() {
        if (loops != null) {
            loops.close();
        }
    }

    private Rooms rooms() {
        return java.util.Objects.requireNonNull(rooms);
    }

    private LoopContext loop(int index) {
        return java.util.Objects.requireNonNull(loops).workers().get(index);
    }

    /** A client that begins its subscription when it hears of it, as a connection does. */
    private final class Client extends TestSubscriber {
        @Nullable
        Place place;

        boolean asked;

        Client(String id, int loopIndex) {
            super(id, loopIndex, false);
        }

        LoopRooms here() {
            return rooms().on(loop(loopIndex()));
        }

        @Override
        public void subscribed(String room, @Nullable String id) {
            super.subscribed(room, id);
            place = here().begin(this, room);
        }

        void publish(String room, String text) {
            byte[] bytes = text.getBytes(UTF_8);
            here().publish(this, room, bytes, 0, bytes.length, text);
        }

        void on(Runnable action) {
            CompletableFuture.runAsync(action, loop(loopIndex())::execute)
                    .orTimeout(10, TimeUnit.SECONDS)
                    .join();
        }

        List<String> heard() {
            List<String> copy = new ArrayList<>();
            on(() -> copy.addAll(received));
            return copy;
        }

        List<String> answered() {
            List<String> copy = new ArrayList<>();
            on(() -> copy.addAll(answers));
            return copy;
        }

        void join(String room) {
            on(() -> here().subscribe(this, room, null, false));
            await().until(() -> answered().contains("subscribed " + room));
        }
    }

    @Test
    void aPublisherHearsThatItsMessageHasItsPlaceAndTheOthersGetIt() {
        start(2, 10);
        Client a = new Client("a", 0);
        Client b = new Client("b", 1);
        a.join("x");
        b.join("x");
        a.on(() -> a.publish("x", "one"));
        b.on(() -> b.publish("x", "two"));
        await().until(() -> b.heard().equals(List.of("one")) && a.heard().equals(List.of("two")));
        await().until(() -> a.answered().contains("accepted one"));
        await().until(() -> b.answered().contains("accepted two"));
    }

    @Test
    void roomsAboveTheLimitAreRefusedAndAPlaceIsFreedByTheLastToLeave() {
        start(2, 1);
        Client a = new Client("a", 0);
        a.join("x");
        a.on(() -> a.here().subscribe(a, "y", null, false));
        await().until(() -> a.answered().contains("no room y"));
        a.on(() -> a.here().unsubscribe(a, "x", a.place));
        await().until(() -> rooms().count() == 0);
        a.join("y");
    }

    @Test
    void whoIsInARoomIsAnsweredByItsHome() {
        start(3, 10);
        Client a = new Client("a", 0);
        Client b = new Client("b", 2);
        a.join("x");
        b.join("x");
        b.on(() -> b.here().who(b, "x", "1"));
        await().until(() -> b.answered().contains("x [a, b] 2"));
        b.on(() -> b.here().who(b, "empty", "2"));
        await().until(() -> b.answered().contains("empty [] 0"));
    }

    @Test
    void comingAndGoingIsToldToTheOthersInTheLobbyExactlyOnce() {
        start(2, 10);
        Client a = new Client("a", 0);
        Client b = new Client("b", 1);
        a.on(() -> a.here().subscribe(a, Rooms.LOBBY, null, true));
        await().until(() -> a.answered().contains("subscribed lobby"));
        b.on(() -> b.here().subscribe(b, Rooms.LOBBY, null, true));
        await().until(() -> a.heard().equals(List.of("+b")));
        b.on(() -> {
            b.here().unsubscribe(b, Rooms.LOBBY, b.place);
            b.here().departed("b");
        });
        await().until(() -> a.heard().equals(List.of("+b", "-b")));
        assertThat(b.heard()).isEmpty();
    }

    /**
     * Loops publish, join and leave at random, at the same time. A listener that was there first and
     * stays is the record of what the home accepted, in its order; everybody else must have heard
     * one uninterrupted stretch of it, less its own.
     */
    @ParameterizedTest(name = "{0} loops, seed {1}")
    @CsvSource({"1,1", "2,2", "2,3", "3,4", "3,5", "3,6"})
    void everySubscriberHearsOneStretchOfOneOrder(int count, long seed) {
        start(count, 10);
        Client record = new Client("record", 0);
        record.join("x");
        List<Client> clients = new ArrayList<>();
        List<CompletableFuture<Void>> done = new ArrayList<>();
        AtomicInteger published = new AtomicInteger();
        for (int index = 0; index < count; index++) {
            List<Client> own = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                own.add(new Client("c" + index + "-" + i, index));
            }
            clients.addAll(own);
            Random random = new Random(seed * 31 + index);
            CompletableFuture<Void> finished = new CompletableFuture<>();
            done.add(finished);
            step(own, random, 300, published, finished);
        }
        CompletableFuture.allOf(done.toArray(CompletableFuture[]::new))
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
        await().untilAsserted(() -> assertThat(record.heard()).hasSize(published.get()));
        List<String> order = record.heard();
        Client last = new Client("last", 0);
        // Behind everything: when it has arrived everywhere, so has all before it.
        last.join("x");
        last.on(() -> last.publish("x", "end"));
        for (Client client : clients) {
            boolean[] there = {false};
            client.on(() -> there[0] = client.place != null);
            if (there[0]) {
                await().until(() -> client.heard().contains("end"));
            }
            List<String> heard = client.heard();
            heard.remove("end");
            String what = "seed %d %s".formatted(seed, client.clientId());
            assertThat(heard).as(what).doesNotHaveDuplicates();
            if (!heard.isEmpty()) {
                int from = order.indexOf(heard.getFirst());
                int to = order.indexOf(heard.getLast());
                List<String> stretch = new ArrayList<>(order.subList(from, to + 1));
                stretch.removeIf(text -> text.startsWith(client.clientId() + ":"));
                assertThat(heard).as(what).isEqualTo(stretch);
            }
            if (there[0]) {
                assertThat(client.answered()).as(what).contains("subscribed x");
                List<String> foreign = new ArrayList<>(order);
                foreign.removeIf(text -> text.startsWith(client.clientId() + ":"));
                if (!heard.isEmpty()) {
                    assertThat(heard.getLast()).as(what).isEqualTo(foreign.getLast());
                }
            }
        }
        assertThat(order).hasSizeGreaterThan(100 * count);
        assertThat(clients).anyMatch(client -> !client.heard().isEmpty());
    }

    /** Random actions, some to a turn, on the clients' loop; clients join once, and may leave for good. */
    private void step(
            List<Client> own,
            Random random,
            int left,
            AtomicInteger published,
            CompletableFuture<Void> finished) {
        LoopContext context = loop(own.getFirst().loopIndex());
        if (left == 0) {
            finished.complete(null);
            return;
        }
        context.execute(() -> {
            Client client = own.get(random.nextInt(own.size()));
            switch (random.nextInt(12)) {
                case 0, 1 -> {
                    if (!client.asked) {
                        client.asked = true;
                        client.here().subscribe(client, "x", null, false);
                    }
                }
                case 2 -> {
                    Place place = client.place;
                    if (place != null) {
                        client.place = null;
                        client.here().unsubscribe(client, "x", place);
                    }
                }
                default -> {
                    int many = 1 + random.nextInt(4);
                    for (int i = 0; i < many; i++) {
                        client.publish("x", client.clientId() + ":" + left + "." + i);
                        published.incrementAndGet();
                    }
                }
            }
            Runnable next = () -> step(own, random, left - 1, published, finished);
            if (random.nextInt(4) == 0) {
                context.eventLoop().executeAfterEventLoopIteration(next);
            } else {
                next.run();
            }
        });
    }
}
