package io.holdfast.server.room;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.protocol.session.Claim;
import io.holdfast.protocol.session.ConnectResult;
import io.holdfast.protocol.session.Session;
import io.holdfast.protocol.session.SessionTable;
import io.holdfast.protocol.stream.HistoryLimits;
import io.holdfast.protocol.stream.Position;
import io.holdfast.protocol.stream.StreamName;
import io.holdfast.protocol.time.ServiceClock;
import io.holdfast.server.json.JsonText;
import io.holdfast.server.metrics.Metrics;
import io.holdfast.store.Store;
import io.holdfast.store.StoreException;
import io.holdfast.transport.EventLoops;
import io.holdfast.transport.LoopContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator.SplittableGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** All rooms on real event loops, a store that obeys, and a service clock that the test moves. */
final class RoomsFixture implements AutoCloseable {
    static final long TTL_MILLIS = 60_000;

    /** Hops from a client over a home to a client and back, with some to spare. */
    private static final int ROUNDS = 8;

    private static final Pattern NUMBERED = Pattern.compile(
            "\\{\"stream\":\"(.*?)\",\"seq\":(\\d+)(,\"id\":\".*?\")?,\"m\":\"(.*)\"\\}");
    private static final Pattern PLAIN = Pattern.compile("\\{\"m\":\"(.*)\"\\}");

    final EventLoops loops;
    final Rooms rooms;
    private final Environment environment;
    private final List<Client> clients = new ArrayList<>();
    private final SessionTable sessions = new SessionTable(
            () -> false, 100, () -> Duration.ofHours(1), new Random(1), (session, end) -> {});

    RoomsFixture(int count, Store store) {
        loops = new EventLoops(count);
        environment = new Environment(store);
        rooms = new Rooms(loops.workers(), environment, SplittableGenerator.of("L64X128MixRandom"));
        for (LoopContext context : loops.workers()) {
            context.execute(() -> context.beforeFlush(rooms.on(context)::endTurn));
        }
        settle();
    }

    static RoomLimits limits(int maxRooms, int messages, long bytes, long totalBytes) {
        HistoryLimits history =
                new HistoryLimits(messages, bytes, TimeUnit.MILLISECONDS.toNanos(TTL_MILLIS));
        return new RoomLimits(maxRooms, 1_000, 100, 1_000, history, totalBytes, 1_000_000);
    }

    private static final class Environment implements Rooms.Environment, PresenceWriter {
        private final Store store;
        private final Metrics metrics = new Metrics(System::nanoTime);
        volatile RoomLimits limits = RoomsFixture.limits(10, 1_000, 1 << 20, 1 << 24);
        volatile ServiceClock clock = standing(0);

        Environment(Store store) {
            this.store = store;
        }

        static ServiceClock standing(long millis) {
            ServiceClock clock = new ServiceClock(millis, 0);
            clock.pause(0);
            return clock;
        }

        @Override
        public RoomLimits limits() {
            return limits;
        }

        @Override
        public PresenceWriter presence() {
            return this;
        }

        @Override
        public int connections() {
            return 0;
        }

        @Override
        public boolean draining() {
            return false;
        }

        @Override
        public Store store() {
            return store;
        }

        @Override
        public ServiceClock clock() {
            return clock;
        }

        @Override
        public Metrics metrics() {
            return metrics;
        }

        @Override
        public void storeFailed(StoreException why) {
            // Who published hears of it.
        }

        @Override
        public void fault(RuntimeException fault) {
            throw fault;
        }

        @Override
        public void connected(JsonText out, String clientId, int connections) {
            out.raw("{\"m\":\"+" + clientId + "\"}");
        }

        @Override
        public void disconnected(JsonText out, String clientId, int connections) {
            out.raw("{\"m\":\"-" + clientId + "\"}");
        }

        @Override
        public void changed(JsonText out, List<String> joined, List<String> left, int all) {
            out.raw("{\"m\":\"+" + joined + "-" + left + "\"}");
        }
    }

    void limits(RoomLimits limits) {
        environment.limits = limits;
    }

    /** Moves the service clock, and lets every loop look at it. */
    void pass(long millis) {
        environment.clock = Environment.standing(environment.clock.millis(0) + millis);
        for (LoopContext context : loops.workers()) {
            on(context.index(), () -> rooms.on(context).tick());
        }
        settle();
    }

    LoopContext loop(int index) {
        return loops.workers().get(index);
    }

