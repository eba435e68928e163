package io.holdfast.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/** A bound address, whatever is spoken there: it counts its sockets and gives each to its owner. */
final class Acceptor implements AutoCloseable {
    /** Connections that the kernel completes before we accept them; the system caps it further. */
    private static final int BACKLOG = 4096;
    /** Bytes waiting in a connection above which we stop reading from it, below which we go on. */
    private static final WriteBufferWaterMark WATER_MARKS =
            new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    private final Channel channel;

    private Acceptor(Channel channel) {
        this.channel = channel;
    }

    /**
     * Binds and starts to accept.
     *
     * @param children the loops on which connections live
     * @param options sets the socket options that are not the same for everybody
     * @param maxSockets is asked for each new connection; those above it are closed unheard
     * @param start puts handlers into a new connection's pipeline; on its loop
     * @throws IOException when the address cannot be bound; its message is the system's reason
     */
    static Acceptor bind(
            EventLoops loops,
            EventLoopGroup children,
            InetSocketAddress address,
            Consumer<ServerBootstrap> options,
            IntSupplier maxSockets,
            Consumer<SocketChannel> start,
            FrontWatch watch)
            throws IOException {
        AtomicInteger open = new AtomicInteger();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.controlGroup(), children)
                .channel(EventLoops.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel child) {
                        if (open.incrementAndGet() > maxSockets.getAsInt()) {
                            watch.trouble(FrontWatch.Trouble.TOO_MANY_SOCKETS);
                            open.decrementAndGet();
                            child.close();
                            return;
                        }
                        child.closeFuture().addListener(closed -> open.decrementAndGet());
                        start.accept(child);
                    }
                });
        bootstrap.handler(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object accepted) {
                // Before it goes to its loop, where others may overtake it.
                Wire.number((Channel) accepted);
                context.fireChannelRead(accepted);
            }
        });
        options.accept(bootstrap);
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw cause instanceof IOException io ? io : new IOException(cause.getMessage(), cause);
        }
        return new Acceptor(bound.channel());
    }

    /** The server's side of TLS for one connection, which ends if the handshake takes too long. */
    static SslHandler tls(SslContext context, SocketChannel child, Duration handshakeTimeout) {
        SslHandler handler = context.newHandler(child.alloc());
        handler.setHandshakeTimeoutMillis(handshakeTimeout.toMillis());
        return handler;
    }

    /** The port that was bound, also when 0 was asked for. */
    int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /** Stops accepting; connections stay. */
    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
    }
}
