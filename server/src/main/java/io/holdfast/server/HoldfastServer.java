package io.holdfast.server;

import io.holdfast.protocol.Limits;
import io.holdfast.protocol.drain.DialectDrain;
import io.holdfast.protocol.drain.DrainSettings;
import io.holdfast.protocol.lifecycle.ServerLifecycle;
import io.holdfast.protocol.lifecycle.ServerState;
import io.holdfast.protocol.time.ServiceClock;
import io.holdfast.protocol.websocket.FrameLimits;
import io.holdfast.server.auth.Authenticator;
import io.holdfast.server.config.Config;
import io.holdfast.server.config.ConfigException;
import io.holdfast.server.config.LimitsSettings;
import io.holdfast.server.config.TlsSettings;
import io.holdfast.server.connection.ConnectionLog;
import io.holdfast.server.connection.Core;
import io.holdfast.server.connection.Dialect;
import io.holdfast.server.connection.Newcomers;
import io.holdfast.server.dialect.deepstream.DeepstreamDialect;
import io.holdfast.server.dialect.rooms.RoomsDialect;
import io.holdfast.server.drain.DrainDriver;
import io.holdfast.server.http.Health;
import io.holdfast.server.http.OperationsService;
import io.holdfast.server.http.PublicService;
import io.holdfast.server.log.Event;
import io.holdfast.server.log.EventLog;
import io.holdfast.server.metrics.FrontCounts;
import io.holdfast.server.metrics.Metrics;
import io.holdfast.server.systemd.SystemdNotifier;
import io.holdfast.store.Image;
import io.holdfast.store.Opened;
import io.holdfast.store.Store;
import io.holdfast.store.StoreException;
import io.holdfast.transport.EventLoops;
import io.holdfast.transport.HttpService;
import io.holdfast.transport.Listener;
import io.holdfast.transport.ListenerSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
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
    /** Sockets for plain HTTP beside the connections: health must be answered when all are taken. */
    private static final int SOCKETS_FOR_HTTP = 1_000;
    /** Ports below it are for privileged processes on most systems. */
    private static final int FIRST_FREE_PORT = 1_024;

    private final Config config;
    private final EventLog log = new EventLog(HoldfastServer.class);
    private final EventLoops loops;
    private final Metrics metrics = new Metrics(System::nanoTime);
    private final Store store;
    private Image found;
    private boolean restored;
    private final Core core;
    private final List<Dialect> dialects;
    private final SystemdNotifier systemd;
    private final DrainDriver drain;
    private final ServerLifecycle lifecycle;
    private final ScheduledExecutorService housekeeping;
    private final List<Listener> listeners = new ArrayList<>();
    private volatile ServerState state = new ServerState.Starting();
    private int port;
    private int operationsPort;

    private HoldfastServer(
            Config config,
            Authenticator authenticator,
            Opened opened,
            @Nullable String notifySocket) {
        this.config = config;
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
        this.dialects =
                List.of(new RoomsDialect(core, workers), new DeepstreamDialect(core, workers));
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
        Newcomers newcomers = new Newcomers(core, dialects);
        port = bind(
                new PublicService(core, health, newcomers),
                config.server().host(),
                config.server().port(),
                config.server().tls(),
                false,
                "server.port");
        operationsPort = bind(
                new OperationsService(health, metrics),
                config.server().operationsHost(),
                config.server().operationsPort(),
                config.server().operationsTls(),
                true,
                "server.operations_port");
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

    private int bind(
            HttpService service,
            String host,
            int wanted,
            TlsSettings tls,
            boolean operations,
            String key)
            throws StartException {
        @Nullable Certificates certificates = tls.enabled() ? Certificates.of(tls) : null;
        if (certificates != null) {
            housekeeping.scheduleWithFixedDelay(
                    certificates::reloadIfChanged,
                    HOUSEKEEPING_SECONDS,
                    HOUSEKEEPING_SECONDS,
                    TimeUnit.SECONDS);
        }
        InetSocketAddress address = new InetSocketAddress(host, wanted);
        if (address.isUnresolved()) {
            throw new StartException("cannot listen on " + host + ": the name does not resolve; "
                    + "give an address of this machine, or 0.0.0.0 for all");
        }
        try {
            Listener listener = Listener.bind(
                    loops,
                    address,
                    operations,
                    service,
                    this::listenerSettings,
                    certificates == null ? null : certificates::current,
                    new FrontCounts(metrics));
            listeners.add(listener);
            return listener.port();
        } catch (IOException e) {
            throw new StartException(
                    "cannot listen on " + host + ":" + wanted + " (" + e.getMessage() + "): "
                            + whatToDo(address, key),
                    e);
        }
    }

    private static String whatToDo(InetSocketAddress address, String key) {
        InetAddress host = address.getAddress();
        try {
            boolean ours = host.isAnyLocalAddress()
                    || host.isLoopbackAddress()
                    || NetworkInterface.getByInetAddress(host) != null;
            if (!ours) {
                return "give an address of this machine, or 0.0.0.0 for all";
            }
        } catch (SocketException unknown) {
            // Then the port is the better guess.
        }
        String port =
                "stop what uses the port, or choose another with " + key + " (0 picks a free one)";
        boolean privileged = address.getPort() > 0 && address.getPort() < FIRST_FREE_PORT;
        return privileged ? port + "; ports below 1024 may need CAP_NET_BIND_SERVICE" : port;
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

    private ListenerSettings listenerSettings() {
        Config current = core.config();
        LimitsSettings limits = current.limits();
        return new ListenerSettings(
                limits.handshakeTimeout(),
                current.server().keepAliveTimeout(),
                limits.maxHeaderBytes(),
                limits.maxHeaders(),
                limits.maxConnections() + SOCKETS_FOR_HTTP,
                new FrameLimits(limits.messageBytes(), limits.maxFragments()),
                current.server().compression());
    }

    private DrainSettings drainSettings() {
        List<DialectDrain> timeouts = new ArrayList<>();
        for (Dialect dialect : dialects) {
            timeouts.add(new DialectDrain(
                    dialect.name().label(),
                    dialect.shutdownTimeout(),
                    dialect.reconnectSeconds(),
                    Limits.CLOSE_GRACE));
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
        listeners.forEach(Listener::close);
        listeners.clear();
        loops.close();
        store.close();
    }
}
