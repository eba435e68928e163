package io.holdfast.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One open connection as the core sees it: a place to write to, and a way to end it.
 *
 * <p>Writes are collected and leave together at the end of the turn (see {@link LoopContext}).
 * Small ones are copied into one pending buffer; shared ones (a room's fan-out) pass by reference.
 * Order is kept between both.
 *
 * <p>Threads: the connection's event loop only, unless a method says otherwise.
 */
public abstract class Wire extends ChannelInboundHandlerAdapter {
    /** Bytes; a shared write up to this size is copied behind pending bytes: cheaper than a writev. */
    private static final int COPY_LIMIT = 1024;
    /** Bytes; the first size of a turn's pending buffer, which fits an ack and a presence message. */
    private static final int PENDING_BYTES = 256;

    /**
     * Bytes; Netty's own high-water mark, so that a wire without room is one that Netty calls not
     * writable once flushed, and tells when that has changed.
     */
    private static final int ROOM_BYTES = 64 * 1024;

    private static final AtomicLong IDS = new AtomicLong();
    private static final AttributeKey<Long> ID = AttributeKey.valueOf(Wire.class, "id");

    /** Set once, before the handler hears of the connection. */
    private volatile long id;

    private final LoopContext loop;
    private final WireHandler handler;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf pending;
    /** What was at the front of the transport's queue when {@link #progress} last looked. */
    private @Nullable Object front;

    private long frontDone;
    private long progress;
    private boolean marked;
    private boolean hungry;
    private boolean finished;
    /** Our half of the transport has ended: everything is written. */
    private boolean written;
    /** The peer's half has ended: everything is read. */
    private boolean read;

    private boolean lost;

    Wire(LoopContext loop, WireHandler handler) {
        this.loop = loop;
        this.handler = handler;
    }

    /** Gives an accepted connection its number; on the accepting thread. */
    static void number(Channel accepted) {
        accepted.attr(ID).set(IDS.incrementAndGet());
    }

    /**
     * A number that no other connection of this process has or had; those that were accepted have
     * theirs in the order in which they were. Any thread.
     */
    public final long id() {
        return id;
    }

    /** The event loop that owns this connection. Any thread. */
    public final LoopContext loop() {
        return loop;
    }

    /** Frames a text message (valid UTF-8) and queues it. */
    public abstract void sendText(byte[] bytes, int from, int to);

    public abstract void sendPing();

    /** Answers a ping with the same payload. */
    public abstract void sendPong(byte[] bytes, int from, int to);

    /** Says goodbye in the wire's own way; nothing may be sent after it. */
    public abstract void sendClose(int code, String reason);

    /** Stops giving received data to the handler; what still arrives is read and thrown away. */
    public abstract void stopReading();

    /** True when messages to this connection may be sent deflated. Any thread. */
    public abstract boolean deflates();

    /** The peer's address as the socket knows it, or null once it is gone. */
    public final @Nullable InetSocketAddress remoteAddress() {
        return context().channel().remoteAddress() instanceof InetSocketAddress inet ? inet : null;
    }

    /**
     * Queues bytes that are already framed. Takes over the caller's reference; the bytes must not
     * change any more.
     */
    public final void send(ByteBuf framed) {
        int length = framed.readableBytes();
        if (lost || finished) {
            framed.release();
            return;
        }
        if (pending != null && length <= COPY_LIMIT) {
            pending.writeBytes(framed);
            framed.release();
            return;
        }
        writePending();
        write(framed, length);
        mark();
    }

    /** Pending output buffer with room for {@code length} more bytes, or null when nothing may be sent. */
    final @Nullable ByteBuf output(int length) {
        if (lost || finished) {
            return null;
        }
        if (pending == null) {
            pending = context().alloc().directBuffer(Math.max(PENDING_BYTES, length));
            mark();
        }
        return pending;
    }

    /** Bytes that the peer has not taken yet: queued here, in the transport, not in the kernel. */
    public final long unwrittenBytes() {
        ChannelOutboundBuffer buffer = context().channel().unsafe().outboundBuffer();
        long queued = buffer == null ? 0 : buffer.totalPendingWriteBytes();
        return queued + (pending == null ? 0 : pending.readableBytes());
    }

    /** Whether more may be written without piling it up in front of a peer that is slow to take it. */
    public final boolean hasRoom() {
        return unwrittenBytes() <= ROOM_BYTES;
    }

    /** Asks for one {@link WireHandler#drained} when there is room again; none is when it is asked. */
    public final void callWhenDrained() {
        hungry = true;
        mark();
    }

    /**
     * A number that is another one after the kernel has taken bytes, and the same while a peer
     * stalls, however much is queued behind the bytes that wait.
     */
    @SuppressWarnings("ReferenceEquality") // The buffer at the front is itself and no other.
    public final long progress() {
        ChannelOutboundBuffer buffer = context().channel().unsafe().outboundBuffer();
        Object first = buffer == null ? null : buffer.current();
        long firstDone = buffer == null ? 0 : buffer.currentProgress();
        if (first != front || firstDone != frontDone) {
            front = first;
            frontDone = firstDone;
            progress++;
        }
        return progress;
    }

    /** Stops or goes on reading from the socket: back pressure on the peer. */
    public void reading(boolean on) {
        context().channel().config().setAutoRead(on);
    }

    /** Writes what is queued, then closes the transport. */
    public final void finish() {
        if (lost || finished) {
            return;
        }
        writePending();
        finished = true;
        context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /**
     * Writes what is queued and ends our half of the transport. What the peer still sends is read
     * and thrown away until it ends its half: closing with unread bytes would reset the connection,
     * and the reset would overtake our last words.
     */
    public final void finishWriting() {
        if (lost || finished) {
            return;
        }
        stopReading();
        writePending();
        finished = true;
        reading(true);
        context()
                .writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(last -> endWriting(last.isSuccess()));
    }

    private void endWriting(boolean success) {
        written = true;
        ChannelHandlerContext context = context();
        SslHandler tls = context.pipeline().get(SslHandler.class);
        if (read || !success) {
            context.close();
        } else if (tls != null) {
            tls.closeOutbound();
        } else if (context.channel() instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        }
    }

    /** The peer has ended its half; the first of several signs of it counts. */
    final void endReading() {
        if (lost || read) {
            return;
        }
        read = true;
        handler.peerFinished();
        if (written) {
            context().close();
        }
    }

    final boolean isFinished() {
        return finished;
    }

    /** Closes the transport now; what is queued is dropped. */
    public final void cut() {
        if (!lost) {
            finished = true;
            stopReading();
            // Past TLS, whose goodbye would wait behind what a stalled peer does not read.
            ChannelHandlerContext tls = context().pipeline().context(SslHandler.class);
            (tls == null ? context() : tls).close();
        }
    }

    final void flushTurn() {
        marked = false;
        if (lost) {
            return;
        }
        writePending();
        context().flush();
        callIfDrained();
    }

    private void callIfDrained() {
        if (hungry && !lost && hasRoom()) {
            hungry = false;
            handler.drained();
        }
    }

    private void writePending() {
        ByteBuf bytes = pending;
        if (bytes != null) {
            pending = null;
            write(bytes, bytes.readableBytes());
        }
    }

    private void write(ByteBuf bytes, int length) {
        handler.bytesSent(length);
        context().write(bytes, context().voidPromise());
    }

    private void mark() {
        if (!marked) {
            marked = true;
            loop.flushAtTurnEnd(this);
        }
    }

    final ChannelHandlerContext context() {
        ChannelHandlerContext current = context;
        if (current == null) {
            throw new IllegalStateException("the wire is not in a pipeline yet");
        }
        return current;
    }

    final WireHandler handler() {
        return handler;
    }

    /** The transport's end, reported once. */
    final void lose(@Nullable Throwable cause) {
        if (lost) {
            return;
        }
        lost = true;
        stopReading();
        if (pending != null) {
            pending.release();
            pending = null;
        }
        handler.lost(cause);
    }

    @Override
    public final void handlerAdded(ChannelHandlerContext added) {
        context = added;
        Long numbered = added.channel().attr(ID).get();
        id = numbered == null ? IDS.incrementAndGet() : numbered;
    }

    @Override
    public final void channelWritabilityChanged(ChannelHandlerContext changed) {
        if (!lost) {
            handler.writable(changed.channel().isWritable());
            callIfDrained();
        }
    }

    @Override
    public final void channelInactive(ChannelHandlerContext inactive) {
        transportEnded();
    }

    /** The transport has ended; it is lost when nothing is left that was read before. */
    void transportEnded() {
        lose(null);
    }

    @Override
    public final void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
        lose(cause);
        failed.close();
    }
}
