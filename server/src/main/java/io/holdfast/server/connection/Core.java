package io.holdfast.server.connection;

import io.holdfast.protocol.drain.ArrivalSlots;
import io.holdfast.protocol.session.Session;
import io.holdfast.protocol.stream.HistoryLimits;
import io.holdfast.protocol.time.ServiceClock;
import io.holdfast.server.auth.AuthResult;
import io.holdfast.server.auth.Authenticator;
import io.holdfast.server.config.Config;
import io.holdfast.server.metrics.Counter;
import io.holdfast.server.metrics.DialectName;
import io.holdfast.server.metrics.ErrorKind;
import io.holdfast.server.metrics.LimitName;
import io.holdfast.server.metrics.Metrics;
import io.holdfast.server.room.PresenceWriter;
import io.holdfast.server.room.RoomLimits;
import io.holdfast.server.room.Rooms;
import io.holdfast.store.Image;
import io.holdfast.store.Store;
import io.holdfast.store.StoreException;
import io.holdfast.store.StreamImage;
import io.holdfast.transport.EventLoops;
import io.holdfast.transport.LoopContext;
import io.holdfast.transport.RequestHead;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What all connections of one server share: configuration, who is connected, rooms, counters, and
 * whether the server is leaving. Thread-safe.
 */
public final class Core {
    /** Direct messages on their way to one loop above which more are refused. */
    private static final int MAX_POSTS_ON_THEIR_WAY = 65_536;

    private final Metrics metrics;
    private final ConnectionLog log;
    private final Store store;
    private final ServiceClock clock;
    private final Clients clients;
    private final RateLimits rateLimits = new RateLimits();
    private final Rooms rooms;
    private final List<LoopConnections> loops = new ArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final Map<DialectName, AtomicInteger> totals = counters();
    private final Map<DialectName, AtomicInteger> authenticated = counters();
    /** Whether it has been logged that the store has failed, and not that it works again. */
    private final AtomicBoolean degraded = new AtomicBoolean();

    private volatile Config config;
    private volatile RoomLimits roomLimits;
    private volatile Gate gate;
    private volatile Authenticator authenticator;
    /** When those may come back whom the drain sends away; null while newcomers are welcome. */
    private volatile @Nullable ArrivalSlots arrivals;

    private volatile ConnectionWatch watch = ConnectionWatch.NOBODY;

    /**
     * @param store opened; what it found is restored by {@link #restore}
     * @param clock counts only while the server serves
     */
    public Core(
            Config config,
            Authenticator authenticator,
            EventLoops eventLoops,
            Metrics metrics,
            ConnectionLog log,
            PresenceWriter presence,
            Store store,
            ServiceClock clock) {
        this.config = config;
        this.roomLimits = roomLimits(config);
        this.gate = Gate.of(config);
        this.authenticator = authenticator;
        this.metrics = metrics;
        this.log = log;
        this.store = store;
        this.clock = clock;
        this.clients = new Clients(
                this::needsToken,
                config.store().maxSessions(),
                () -> this.config.auth().sessionTokenTtl(),
                store,
                new SessionWatch());
        RandomGenerator.SplittableGenerator seed =
                RandomGenerator.SplittableGenerator.of("L64X128MixRandom");
        this.rooms = new Rooms(eventLoops.workers(), new RoomsEnvironment(presence), seed.split());
        for (LoopContext context : eventLoops.workers()) {
            loops.add(new LoopConnections(
                    context, rooms.on(context), metrics.newLoop(), seed.split()));
        }
    }

    /** What rooms ask of the server. */
    private final class RoomsEnvironment implements Rooms.Environment {
        private final PresenceWriter presence;

        RoomsEnvironment(PresenceWriter presence) {
            this.presence = presence;
        }

        @Override
        public RoomLimits limits() {
            return roomLimits;
        }

        @Override
        public PresenceWriter presence() {
            return presence;
        }

        @Override
        public int connections() {
            return clients.count(DialectName.ROOMS);
        }

