package io.holdfast.transport;

import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_LENGTH;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_TYPE;
import static io.netty.handler.codec.http.HttpHeaderNames.TRANSFER_ENCODING;

import io.holdfast.protocol.websocket.OpeningHandshake;
import io.holdfast.protocol.websocket.PerMessageDeflate;
import io.holdfast.transport.FrontWatch.Trouble;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A connection's life before its upgrade: plain requests are answered, a WebSocket handshake turns
 * the pipeline into a single {@link WebSocketWire}. Head and keep-alive timeouts run here.
 */
final class HttpFront extends ChannelInboundHandlerAdapter {
    private final LoopContext loop;
    private final HttpService service;
    private final ListenerSettings settings;
    private final FrontWatch watch;
    private @Nullable Future<?> timeout;
    private @Nullable HttpRequest request;
    private boolean bytesAfterHandshake;
    private boolean closing;

    HttpFront(LoopContext loop, HttpService service, ListenerSettings settings, FrontWatch watch) {
        this.loop = loop;
        this.service = service;
        this.settings = settings;
        this.watch = watch;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        expectHeadWithin(context);
    }

    /** A head has begun or is expected: it must be whole in time, however slowly it drips. */
    void expectHeadWithin(ChannelHandlerContext context) {
        if (closing) {
            return;
        }
        long nanos = settings.handshakeTimeout().toNanos();
        startTimeout(nanos, () -> {
            watch.trouble(Trouble.HANDSHAKE_TIMEOUT);
            // The codec makes a bad request of the half that came; it is counted already.
            closing = true;
            context.close();
        });
    }

    private void startTimeout(long nanos, Runnable whenOver) {
        stopTimeout();
        timeout = loop.eventLoop().schedule(whenOver, nanos, TimeUnit.NANOSECONDS);
    }

