package io.holdfast.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownEvent;

import java.util.HashSet;
import java.util.Set;

/**
 * Keeps {@code SO_LINGER} on sockets while both halves are open (spec: dialect-bot), and switches
 * it off before anything closes them: a lingering close(2) blocks its thread, even on a
 * non-blocking socket. Netty would move such a close to its one GlobalEventExecutor thread, where
 * each waits behind the one before it.
 *
 * <p>First in the pipeline, so that every close from within passes here. Those that Netty starts
 * below the pipeline are covered otherwise: after a failed write by {@code AUTO_CLOSE} off, after a
 * failed shutdown of a half by the event that comes first, at the end of the loop by {@link #stop}.
 *
 * <p>Only with epoll. Netty's NIO channel deregisters a lingering socket at the peer's FIN, after
 * which nothing could be written to it any more.
 *
 * <p>One for each event loop; not thread-safe.
 */
@Sharable
final class Lingering extends ChannelDuplexHandler {
    /** Spec: dialect-bot. */
    private static final int SECONDS = 5;

    private static final int OFF = -1;

    private final Set<Channel> lingering = new HashSet<>();

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        if (context.channel() instanceof EpollSocketChannel channel && set(channel, SECONDS)) {
            lingering.add(channel);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        lingering.remove(context.channel());
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        switchOff(context.channel());
        context.close(promise);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent
                || event instanceof ChannelOutputShutdownEvent) {
            switchOff(context.channel());
        }
        context.fireUserEventTriggered(event);
    }

    /** Switches it off everywhere: the loop is about to end. */
    void stop() {
        lingering.forEach(channel -> set((EpollSocketChannel) channel, OFF));
        lingering.clear();
    }

    private void switchOff(Channel channel) {
        if (lingering.remove(channel)) {
            set((EpollSocketChannel) channel, OFF);
        }
    }

    /** Whether the socket was still there. */
    private static boolean set(EpollSocketChannel channel, int seconds) {
        try {
            channel.config().setSoLinger(seconds);
            return true;
        } catch (ChannelException closed) {
            return false;
        }
    }
}
