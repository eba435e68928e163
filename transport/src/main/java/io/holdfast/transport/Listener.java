package io.holdfast.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A bound address that accepts HTTP and WebSocket connections. */
public final class Listener implements AutoCloseable {
    /** Connections that the kernel completes before we accept them; the system caps it further. */
    private static final int BACKLOG = 4096;
    /** Bytes waiting in a connection's transport above which we stop reading from it, and below which we go on. */
    private static final WriteBufferWaterMark WATER_MARKS =
            new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    private final Channel channel;

    private Listener(Channel channel) {
        this.channel = channel;
    }

    /**
     * Binds and starts to accept.
     *
     * @param onControlLoop whether connections live on the control loop (operations) or the workers
     * @param currentSettings is asked for each new connection, so that limits can change
     * @param tls gives the context for each new connection, so that certificates can change; null for
     *     plain text
     * @param watch hears of connections that come to nothing
     * @throws IOException when the address cannot be bound; its message is the system's reason
     */
    public static Listener bind(
            EventLoops loops,
            InetSocketAddress address,
            boolean onControlLoop,
            HttpService service,
            Supplier<ListenerSettings> currentSettings,
            @Nullable Supplier<SslContext> tls,
            FrontWatch watch)
            throws IOException {
        EventLoopGroup children = onControlLoop ? loops.controlGroup() : loops.workerGroup();
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
                        ListenerSettings settings = currentSettings.get();
                        if (open.incrementAndGet() > settings.maxSockets()) {
                            watch.trouble(FrontWatch.Trouble.TOO_MANY_SOCKETS);
                            open.decrementAndGet();
                            child.close();
                            return;
                        }
                        child.closeFuture().addListener(closed -> open.decrementAndGet());
                        start(child, loops.of(child.eventLoop()), service, settings, tls, watch);
                    }
                });
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw cause instanceof IOException io ? io : new IOException(cause.getMessage(), cause);
        }
        return new Listener(bound.channel());
    }

    private static void start(
            SocketChannel child,
            LoopContext loop,
            HttpService service,
            ListenerSettings settings,
            @Nullable Supplier<SslContext> tls,
            FrontWatch watch) {
        ChannelPipeline pipeline = child.pipeline();
        if (tls != null) {
            SslHandler handler = tls.get().newHandler(child.alloc());
            handler.setHandshakeTimeoutMillis(settings.handshakeTimeout().toMillis());
            pipeline.addLast(handler);
        }
        HttpDecoderConfig codec = new HttpDecoderConfig()
                .setMaxInitialLineLength(RequestGuard.MAX_REQUEST_LINE)
                .setMaxHeaderSize(settings.maxHeaderBytes());
        pipeline.addLast(
                new RequestGuardHandler(
                        new RequestGuard(settings.maxHeaderBytes(), settings.maxHeaders())),
                new HttpServerCodec(codec),
                new HttpFront(loop, service, settings, watch));
    }

    /** The port that was bound, also when 0 was asked for. */
    public int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /** Stops accepting; connections stay. */
    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
    }
}
