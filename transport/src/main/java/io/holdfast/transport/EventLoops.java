package io.holdfast.transport;

import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ThreadAwareExecutor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The process's event loops: workers, each of which owns its connections, and one control loop that
 * accepts and serves the operations port, so that health is answered however busy the workers are.
 *
 * <p>epoll on Linux, the JDK's selector elsewhere.
 */
public final class EventLoops implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup control;
    private final MultiThreadIoEventLoopGroup workers;
    private final List<LoopContext> contexts = new ArrayList<>();
    private final LoopContext controlContext;
    private final Map<ThreadAwareExecutor, LoopContext> byLoop = new HashMap<>();

    /** Starts one control loop and {@code workerCount} (1 or more) loops for connections. */
    public EventLoops(int workerCount) {
        IoHandlerFactory io = Epoll.isAvailable()
                ? SteadyEpoll.newFactory(this::ending)
                : NioIoHandler.newFactory();
        control = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("holdfast-control"), io);
        workers = new MultiThreadIoEventLoopGroup(
                workerCount, new DefaultThreadFactory("holdfast-loop"), io);
        for (EventExecutor executor : workers) {
            contexts.add(context(contexts.size(), executor));
        }
        controlContext = context(contexts.size(), control.iterator().next());
    }

    /** A loop that ends closes its sockets past their pipelines, which would let them linger. */
    private void ending(ThreadAwareExecutor loop) {
        LoopContext context = byLoop.get(loop);
        if (context != null) {
            context.lingering().stop();
        }
    }

    private LoopContext context(int index, EventExecutor executor) {
        SingleThreadEventLoop loop = (SingleThreadEventLoop) executor;
        LoopContext context = new LoopContext(index, loop);
        byLoop.put(loop, context);
        return context;
    }

    /** The workers, by index. */
    public List<LoopContext> workers() {
        return contexts;
    }

    /** The loop that accepts and serves operations. */
    public LoopContext control() {
        return controlContext;
    }

    LoopContext of(EventLoop loop) {
        LoopContext context = byLoop.get(loop);
        if (context == null) {
            throw new IllegalArgumentException("the channel lives on a foreign event loop");
        }
        return context;
    }

    MultiThreadIoEventLoopGroup controlGroup() {
        return control;
    }

    MultiThreadIoEventLoopGroup workerGroup() {
        return workers;
    }

    static Class<? extends ServerChannel> serverChannel() {
        return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** Stops the loops, waiting at most the given time. Sockets still open are closed. */
    public void close(long timeout, TimeUnit unit) {
        workers.shutdownGracefully(0, timeout, unit);
        control.shutdownGracefully(0, timeout, unit);
        workers.terminationFuture().awaitUninterruptibly(timeout, unit);
        control.terminationFuture().awaitUninterruptibly(timeout, unit);
        contexts.forEach(LoopContext::release);
        controlContext.release();
    }

    @Override
    public void close() {
        close(1, TimeUnit.SECONDS);
    }
}