    private void stopTimeout() {
        if (timeout != null) {
            timeout.cancel(false);
            timeout = null;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (closing) {
                return;
            }
            if (message instanceof ByteBuf) {
                // Sent behind a handshake without waiting for its answer (RFC 6455 section 4.1).
                bytesAfterHandshake = true;
                return;
            }
            if (message instanceof HttpRequest head) {
                HttpReply refusal = refusal(head);
                if (refusal != null) {
                    // Now, and not when its body has come: that may be never.
                    stopTimeout();
                    watch.trouble(Trouble.BAD_REQUEST);
                    reply(context, head, refusal, true);
                    return;
                }
                request = head;
            }
            // The codec gives a request in two parts; acting on the second leaves nothing behind.
            if (message instanceof LastHttpContent && request != null) {
                HttpRequest whole = request;
                request = null;
                stopTimeout();
                serve(context, whole);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void serve(ChannelHandlerContext context, HttpRequest request) {
        if (!(context.channel().remoteAddress() instanceof InetSocketAddress remote)) {
            context.close();
            return;
        }
        RequestHead head =
                RequestHead.of(request.method().name(), request.uri(), request.headers(), remote);
        WebSocketEndpoint endpoint = service.endpoint(head);
        if (endpoint == null) {
            reply(context, request, service.reply(head), !HttpUtil.isKeepAlive(request));
            return;
        }
        switch (OpeningHandshake.validate(head.method(), head::headerValues)) {
            case OpeningHandshake.Accepted accepted -> upgrade(context, head, endpoint, accepted);
            case OpeningHandshake.NotRequested notRequested -> {
                watch.trouble(Trouble.BAD_REQUEST);
                reply(
                        context,
                        request,
                        HttpReply.text(426, "this address speaks WebSocket: connect with ws://")
                                .with("Upgrade", "websocket"),
                        true);
            }
            case OpeningHandshake.Refused refused -> {
                watch.trouble(Trouble.BAD_REQUEST);
                HttpReply reply = HttpReply.text(refused.status(), refused.reason());
                reply(context, request, reply.with(refused.headers()), true);
            }
        }
    }

    private static @Nullable HttpReply refusal(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return HttpReply.text(400, "the request could not be read as HTTP/1.1");
        }
        if (request.headers().contains(TRANSFER_ENCODING)) {
            return HttpReply.text(
                    400, "Transfer-Encoding is not accepted: no request here has a body");
        }
        String length = request.headers().get(CONTENT_LENGTH);
        if (length != null && !"0".equals(length)) {
            return HttpReply.text(400, "no request here has a body: leave Content-Length out");
        }
        if (HttpVersion.HTTP_1_1.equals(request.protocolVersion())
                && request.headers().getAll("host").size() != 1) {
            return HttpReply.text(400, "an HTTP/1.1 request must have exactly one Host header");
        }
        return null;
    }

    private void upgrade(
            ChannelHandlerContext context,
            RequestHead head,
            WebSocketEndpoint endpoint,
            OpeningHandshake.Accepted handshake) {
        ChannelPipeline pipeline = context.pipeline();
        pipeline.remove(RequestGuardHandler.class);
        pipeline.remove(HttpServerCodec.class);
        if (bytesAfterHandshake) {
            context.close();
            return;
        }
        String extension = settings.compression()
                ? PerMessageDeflate.negotiate(head.headerValues("sec-websocket-extensions"))
                : null;
        StringBuilder response = new StringBuilder(200)
                .append("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n")
                .append("Connection: Upgrade\r\nSec-WebSocket-Accept: ")
                .append(handshake.accept())
                .append("\r\n");
        if (handshake.subprotocol() != null) {
            // Once at most in a response (RFC 6455 section 11.3.4).
            response.append("Sec-WebSocket-Protocol: ")
                    .append(handshake.subprotocol())
                    .append("\r\n");
        }
        if (extension != null) {
            response.append("Sec-WebSocket-Extensions: ").append(extension).append("\r\n");
        }
        response.append("\r\n");
        WireHandler handler = endpoint.open(head, loop);
        WebSocketWire wire = new WebSocketWire(loop, handler, settings.frames(), extension != null);
        pipeline.replace(this, null, wire);
        wire.send(ByteBufUtil.writeAscii(context.alloc(), response));
        handler.opened(wire);
    }

    private void reply(
            ChannelHandlerContext context, HttpRequest request, HttpReply reply, boolean close) {
        boolean head = HttpMethod.HEAD.equals(request.method());
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(reply.status()),
                head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(reply.body()));
        response.headers().set(CONTENT_TYPE, reply.contentType());
        response.headers().set(CONTENT_LENGTH, reply.body().length);
        response.headers().set("cache-control", "no-store");
        response.headers().set("x-content-type-options", "nosniff");
        reply.headers().forEach((name, value) -> response.headers().set(name, value));
        HttpUtil.setKeepAlive(response, !close);
        if (close) {
            closing = true;
            context.writeAndFlush(response)
                    .addListener(done -> LingeringClose.start(context.channel()));
        } else {
            startTimeout(settings.keepAliveTimeout().toNanos(), () -> context.close());
            context.writeAndFlush(response);
        }
    }

    /** Answers a head that the guard refused, before any parser saw it. */
    void refuse(ChannelHandlerContext context, RequestGuard.Refusal refusal) {
        if (closing) {
            return;
        }
        closing = true;
        stopTimeout();
        watch.trouble(refusal.trouble());
        byte[] body = (refusal.reason() + "\n").getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + HttpResponseStatus.valueOf(refusal.status())
                + "\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\nContent-Length: "
                + body.length + "\r\n\r\n";
        ByteBuf bytes = Unpooled.wrappedBuffer(head.getBytes(StandardCharsets.US_ASCII), body);
        context.writeAndFlush(bytes).addListener(done -> LingeringClose.start(context.channel()));
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        stopTimeout();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent tls
                && tls.cause() instanceof SSLException) {
            watch.trouble(Trouble.TLS);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    /** Ends our half, then waits a moment for the peer's, so that it can read why. */
    static final class LingeringClose {
        /** Milliseconds; as long as a peer has to answer a close frame. */
        private static final long LINGER_MILLIS = 2_000;

        private LingeringClose() {}

        static void start(Channel channel) {
            if (channel instanceof io.netty.channel.socket.DuplexChannel duplex
                    && channel.pipeline().get(io.netty.handler.ssl.SslHandler.class) == null) {
                duplex.shutdownOutput();
                channel.eventLoop()
                        .schedule(() -> channel.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
            } else {
                channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener(ChannelFutureListener.CLOSE);
            }
        }
    }
}