    /** Runs it on a loop, and waits until it has. */
    void on(int loop, Runnable action) {
        CompletableFuture.runAsync(action, loop(loop)::execute)
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    /** Waits until all that is under way between the loops has arrived. */
    void settle() {
        for (int i = 0; i < ROUNDS; i++) {
            List<CompletableFuture<Void>> turns = new ArrayList<>();
            for (LoopContext context : loops.workers()) {
                CompletableFuture<Void> ended = new CompletableFuture<>();
                turns.add(ended);
                context.execute(() -> context.eventLoop()
                        .executeAfterEventLoopIteration(() -> ended.complete(null)));
            }
            CompletableFuture.allOf(turns.toArray(CompletableFuture[]::new))
                    .orTimeout(10, TimeUnit.SECONDS)
                    .join();
        }
    }

    /** A loop that is not the home of the stream, if there is one. */
    int awayFrom(String stream) {
        return (rooms.homeOf(stream) + 1) % loops.workers().size();
    }

    Client plain(String id, int loop) {
        return new Client(id, loop, null, 0, null);
    }

    /** With a session without a past; one that the id had ends. */
    Client resuming(String id, int loop) {
        return connect(id, loop, null);
    }

    /** A newer connection of the client's session. */
    Client back(Client before, int loop) {
        return connect(before.clientId(), loop, Objects.requireNonNull(before.token));
    }

    /** The same connection on the first loop, though it may have been another server's. */
    Client again(Client client) {
        return new Client(client.clientId(), 0, client.session, client.generation, client.token);
    }

    private Client connect(String id, int loop, @Nullable String token) {
        Claim claim = new Claim("p", true, token, token != null, false, true);
        return switch (sessions.connect(0, id, claim, "rooms", Duration.ofHours(1), 0)) {
            case ConnectResult.New n ->
                new Client(id, loop, n.session(), n.generation(), n.token());
            case ConnectResult.Restored r ->
                new Client(id, loop, r.session(), r.generation(), r.token());
            default -> throw new AssertionError("not let in");
        };
    }

    /** A connection of a client, with or without resume. */
    final class Client extends TestSubscriber {
        final @Nullable Session session;
        private final long generation;
        private final @Nullable String token;
        final Map<String, Subscription> subscriptions = new HashMap<>();
        final Map<String, Joined> joined = new HashMap<>();

        Client(
                String id,
                int loop,
                @Nullable Session session,
                long generation,
                @Nullable String token) {
            super(id, loop, session != null, WebSocketText.ENCODING);
            this.session = session;
            this.generation = generation;
            this.token = token;
            clients.add(this);
        }

        Session theSession() {
            return Objects.requireNonNull(session);
        }

        String own() {
            return StreamName.personal(clientId());
        }

        @Override
        public @Nullable Session session() {
            return session;
        }

        @Override
        public boolean fenced() {
            return session != null && session.generation() != generation;
        }

        @Override
        public void subscribed(Subscription subscription, Joined how) {
            super.subscribed(subscription, how);
            joined.put(subscription.stream(), how);
        }

        LoopRooms here() {
            return rooms.on(loop(loopIndex()));
        }

        /** Any thread but a loop's. */
        void on(Runnable action) {
            RoomsFixture.this.on(loopIndex(), action);
        }

        void subscribe(Subscription subscription) {
            subscriptions.put(subscription.stream(), subscription);
            on(() -> here().subscribe(subscription, subscription.stream().equals(Rooms.LOBBY)));
            settle();
        }

        void join(String stream) {
            subscribe(Subscription.asked(this, stream, null));
        }

        void resume(String stream, Position named) {
            subscribe(Subscription.resumed(this, stream, named, null));
        }

        void leave(String stream) {
            Subscription subscription = Objects.requireNonNull(subscriptions.remove(stream));
            on(() -> here().unsubscribe(subscription));
            settle();
        }

        /** Without waiting; on the client's loop. */
        void send(String stream, String text, @Nullable String id) {
            byte[] json = ("{\"m\":\"" + text + "\"}").getBytes(UTF_8);
            here().publish(this, stream, json, 0, json.length, id);
        }

        void publish(String stream, String text, @Nullable String id) {
            on(() -> send(stream, text, id));
            settle();
        }

        void ready(String stream) {
            on(() -> {
                ready = true;
                here().feed(Objects.requireNonNull(subscriptions.get(stream)));
            });
            settle();
        }

        void stalls() {
            on(() -> ready = false);
        }

        Position at(String stream, long seq) {
            return new Position(joined(stream).epoch(), seq);
        }

        Joined joined(String stream) {
            return Objects.requireNonNull(joined.get(stream), stream);
        }

        /** A numbered message is "stream seq text". */
        List<String> heard() {
            List<String> heard = new ArrayList<>();
            on(() -> received.forEach(text -> heard.add(shortly(text))));
            return heard;
        }

        List<String> answered() {
            List<String> copy = new ArrayList<>();
            on(() -> copy.addAll(answers));
            copy.removeIf(answer -> answer.startsWith("subscribed"));
            return copy;
        }
    }

    private static String shortly(String text) {
        Matcher numbered = NUMBERED.matcher(text);
        if (numbered.matches()) {
            return numbered.group(1) + " " + numbered.group(2) + " " + numbered.group(4);
        }
        Matcher plain = PLAIN.matcher(text);
        return plain.matches() ? plain.group(1) : text;
    }

    @Override
    public void close() {
        for (Client client : clients) {
            client.on(() -> client.subscriptions.values().forEach(client.here()::unsubscribe));
        }
        settle();
        for (LoopRooms each : rooms.loops()) {
            on(
                    each.context().index(),
                    () -> each.freeze().forEach(stream -> stream.history().clear()));
        }
        loops.close();
    }
}
