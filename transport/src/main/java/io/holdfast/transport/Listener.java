package io.holdfast.transport;

import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A bound address that accepts HTTP and WebSocket connections. */
public final class Listener implements AutoCloseable {
    private final Acceptor acceptor;

    private Listener(Acceptor acceptor) {
        this.acceptor = acceptor;
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
        return new Listener(Acceptor.bind(
                loops,
                children,
                address,
                options -> {},
                () -> currentSettings.get().maxSockets(),
                child -> start(
                        child,
                        loops.of(child.eventLoop()),
                        service,
                        currentSettings.get(),
                        tls,
                        watch),
                watch));
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
            pipeline.addLast(Acceptor.tls(tls.get(), child, settings.handshakeTimeout()));
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
        return acceptor.port();
    }

    /** Stops accepting; connections stay. */
    @Override
    public void close() {
        acceptor.close();
    }
}
