package io.holdfast.server;

import io.holdfast.protocol.Limits;
import io.holdfast.protocol.drain.DialectDrain;
import io.holdfast.protocol.drain.DrainSettings;
import io.holdfast.protocol.lifecycle.ServerLifecycle;
import io.holdfast.protocol.lifecycle.ServerState;
import io.holdfast.protocol.time.ServiceClock;
import io.holdfast.server.auth.Authenticator;
import io.holdfast.server.config.Config;
import io.holdfast.server.config.ConfigException;
import io.holdfast.server.connection.ConnectionLog;
import io.holdfast.server.connection.Core;
import io.holdfast.server.connection.Dialect;
import io.holdfast.server.connection.Newcomers;
import io.holdfast.server.connection.WebSocketDialect;
import io.holdfast.server.dialect.bot.BotDialect;
import io.holdfast.server.dialect.bot.BotDoor;
import io.holdfast.server.dialect.deepstream.DeepstreamDialect;
import io.holdfast.server.dialect.rooms.RoomsDialect;
import io.holdfast.server.drain.DrainDriver;
import io.holdfast.server.http.Health;
import io.holdfast.server.http.OperationsService;
import io.holdfast.server.http.PublicService;
import io.holdfast.server.log.Event;
import io.holdfast.server.log.EventLog;
import io.holdfast.server.metrics.Metrics;
import io.holdfast.server.systemd.SystemdNotifier;
import io.holdfast.store.Image;
import io.holdfast.store.Opened;
import io.holdfast.store.Store;
import io.holdfast.store.StoreException;
import io.holdfast.transport.EventLoops;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A running server: event loops, listeners, dialects and the shutdown sequence, put together.
 *
 * <p>Use: {@link #start}, then {@link #signal} when it shall leave, and {@link #outcome} to hear that
 * it has. {@link #close} ends it without ceremony. Thread-safe.
 */
public final class HoldfastServer implements AutoCloseable {
    /** Seconds between two looks at files and at what can be forgotten. */
    private static final long HOUSEKEEPING_SECONDS = 5;
    /** Seconds between two looks at sessions, presence and tokens. */
    private static final long SESSIONS_SECONDS = 1;

    private final EventLog log = new EventLog(HoldfastServer.class);
    private final EventLoops loops;
    private final Metrics metrics = new Metrics(System::nanoTime);
    private final Store store;
    private Image found;
    private boolean restored;
    private final Core core;
    private final List<WebSocketDialect> webSocketDialects;
    private final BotDialect bots;
    private final List<Dialect> dialects;
    private final SystemdNotifier systemd;
    private final DrainDriver drain;
    private final ServerLifecycle lifecycle;
    private final ScheduledExecutorService housekeeping;
    private final Ports ports;
    private volatile ServerState state = new ServerState.Starting();
    private int port;
    private int botPort;
    private int operationsPort;

    private HoldfastServer(
            Config config,
            Authenticator authenticator,
            Opened opened,
            @Nullable String notifySocket) {
        this.store = opened.store();
        this.found = opened.found();
        int configured = config.server().eventLoops();
        int workers = configured > 0 ? configured : Runtime.getRuntime().availableProcessors();
        this.loops = new EventLoops(workers);
        this.core = new Core(
                config,
                authenticator,
                loops,
                metrics,
                new ConnectionLog(),
                RoomsDialect.presenceWriter(),
                store,
                new ServiceClock(found.clockMillis(), System.nanoTime()));
        this.webSocketDialects =
                List.of(new RoomsDialect(core, workers), new DeepstreamDialect(core, workers));
        this.bots = new BotDialect(core, loops.workers());
        this.dialects = new ArrayList<>(webSocketDialects);
        dialects.add(bots);
        this.lifecycle = new ServerLifecycle(this::stateChanged);
        this.systemd = SystemdNotifier.open(notifySocket, loops.control().eventLoop());
        this.drain = new DrainDriver(
                core,
                dialects,
                this::drainSettings,
                lifecycle,
                systemd,
                this::writeStore,
                loops.control().eventLoop());
        this.housekeeping = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("holdfast-housekeeping").daemon().factory());
        this.ports = new Ports(loops, core, housekeeping);
    }

    /**
     * Binds the ports and starts to serve.
     *
     * @param notifySocket where systemd wants to hear of it ({@code NOTIFY_SOCKET}), or null
     * @throws StartException when a port, a certificate or a key file cannot be used; nothing is left
     *     running
     */
    public static HoldfastServer start(Config config, @Nullable String notifySocket)
            throws StartException {
        Authenticator authenticator;
        try {
            authenticator = Authenticator.create(config.auth(), InstantSource.system());
        } catch (ConfigException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
        Opened opened = StoreOpening.open(config.store());
        HoldfastServer server = new HoldfastServer(config, authenticator, opened, notifySocket);
        try {
            server.open();
            return server;
        } catch (StartException | RuntimeException e) {
            server.giveBack();
            server.close();
            throw e;
        }
    }

    private void open() throws StartException {
        core.start();
        core.restore(found);
        restored = true;
        found = Image.EMPTY;
        Health health = new Health(core, () -> state);
        Newcomers newcomers = new Newcomers(core, webSocketDialects);
        port = ports.bindPublic(new PublicService(core, health, newcomers));
        botPort = ports.bindBots(new BotDoor(core, bots));
        operationsPort = ports.bindOperations(new OperationsService(health, metrics));
        dialects.forEach(Dialect::start);
        metrics.gauge(
                "holdfast.rooms",
                "Rooms, those that wait for clients to come back included.",
                () -> core.rooms().count());
        metrics.gauge(
                "holdfast.sessions",
                "Sessions, with a client or waiting.",
                () -> core.clients().sessions());
        metrics.gauge(
                "holdfast.history.bytes",
                "Bytes of messages kept for clients that come back.",
                () -> core.rooms().historyBytes());
        metrics.gauge(
                "holdfast.history.messages",
                "Messages kept for clients that come back.",
                () -> core.rooms().historyMessages());
        metrics.gauge(
                "holdfast.store.pending.bytes",
                "Bytes handed to the store and not committed yet.",
                store::pendingBytes);
        metrics.gauge(
                "holdfast.store.available",
                "1 while the store takes work, 0 while it is degraded.",
                () -> store.available() ? 1 : 0);
        housekeeping.scheduleWithFixedDelay(
                this::forget, HOUSEKEEPING_SECONDS, HOUSEKEEPING_SECONDS, TimeUnit.SECONDS);
        housekeeping.scheduleWithFixedDelay(
                this::expireSessions, SESSIONS_SECONDS, SESSIONS_SECONDS, TimeUnit.SECONDS);
        CompletableFuture.runAsync(lifecycle::started, loops.control()::execute).join();
        systemd.ready("serving on port " + port);
    }

    private void forget() {
        core.rateLimits().expire();
    }

    /** An exception must not end the schedule: sessions would never end again. */
    private void expireSessions() {
        try {
            core.clients().expire();
            core.clients().refreshTokens();
            core.lookAtStore();
        } catch (RuntimeException fault) {
            log.error(Event.INTERNAL_ERROR)
                    .cause(fault)
                    .write("sessions could not be looked after");
        }
    }

    /** What a snapshot held when it was consumed is there again for the next attempt to start. */
    private void giveBack() {
        if (restored && !store.durable()) {
            writeStore().join();
        }
    }

    /** Step 7 of the shutdown sequence: what the next start finds. */
    private CompletableFuture<Boolean> writeStore() {
        return core.rooms()
                .freeze()
                .thenApplyAsync(
                        streams -> {
                            try {
                                store.stop(new Image(
                                        core.clock().millis(System.nanoTime()),
                                        core.clients().records(),
                                        streams));
                                return true;
                            } catch (StoreException e) {
                                log.error(Event.STORE)
                                        .write("the store could not be written: " + e.getMessage());
                                return false;
                            }
                        },
                        housekeeping);
    }

    private DrainSettings drainSettings() {
        List<DialectDrain> timeouts = new ArrayList<>();
        for (Dialect dialect : dialects) {
            timeouts.add(new DialectDrain(
                    dialect.name().label(),
                    dialect.shutdownTimeout(),
                    dialect.reconnectSeconds(),
                    dialect.closeGrace()));
        }
        return new DrainSettings(
                core.config().drain().delay(),
                core.config().drain().ratePerSecond(),
                timeouts,
                core.config().drain().terminationGrace().orElse(null),
                Limits.STORE_RESERVE,
                Limits.HURRIED_GRACE);
    }

    private void stateChanged(ServerState from, ServerState to, String reason) {
        state = to;
        metrics.stateChanged(to.label());
        log.info(Event.STATE_CHANGED)
                .with("from", from.label())
                .with("to", to.label())
                .with("reason", reason)
                .write("server state changed");
    }

    /** The public port, also when 0 was asked for. */
    public int port() {
        return port;
    }

    /** The port for bots, also when 0 was asked for. */
    public int botPort() {
        return botPort;
    }

    /** The operations port, also when 0 was asked for. */
    public int operationsPort() {
        return operationsPort;
    }

    /** A SIGTERM or SIGINT: the first begins the shutdown sequence, the second hurries it. */
    public void signal(String name) {
        drain.signal(name);
    }

    /** Exports how many log events its output had to drop. */
    public void countDroppedEvents(LongSupplier dropped) {
        metrics.counter(
                "holdfast.log.events.dropped",
                "Log events lost because standard error was not read in time.",
                dropped);
    }

    /** Completed when the shutdown sequence has ended. */
    public CompletableFuture<DrainDriver.Outcome> outcome() {
        return drain.outcome();
    }

    /** Completed by a third signal. */
    public CompletableFuture<Void> halt() {
        return drain.halt();
    }

    /**
     * Takes over what may change while running from a newer configuration.
     *
     * @throws ConfigException when its key files cannot be used; nothing has changed then
     */
    public void reload(Config newer) throws ConfigException {
        core.reload(newer, Authenticator.create(newer.auth(), InstantSource.system()));
    }

    /** Closes listeners, connections, loops and timers. Safe to call more than once. */
    @Override
    public void close() {
        housekeeping.shutdownNow();
        ports.close();
        loops.close();
        store.close();
    }
}