        @Override
        public boolean draining() {
            return isDraining();
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
            if (degraded.compareAndSet(false, true)) {
                log.store("the store does not take messages now: " + why.getMessage(), true);
            }
        }

        @Override
        public void fault(RuntimeException fault) {
            metrics.count(ErrorKind.INTERNAL);
            log.fault(fault);
        }
    }

    /** Carries the news of sessions to the rooms' loops. */
    private final class SessionWatch implements Clients.Watch {
        @Override
        public void gone(String clientId) {
            rooms.departed(clientId);
        }

        @Override
        public void ended(Session session) {
            rooms.ended(session);
        }
    }

    /** Takes over what an earlier process left. Before the first client comes. */
    public void restore(Image image) {
        List<StreamImage> streams = new ArrayList<>();
        Map<String, Long> heads = new HashMap<>();
        for (StreamImage stream : image.streams()) {
            streams.add(stream);
            heads.put(stream.name(), stream.head());
        }
        Map<String, Long> numbers = new HashMap<>();
        clients.restore(image.sessions(), heads, numbers::put);
        rooms.restore(streams, numbers).join();
    }

    public Store store() {
        return store;
    }

    /** Looks whether a store that has failed works again. */
    public void lookAtStore() {
        if (degraded.get() && store.available() && degraded.compareAndSet(true, false)) {
            log.store("the store takes messages again", false);
        }
    }

    public ServiceClock clock() {
        return clock;
    }

    /** Starts the loops' timers. */
    public void start() {
        loops.forEach(LoopConnections::start);
    }

    public Config config() {
        return config;
    }

    public Metrics metrics() {
        return metrics;
    }

    public ConnectionLog log() {
        return log;
    }

    public Clients clients() {
        return clients;
    }

    public RateLimits rateLimits() {
        return rateLimits;
    }

    public Rooms rooms() {
        return rooms;
    }

    public List<LoopConnections> loops() {
        return loops;
    }

    /** The loop's own part of everything. */
    public LoopConnections connections(LoopContext context) {
        return loops.get(context.index());
    }

    public Authenticator authenticator() {
        return authenticator;
    }

    /** Whether clients must show a token. */
    public boolean needsToken() {
        return authenticator.enabled();
    }

    /** The token of a handshake: the header's, or else the query's (spec: dialect-rooms). */
    public @Nullable String tokenOf(RequestHead request) {
        String header = Authenticator.bearerToken(request.header("authorization"));
        return header != null ? header : request.queryParameter("token");
    }

    public AuthResult authenticate(RequestHead request) {
        return authenticator.authenticate(tokenOf(request));
    }

    /** Replaces what may change while running. */
    public void reload(Config newer, Authenticator newerAuthenticator) {
        config = newer;
        roomLimits = roomLimits(newer);
        gate = Gate.of(newer);
        authenticator = newerAuthenticator;
    }

    private static RoomLimits roomLimits(Config config) {
        return new RoomLimits(
                config.limits().maxRooms(),
                config.rooms().presenceCoalesceAbove(),
                config.rooms().presenceListMax(),
                config.server().compressionMinBytes(),
                new HistoryLimits(
                        config.store().history().messages(),
                        config.store().history().bytes(),
                        config.store().history().ttl().toNanos()),
                config.store().history().totalBytes(),
                config.store().uncommittedBytes());
    }

    /** Who may knock, and from where. */
    public Gate gate() {
        return gate;
    }

    public boolean isDraining() {
        return arrivals != null;
    }

    /**
     * What somebody is told who came, or said its first word, while the server is leaving, and is
     * closed now: when to come again has a place of its own among the arrivals at the successor.
     */
    public Dialect.Refusal refusal(Dialect dialect) {
        ArrivalSlots slots = arrivals;
        int base = dialect.reconnectSeconds();
        return dialect.refusal(slots == null ? base : slots.newcomer(base, System.nanoTime()));
    }

