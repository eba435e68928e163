package io.holdfast.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

import javax.net.ssl.SSLException;

/** A TCP connection's life until TLS is agreed. */
final class TlsFront extends ChannelInboundHandlerAdapter {
    private final Runnable open;
    private final FrontWatch watch;

    /** @param open puts the connection's owner behind this handler */
    TlsFront(Runnable open, FrontWatch watch) {
        this.open = open;
        this.watch = watch;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                open.run();
                context.pipeline().remove(this);
            } else if (handshake.cause() instanceof SSLException) {
                watch.trouble(FrontWatch.Trouble.TLS); // TLS itself closes the connection
            }
        } else if (event instanceof ChannelInputShutdownEvent
                || event instanceof ChannelOutputShutdownEvent) {
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
