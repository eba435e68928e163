package io.holdfast.transport;

import io.holdfast.protocol.websocket.ClientHandshake;
import io.holdfast.protocol.websocket.FrameLimits;
import io.holdfast.transport.ConnectFailure.Kind;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.NetUtil;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One try to connect: name, TCP, TLS and the opening handshake, all within one timeout. It ends in
 * exactly one of: the handler's {@link WireHandler#opened}, a {@link ConnectFailure}, or
 * {@link #cancel}.
 *
 * <p>Threads: everything happens on the loop, and is to be called there; only names are looked up
 * on a virtual thread, because the JDK blocks for that.
 */
public final class ClientConnector {
    private static final WriteBufferWaterMark WATER_MARKS =
            new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    /** What to do with a connection once TCP and TLS stand. */
    private interface Ready {
        void on(ChannelHandlerContext context);
    }

    private final ClientLoop loop;
    private final ClientTarget target;
    private final Consumer<ConnectFailure> failed;
    private final long deadlineNanos;
    private final Runnable stopTimeout;
    private List<InetAddress> addresses = List.of();
    private @Nullable Channel channel;
    /** For the message of a timeout. */
    private String doing = "looking up the name";

    private boolean over;

    private ClientConnector(
            ClientLoop loop,
            ClientTarget target,
            Duration timeout,
            Consumer<ConnectFailure> failed) {
        this.loop = loop;
        this.target = target;
        this.failed = failed;
        this.deadlineNanos = System.nanoTime() + timeout.toNanos();
        this.stopTimeout = loop.after(
                timeout.toNanos(),
                () -> fail(
                        Kind.TIMEOUT,
                        "no connection to " + where() + " within " + timeout.toMillis()
                                + " ms: still " + doing,
                        null));
    }

    /**
     * Opens a WebSocket.
     *
     * @param limits of what the server may send
     */
    public static ClientConnector connect(
            ClientLoop loop,
            ClientTarget.WebSocket target,
            Duration timeout,
            FrameLimits limits,
            ClientHandler handler,
            Consumer<ConnectFailure> failed) {
        ClientConnector connector = new ClientConnector(loop, target, timeout, failed);
        connector.start(context -> connector.upgrade(context, target, limits, handler));
        return connector;
    }

    /**
     * Opens a connection that speaks lines, until both sides have agreed on frames.
     *
     * @param maxMessageBytes of what the server may send
     */
    public static ClientConnector connect(
            ClientLoop loop,
            ClientTarget.Tcp target,
            Duration timeout,
            int maxMessageBytes,
            WireHandler handler,
            Consumer<ConnectFailure> failed) {
        ClientConnector connector = new ClientConnector(loop, target, timeout, failed);
        connector.start(waiting -> {
            connector.end();
            TcpWire wire = new TcpWire(loop.context(), handler, maxMessageBytes);
            waiting.pipeline().replace(waiting.handler(), null, wire);
            handler.opened(wire);
        });
        return connector;
    }

    /** Asks an HTTP address, a health check's. Redirects are not followed. */
    public static ClientConnector get(
            ClientLoop loop,
            ClientTarget.Http target,
            Duration timeout,
            Consumer<HttpAnswer> answered,
            Consumer<ConnectFailure> failed) {
        ClientConnector connector = new ClientConnector(loop, target, timeout, failed);
        connector.start(context -> connector.ask(context, target, answered));
        return connector;
    }

    /** Gives up; nobody is told anything any more. Harmless when it is over already. */
    public void cancel() {
        if (!over) {
            end();
            closeChannel();
        }
    }

    private void start(Ready ready) {
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(target.host());
        if (literal != null) {
            try {
                resolved(List.of(InetAddress.getByAddress(literal)), ready);
                return;
            } catch (UnknownHostException impossible) {
                throw new AssertionError(impossible);
            }
        }
        Thread.ofVirtual().name("holdfast-resolve").start(() -> {
            try {
                List<InetAddress> found = List.of(InetAddress.getAllByName(target.host()));
                loop.context().execute(() -> resolved(found, ready));
            } catch (UnknownHostException unknown) {
                loop.context()
                        .execute(() -> fail(
                                Kind.UNREACHABLE,
                                "no address is known for the host " + target.host(),
                                unknown));
            }
        });
    }

    private void resolved(List<InetAddress> found, Ready ready) {
        if (!over) {
            addresses = found;
            tryAddress(0, ready);
        }
    }

    /** One address after the other; each gets its share of the time that is left. */
    private void tryAddress(int index, Ready ready) {
        doing = "connecting";
        long left = Math.max(1_000_000, deadlineNanos - System.nanoTime());
        long share = left / (addresses.size() - index);
        ChannelFuture connecting = new Bootstrap()
                .group(loop.context().eventLoop())
                .channel(ClientLoop.channelType())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) (share / 1_000_000) + 1)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel created) {
                        created.pipeline().addLast(new Waiting());
                    }
                })
                .connect(new InetSocketAddress(addresses.get(index), target.port()));
        channel = connecting.channel();
        connecting.addListener(done -> {
            if (over) {
                connecting.channel().close();
            } else if (done.isSuccess()) {
                connected(connecting.channel(), ready);
            } else if (index + 1 < addresses.size()) {
                tryAddress(index + 1, ready);
            } else {
                notConnected(done.cause());
            }
        });
    }

    private void notConnected(@Nullable Throwable cause) {
        switch (cause) {
            // A ConnectException, too: first.
            case ConnectTimeoutException late ->
                fail(Kind.TIMEOUT, "nobody answered at " + where() + " in time", late);
            case ConnectException refused ->
                fail(
                        Kind.REFUSED,
                        "the connection to " + where() + " was refused: nobody listens there;"
                                + " start the server, or check the host and the port",
                        refused);
            case NoRouteToHostException away ->
                fail(
                        Kind.UNREACHABLE,
                        "no way leads to " + where() + "; check the network, the host and the port",
                        away);
            case null, default ->
                fail(
                        Kind.UNREACHABLE,
                        "cannot connect to " + where() + ": " + message(cause),
                        cause);
        }
    }

    private void connected(Channel open, Ready ready) {
        ChannelHandlerContext waiting = open.pipeline().context(Waiting.class);
        if (target.tls() == null) {
            doing = "waiting for the answer to the handshake";
            ready.on(waiting);
            return;
        }
        doing = "waiting for TLS";
        ClientTls.start(open, target.tls(), target.host(), target.port(), done -> {
            if (over) {
                open.close();
            } else if (done == null) {
                doing = "waiting for the answer to the handshake";
                ready.on(waiting);
            } else {
                fail(Kind.TLS, "TLS with " + where() + " failed: " + message(done), done);
            }
        });
    }

    private void upgrade(
            ChannelHandlerContext waiting,
            ClientTarget.WebSocket target,
            FrameLimits limits,
            ClientHandler handler) {
        var handshake = new ClientHandshake(
                loop.keys().bytes(ClientHandshake.KEY_BYTES),
                target.subprotocols(),
                target.offerDeflate());
        byte[] request =
                handshake.request(target.hostHeader(), target.pathAndQuery(), target.headers());
        read(waiting, request, (context, head, rest) -> {
            switch (handshake.judge(head, 0, head.length)) {
                case ClientHandshake.Opened opened -> {
                    end();
                    WebSocketWire wire = new WebSocketWire(
                            loop.context(), handler, limits, opened.deflate(), loop.keys());
                    context.pipeline().replace(context.handler(), null, wire);
                    handler.agreed(opened.subprotocol());
                    handler.opened(wire);
                    // To the wire: Netty links a replaced handler's context to its successor.
                    context.fireChannelRead(rest);
                }
                case ClientHandshake.Refused refused -> {
                    rest.release();
                    fail(refusal(refused));
                }
                case ClientHandshake.Broken broken -> {
                    rest.release();
                    fail(Kind.HANDSHAKE, broken.reason(), null);
                }
            }
        });
    }

    private void ask(
            ChannelHandlerContext waiting,
            ClientTarget.Http target,
            Consumer<HttpAnswer> answered) {
        byte[] request = ("GET " + target.pathAndQuery() + " HTTP/1.1\r\nHost: "
                        + target.hostHeader() + "\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        AnswerReader.ask(waiting, request, new AnswerReader.Listener() {
            @Override
            public void answered(HttpAnswer answer) {
                if (!over) {
                    end();
                    closeChannel();
                    answered.accept(answer);
                }
            }

            @Override
            public void broken(String reason, @Nullable Throwable cause) {
                fail(Kind.HANDSHAKE, reason, cause);
            }
        });
    }

    private interface HeadTaker {
        void take(ChannelHandlerContext context, byte[] head, ByteBuf rest);
    }

    private void read(ChannelHandlerContext waiting, byte[] request, HeadTaker taker) {
        HeadReader.Listener listener = new HeadReader.Listener() {
            @Override
            public void head(ChannelHandlerContext context, byte[] head, ByteBuf rest) {
                if (over) {
                    rest.release();
                } else {
                    taker.take(context, head, rest);
                }
            }

            @Override
            public void broken(String reason, @Nullable Throwable cause) {
                fail(Kind.HANDSHAKE, reason, cause);
            }
        };
        waiting.pipeline().replace(waiting.handler(), null, new HeadReader(request, listener));
    }

    private ConnectFailure refusal(ClientHandshake.Refused refused) {
        int status = refused.status();
        boolean credentials = status == 401 || status == 403;
        String location = refused.location();
        String hint = status >= 300 && status <= 399
                ? "; redirects are not followed, use the address "
                        + (location == null ? "that it leads to" : location.split("[?#]", 2)[0])
                : credentials ? "; check the token" : "";
        return new ConnectFailure(
                credentials ? Kind.UNAUTHORISED : Kind.HANDSHAKE,
                "the server answered the handshake with HTTP " + status + hint,
                status,
                refused.retryAfter(),
                null);
    }

    private void fail(Kind kind, String message, @Nullable Throwable cause) {
        fail(ConnectFailure.of(kind, message, cause));
    }

    private void fail(ConnectFailure failure) {
        if (!over) {
            end();
            closeChannel();
            failed.accept(failure);
        }
    }

    private void end() {
        over = true;
        stopTimeout.run();
    }

    private void closeChannel() {
        if (channel != null) {
            channel.close();
        }
    }

    private String where() {
        return target.host() + ":" + target.port();
    }

    private static String message(@Nullable Throwable cause) {
        String message = cause == null ? null : cause.getMessage();
        return message == null ? String.valueOf(cause) : message;
    }

    /** Holds the place of the real handler until TCP and TLS stand. */
    private static final class Waiting extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // Whoever waits is told by the connect's or the TLS handshake's future.
            context.close();
        }
    }
}
