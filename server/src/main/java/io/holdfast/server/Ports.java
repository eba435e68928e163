package io.holdfast.server;

import io.holdfast.protocol.websocket.FrameLimits;
import io.holdfast.server.config.BotSettings;
import io.holdfast.server.config.Config;
import io.holdfast.server.config.LimitsSettings;
import io.holdfast.server.config.ServerSettings;
import io.holdfast.server.config.TlsSettings;
import io.holdfast.server.connection.Core;
import io.holdfast.server.metrics.FrontCounts;
import io.holdfast.transport.EventLoops;
import io.holdfast.transport.FrontWatch;
import io.holdfast.transport.HttpService;
import io.holdfast.transport.Listener;
import io.holdfast.transport.ListenerSettings;
import io.holdfast.transport.TcpEndpoint;
import io.holdfast.transport.TcpListener;
import io.holdfast.transport.TcpSettings;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The ports on which the server listens. Bound one after the other, by one thread. */
final class Ports implements AutoCloseable {
    /** Seconds between two looks whether a certificate has changed. */
    private static final long CERTIFICATES_SECONDS = 5;
    /** Sockets for plain HTTP beside the connections: health must be answered when all are taken. */
    private static final int SOCKETS_FOR_HTTP = 1_000;
    /** Sockets of bots that are told why they cannot stay, and those that show their token yet. */
    private static final int SOCKETS_FOR_REFUSED_BOTS = 1_000;
    /** Ports below it are for privileged processes on most systems. */
    private static final int FIRST_FREE_PORT = 1_024;

    private final EventLoops loops;
    private final Core core;
    private final ScheduledExecutorService housekeeping;
    private final FrontWatch watch;
    private final List<AutoCloseable> listeners = new ArrayList<>();

    Ports(EventLoops loops, Core core, ScheduledExecutorService housekeeping) {
        this.loops = loops;
        this.core = core;
        this.housekeeping = housekeeping;
        this.watch = new FrontCounts(core.metrics());
    }

    /** Binds the port of HTTP and WebSockets, and says which it is. */
    int bindPublic(HttpService service) throws StartException {
        ServerSettings server = core.config().server();
        return bind(server.host(), server.port(), "server.port", server.tls(), (address, tls) -> {
            Listener bound =
                    Listener.bind(loops, address, false, service, this::httpSettings, tls, watch);
            listeners.add(bound);
            return bound.port();
        });
    }

    /** The same for health, metrics and administration. */
    int bindOperations(HttpService service) throws StartException {
        ServerSettings server = core.config().server();
        return bind(
                server.operationsHost(),
                server.operationsPort(),
                "server.operations_port",
                server.operationsTls(),
                (address, tls) -> {
                    Listener bound = Listener.bind(
                            loops, address, true, service, this::httpSettings, tls, watch);
                    listeners.add(bound);
                    return bound.port();
                });
    }

    /** The same for bots. */
    int bindBots(TcpEndpoint endpoint) throws StartException {
        BotSettings bot = core.config().bot();
        return bind(bot.host(), bot.port(), "bot.port", bot.tls(), (address, tls) -> {
            TcpListener bound =
                    TcpListener.bind(loops, address, endpoint, this::tcpSettings, tls, watch);
            listeners.add(bound);
            return bound.port();
        });
    }

    @FunctionalInterface
    private interface Binding {
        int bind(InetSocketAddress address, @Nullable Supplier<SslContext> tls) throws IOException;
    }

    private int bind(String host, int wanted, String key, TlsSettings tls, Binding binding)
            throws StartException {
        @Nullable Certificates certificates = tls.enabled() ? Certificates.of(tls) : null;
        if (certificates != null) {
            housekeeping.scheduleWithFixedDelay(
                    certificates::reloadIfChanged,
                    CERTIFICATES_SECONDS,
                    CERTIFICATES_SECONDS,
                    TimeUnit.SECONDS);
        }
        InetSocketAddress address = new InetSocketAddress(host, wanted);
        if (address.isUnresolved()) {
            throw new StartException("cannot listen on " + host + ": the name does not resolve; "
                    + "give an address of this machine, or 0.0.0.0 for all");
        }
        try {
            return binding.bind(address, certificates == null ? null : certificates::current);
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

    private ListenerSettings httpSettings() {
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

    private TcpSettings tcpSettings() {
        LimitsSettings limits = core.config().limits();
        return new TcpSettings(
                limits.botMaxConnections() + SOCKETS_FOR_REFUSED_BOTS,
                limits.messageBytes(),
                limits.handshakeTimeout(),
                core.gate().addresses()::isTrusted);
    }

    /** Stops accepting; connections stay. */
    @Override
    public void close() {
        for (AutoCloseable listener : listeners) {
            try {
                listener.close();
            } catch (Exception e) {
                throw new IllegalStateException("a port could not be closed", e);
            }
        }
        listeners.clear();
    }
}
