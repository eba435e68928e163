package io.holdfast.transport;

import io.holdfast.protocol.websocket.ClientHandshake;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

import org.jspecify.annotations.Nullable;

/**
 * Sends an HTTP request once the connection is ready and reads the head of its answer. Whatever
 * follows the head is left for the next handler.
 */
final class HeadReader extends ChannelInboundHandlerAdapter {
    /** Hears of the head, or that there is none. Called once, on the loop. */
    interface Listener {
        /**
         * @param rest what came behind the head; the callee releases it
         */
        void head(ChannelHandlerContext context, byte[] head, ByteBuf rest);

        void broken(String reason, @Nullable Throwable cause);
    }

    private final byte[] request;
    private final Listener listener;
    private ByteBuf received = Unpooled.EMPTY_BUFFER;
    /** Where looking for the empty line goes on. */
    private int searched;

    private boolean over;

    HeadReader(byte[] request, Listener listener) {
        this.request = request;
        this.listener = listener;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        received = context.alloc().buffer(512);
        context.writeAndFlush(Unpooled.wrappedBuffer(request));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf input = (ByteBuf) message;
        if (over) {
            input.release();
            return;
        }
        received.writeBytes(input);
        input.release();
        int end = headEnd();
        if (end > 0) {
            over = true;
            byte[] head = new byte[end];
            received.readBytes(head);
            listener.head(context, head, received.readRetainedSlice(received.readableBytes()));
        } else if (received.readableBytes() > ClientHandshake.MAX_HEAD_BYTES) {
            fail("the server's answer has no end of its head within "
                    + ClientHandshake.MAX_HEAD_BYTES + " bytes");
        }
    }

    /** Behind the empty line, or -1. */
    private int headEnd() {
        for (; searched + 3 < received.writerIndex(); searched++) {
            if (received.getByte(searched) == '\r'
                    && received.getByte(searched + 1) == '\n'
                    && received.getByte(searched + 2) == '\r'
                    && received.getByte(searched + 3) == '\n') {
                return searched + 4;
            }
        }
        return -1;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        fail(
                received.isReadable()
                        ? "the connection ended in the middle of the server's answer"
                        : "the connection ended before the server answered");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!over) {
            over = true;
            listener.broken("the connection failed before the server answered", cause);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        received.release();
    }

    private void fail(String reason) {
        if (!over) {
            over = true;
            listener.broken(reason, null);
        }
    }
}
