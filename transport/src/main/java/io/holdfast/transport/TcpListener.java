package io.holdfast.transport;

import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A bound address that accepts TCP connections which speak lines or length-prefixed frames.
 *
 * <p>A connection's pipeline, from the socket: {@link Lingering}; {@link ProxyFront} until a
 * trusted proxy's header is read; TLS if there is any, with {@link TlsFront} until its handshake is
 * done; then {@link TcpWire}.
 */
public final class TcpListener implements AutoCloseable {
    private final EventLoops loops;
    private final TcpEndpoint endpoint;
    private final @Nullable Supplier<SslContext> tls;
    private final FrontWatch watch;
    private final Acceptor acceptor;

    private TcpListener(
            EventLoops loops,
            InetSocketAddress address,
            TcpEndpoint endpoint,
            Supplier<TcpSettings> settings,
            @Nullable Supplier<SslContext> tls,
            FrontWatch watch)
            throws IOException {
        this.loops = loops;
        this.endpoint = endpoint;
        this.tls = tls;
        this.watch = watch;
        this.acceptor = Acceptor.bind(
                loops,
                loops.workerGroup(),
                address,
                TcpOptions::set,
                () -> settings.get().maxSockets(),
                child -> start(child, settings.get()),
                watch);
    }

    /**
     * Binds and starts to accept.
     *
     * @param settings is asked for each new connection, so that limits can change
     * @param tls gives the context for each new connection, so that certificates can change; null
     *     for plain text
     * @param watch hears of connections that come to nothing
     * @throws IOException when the address cannot be bound; its message is the system's reason
     */
    public static TcpListener bind(
            EventLoops loops,
            InetSocketAddress address,
            TcpEndpoint endpoint,
            Supplier<TcpSettings> settings,
            @Nullable Supplier<SslContext> tls,
            FrontWatch watch)
            throws IOException {
        return new TcpListener(loops, address, endpoint, settings, tls, watch);
    }

    private void start(SocketChannel child, TcpSettings settings) {
        InetSocketAddress peer = child.remoteAddress();
        if (peer == null) {
            child.close(); // gone already
            return;
        }
        child.pipeline().addLast(loops.of(child.eventLoop()).lingering());
        if (settings.trustedProxy().test(peer.getAddress())) {
            child.pipeline()
                    .addLast(new ProxyFront(
                            loops.of(child.eventLoop()),
                            settings.headerTimeout(),
                            relayed -> secure(child, relayed == null ? peer : relayed, settings),
                            watch));
        } else {
            secure(child, peer, settings);
        }
    }

    private void secure(SocketChannel child, InetSocketAddress client, TcpSettings settings) {
        if (tls == null) {
            open(child, client, settings);
        } else {
            child.pipeline()
                    .addLast(
                            Acceptor.tls(tls.get(), child, settings.headerTimeout()),
                            new TlsFront(() -> open(child, client, settings), watch));
        }
    }

    private void open(SocketChannel child, InetSocketAddress client, TcpSettings settings) {
        LoopContext loop = loops.of(child.eventLoop());
        WireHandler handler = endpoint.open(client, loop);
        TcpWire wire = new TcpWire(loop, handler, settings.maxMessageBytes());
        child.pipeline().addLast(wire);
        handler.opened(wire);
    }

    /** The port that was bound, also when 0 was asked for. */
    public int port() {
        return acceptor.port();
    }

    /** Stops accepting; connections stay. */
    @Override
    public void close() {
        acceptor.close();
    }
}
