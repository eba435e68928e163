package io.holdfast.server;

import io.holdfast.protocol.Limits;
import io.holdfast.protocol.drain.DialectDrain;
import io.holdfast.protocol.drain.DrainSettings;
import io.holdfast.protocol.lifecycle.ServerLifecycle;
import io.holdfast.protocol.lifecycle.ServerState;
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
    /** Seconds between two looks at files and expired sessions. */
    private static final long HOUSEKEEPING_SECONDS = 5;
    /** Sockets for plain HTTP beside the connections: health must be answered when all are taken. */
    private static final int SOCKETS_FOR_HTTP = 1_000;
    /** Ports below it are for privileged processes on most systems. */
    private static final int FIRST_FREE_PORT = 1_024;

    private final Config config;
    private final EventLog log = new EventLog(HoldfastServer.class);
    private final EventLoops loops;
    private final Metrics metrics = new Metrics(System::nanoTime);
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
            Config config, Authenticator authenticator, @Nullable String notifySocket) {
        this.config = config;
        int configured = config.server().eventLoops();
        int workers = configured > 0 ? configured : Runtime.getRuntime().availableProcessors();
        this.loops = new EventLoops(workers);
        this.core = new Core(
                config,
                authenticator,
                loops,
                metrics,
                new ConnectionLog(),
                RoomsDialect.presenceWriter());
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
        HoldfastServer server;
        try {
            server = new HoldfastServer(
                    config,
                    Authenticator.create(config.auth(), InstantSource.system()),
                    notifySocket);
        } catch (ConfigException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
        try {
            server.open();
            return server;
        } catch (StartException e) {
            server.close();
            throw e;
        }
    }

    private void open() throws StartException {
        core.start();
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
                "holdfast.rooms", "Rooms with a subscriber.", () -> core.rooms().count());
        metrics.gauge(
                "holdfast.sessions",
                "Sessions, with a client or waiting.",
                () -> core.clients().sessions());
        housekeeping.scheduleWithFixedDelay(
                this::forget, HOUSEKEEPING_SECONDS, HOUSEKEEPING_SECONDS, TimeUnit.SECONDS);
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
        core.clients().expire();
        core.rateLimits().expire();
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
    }
}
