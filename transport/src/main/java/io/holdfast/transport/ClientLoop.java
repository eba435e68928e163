package io.holdfast.transport;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** One event loop, a daemon thread, for connections that this process opens. */
public final class ClientLoop implements AutoCloseable {
    /** The longest that {@link #close()} waits; nothing on the loop takes as long. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final MultiThreadIoEventLoopGroup group;
    private final LoopContext context;
    private final MaskingKeys keys = new MaskingKeys();

    /** Starts the thread. */
    public ClientLoop(String threadName) {
        IoHandlerFactory io =
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory(threadName, true), io);
        context = new LoopContext(0, (SingleThreadEventLoop) group.iterator().next());
    }

    /** The loop; what it may be used for from which thread stands there. */
    public LoopContext context() {
        return context;
    }

    /**
     * Runs the task on the loop after that many nanoseconds; running the result before takes it
     * back. Any thread.
     */
    public Runnable after(long nanos, Runnable task) {
        Future<?> scheduled =
                context.eventLoop().schedule(task, Math.max(0, nanos), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    MaskingKeys keys() {
        return keys;
    }

    static Class<? extends Channel> channelType() {
        return Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    /** Ends the loop and its thread; connections still open are cut. Not from the loop itself. */
    @Override
    public void close() {
        long millis = CLOSE_TIMEOUT.toMillis();
        group.shutdownGracefully(0, millis, TimeUnit.MILLISECONDS);
        if (group.terminationFuture().awaitUninterruptibly(millis, TimeUnit.MILLISECONDS)) {
            context.release();
        }
    }
}
