package io.holdfast.transport;

import io.holdfast.protocol.proxy.ProxyFault;
import io.holdfast.protocol.proxy.ProxyHeader;
import io.holdfast.protocol.proxy.ProxyHeader.Malformed;
import io.holdfast.protocol.proxy.ProxyHeader.Relayed;
import io.holdfast.protocol.proxy.ProxyHeaderDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A trusted peer's connection until it is known for whom it speaks. The header is optional, since a
 * trusted network has clients of its own; what turns out to be none is given on as it came.
 */
final class ProxyFront extends ChannelInboundHandlerAdapter {
    /** Version 2's signature; after as many bytes it is known whether there is a header. */
    private static final int SIGNATURE_BYTES = 12;

    private final LoopContext loop;
    private final Duration timeout;
    private final Consumer<@Nullable InetSocketAddress> known;
    private final FrontWatch watch;
    private final ProxyHeaderDecoder decoder = new ProxyHeaderDecoder();
    /** Bytes of earlier reads, as long as they may yet turn out to be no header's. */
    private byte[] early = {};

    private boolean certain;
    private boolean closed;
    private @Nullable Future<?> timer;

    /**
     * @param known puts the next handlers behind this one; its argument is the client's address,
     *     null when the socket's own holds
     */
    ProxyFront(
            LoopContext loop,
            Duration timeout,
            Consumer<@Nullable InetSocketAddress> known,
            FrontWatch watch) {
        this.loop = loop;
        this.timeout = timeout;
        this.known = known;
        this.watch = watch;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        timer = loop.eventLoop()
                .schedule(() -> refuse(context), timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf input = (ByteBuf) message;
        byte[] scratch = loop.scratch();
        int start = input.readerIndex();
        while (!closed && decoder.header() == null && input.isReadable()) {
            int length = Math.min(input.readableBytes(), scratch.length);
            input.getBytes(input.readerIndex(), scratch, 0, length);
            input.skipBytes(decoder.decode(scratch, 0, length));
        }
        ProxyHeader header = decoder.header();
        if (closed || header == null) {
            keep(input, start);
            input.release();
        } else if (header instanceof Malformed malformed
                && malformed.fault() != ProxyFault.NO_HEADER) {
            input.release();
            refuse(context);
        } else if (header instanceof Malformed) {
            input.readerIndex(start);
            goOn(context, null, Unpooled.wrappedBuffer(Unpooled.wrappedBuffer(early), input));
        } else {
            goOn(context, header instanceof Relayed relayed ? source(relayed) : null, input);
        }
    }

    private void keep(ByteBuf input, int start) {
        int length = input.readerIndex() - start;
        certain |= early.length + length >= SIGNATURE_BYTES;
        if (certain) {
            early = new byte[0];
        } else {
            int before = early.length;
            early = Arrays.copyOf(early, before + length);
            input.getBytes(start, early, before, length);
        }
    }

    private static InetSocketAddress source(Relayed relayed) {
        return new InetSocketAddress(relayed.source(), relayed.sourcePort());
    }

    private void goOn(
            ChannelHandlerContext context, @Nullable InetSocketAddress client, ByteBuf rest) {
        boolean given = false;
        try {
            known.accept(client);
            given = rest.isReadable() && context.channel().isActive();
        } finally {
            if (!given) {
                rest.release();
            }
        }
        if (given) {
            context.fireChannelRead(rest);
        }
        // Closing has taken it out already.
        if (!context.isRemoved()) {
            context.pipeline().remove(this);
        }
    }

    private void refuse(ChannelHandlerContext context) {
        if (!closed) {
            closed = true;
            watch.trouble(FrontWatch.Trouble.PROXY_HEADER);
            context.close();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent && (certain || early.length > 0)) {
            refuse(context);
        } else if (event instanceof ChannelInputShutdownEvent
                || event instanceof ChannelOutputShutdownEvent) {
            // A peer that only looked whether somebody is here.
            closed = true;
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        closed = true;
        context.close();
    }
}
