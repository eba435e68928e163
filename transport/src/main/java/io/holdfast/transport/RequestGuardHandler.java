package io.holdfast.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpServerCodec;

/** Puts a {@link RequestGuard} in front of the HTTP codec, and starts the clock of each new head. */
final class RequestGuardHandler extends ChannelInboundHandlerAdapter {
    private final RequestGuard guard;
    private boolean refused;

    RequestGuardHandler(RequestGuard guard) {
        this.guard = guard;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (refused) {
            bytes.release();
            return;
        }
        HttpFront front = context.pipeline().get(HttpFront.class);
        boolean headBegan = false;
        for (int i = bytes.readerIndex(); i < bytes.writerIndex(); i++) {
            headBegan |= !guard.inHead();
            RequestGuard.Refusal refusal = guard.next(bytes.getByte(i));
            if (refusal != null) {
                refused = true;
                bytes.release();
                front.refuse(context.pipeline().context(HttpServerCodec.class), refusal);
                return;
            }
        }
        context.fireChannelRead(bytes);
        // Behind the answers to the heads before it, which have started the clock for idleness.
        if (headBegan && guard.inHead() && !context.isRemoved()) {
            front.expectHeadWithin(context);
        }
    }
}
