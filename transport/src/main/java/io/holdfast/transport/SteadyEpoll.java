package io.holdfast.transport;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;

import java.util.function.Consumer;

/**
 * Netty's epoll, with sockets that stay registered when nothing is awaited of them.
 *
 * <p>Netty 4.2 (since netty#16689) takes such a socket out of the epoll set, but does not remember
 * it: the next change fails with ENOENT, and the connection with it. That is what happens when the
 * peer has ended its half and we then write more than the kernel takes at once. So instead of
 * nothing, an edge-triggered nothing is asked for: it costs one wake-up when the connection dies.
 */
final class SteadyEpoll implements IoHandler {
    private final IoHandler epoll;
    private final Runnable ending;
    private boolean prepared;

    private SteadyEpoll(IoHandler epoll, Runnable ending) {
        this.epoll = epoll;
        this.ending = ending;
    }

    /** @param ending is told, on its thread, of a loop that is about to close its sockets */
    static IoHandlerFactory newFactory(Consumer<ThreadAwareExecutor> ending) {
        IoHandlerFactory factory = EpollIoHandler.newFactory();
        return loop -> new SteadyEpoll(factory.newHandler(loop), () -> ending.accept(loop));
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return epoll.run(context);
    }

    @Override
    public void prepareToDestroy() {
        prepared = true;
        ending.run();
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        if (!prepared) {
            // A loop without a quiet period may be told to end just behind its look at that.
            prepareToDestroy();
        }
        epoll.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return new Registration(epoll.register(handle));
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }

    private record Registration(IoRegistration registration) implements IoRegistration {
        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // as the interface has it
        public <T> T attachment() {
            return registration.attachment();
        }

        @Override
        public long submit(IoOps ops) {
            boolean nothing = ((EpollIoOps) ops).value() == EpollIoOps.NONE.value();
            return registration.submit(nothing ? EpollIoOps.EPOLLET : ops);
        }

        @Override
        public boolean isValid() {
            return registration.isValid();
        }

        @Override
        public boolean cancel() {
            return registration.cancel();
        }
    }
}