    /** From now on newcomers are told to come back later. */
    public void refuseNewcomers(ArrivalSlots slots) {
        arrivals = slots;
        stopClocks();
    }

    /** After a cancelled drain they are welcome again. */
    public void welcomeNewcomers() {
        arrivals = null;
        clock.resume(System.nanoTime());
        clients.startClocks();
    }

    /**
     * A drain has begun: from now on no session, message or presence grows older (spec: delivery,
     * "Clocks").
     */
    public void stopClocks() {
        clock.pause(System.nanoTime());
        clients.stopClocks();
    }

    /** Tells {@code newWatch} of everyone who comes or goes from now on. */
    public void watch(ConnectionWatch newWatch) {
        watch = newWatch;
    }

    /**
     * Connections now.
     *
     * @param total admitted, and not ended
     * @param authenticated of these, those whose token was accepted, or who said who they are
     * @param identified clients that are connected
     */
    public record Counts(int total, int authenticated, int identified) {}

    /** Of one dialect, or (null) of all. */
    public Counts counts(@Nullable DialectName only) {
        int total = 0;
        int known = 0;
        for (DialectName dialect : DialectName.values()) {
            if (only == null || only == dialect) {
                total += count(totals, dialect).get();
                known += count(authenticated, dialect).get();
            }
        }
        return new Counts(total, known, only == null ? clients.count() : clients.count(only));
    }

    private static Map<DialectName, AtomicInteger> counters() {
        Map<DialectName, AtomicInteger> counters = new EnumMap<>(DialectName.class);
        for (DialectName dialect : DialectName.values()) {
            counters.put(dialect, new AtomicInteger());
        }
        return Map.copyOf(counters);
    }

    private static AtomicInteger count(
            Map<DialectName, AtomicInteger> counters, DialectName dialect) {
        return Objects.requireNonNull(counters.get(dialect));
    }

    /** Takes a connection's place under the limit, if there is one. */
    public boolean admit(DialectName dialect) {
        if (connections.incrementAndGet() > config.limits().maxConnections()) {
            connections.decrementAndGet();
            return false;
        }
        count(totals, dialect).incrementAndGet();
        return true;
    }

    /** Gives an admitted connection's place back. */
    public void release(DialectName dialect) {
        count(totals, dialect).decrementAndGet();
        connections.decrementAndGet();
    }

    void authenticated(DialectName dialect, int change) {
        count(authenticated, dialect).addAndGet(change);
    }

    /** A connection was accepted. */
    public void connected(Connection connection) {
        connection.home().metrics().count(Counter.CONNECTIONS, connection.dialect());
        log.connected(connection, connections.get());
        watch.joined(connection);
    }

    /** An application said that it is ready. */
    public void ready(Connection connection, boolean restored) {
        log.ready(connection, restored);
    }

    /** A connection that had been accepted has ended. */
    public void disconnected(Connection connection) {
        connection.home().metrics().count(Counter.DISCONNECTIONS, connection.dialect());
        log.disconnected(connection, connections.get());
    }

    void departed(Connection connection, Departure how) {
        watch.departed(connection, how);
    }

    /**
     * Carries a message to one client, on whichever loop it lives, and the answer back.
     *
     * @param delivered is told on the sender's loop whether it arrived
     */
    public void post(Connection from, Connection to, byte[] text, Consumer<Boolean> delivered) {
        LoopConnections target = to.home();
        LoopContext back = from.home().context();
        if (target.context() == back) {
            delivered.accept(to.receive(text));
            return;
        }
        AtomicInteger onTheirWay = target.postsOnTheirWay();
        if (onTheirWay.incrementAndGet() > MAX_POSTS_ON_THEIR_WAY) {
            onTheirWay.decrementAndGet();
            from.home().metrics().count(LimitName.MAILBOX);
            delivered.accept(false);
            return;
        }
        target.context().execute(() -> {
            onTheirWay.decrementAndGet();
            boolean arrived = to.receive(text);
            back.execute(() -> delivered.accept(arrived));
        });
    }
}
