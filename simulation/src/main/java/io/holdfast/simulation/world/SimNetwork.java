package io.holdfast.simulation.world;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Connections between simulated processes, and what happens to them. */
public final class SimNetwork {
    /** How long a kernel waits before it gives a silent peer up, at the least and at the most. */
    private static final long KEEPALIVE_LEAST_NANOS = 60_000_000_000L;

    private static final long KEEPALIVE_MOST_NANOS = 180_000_000_000L;

    /** Takes connections at an address. */
    public interface Acceptor {
        SimLoop nextLoop();

        /** Called on that thread. */
        SocketListener accept(SocketHandle handle);
    }

    /** Gives a listener its socket, once it exists. */
    public static final class SocketHandle {
        private @Nullable SimSocket socket;
        private long accepted;

        /** Rises in the order in which the kernel has completed connections. */
        public long accepted() {
            return accepted;
        }

        public SimSocket socket() {
            SimSocket known = socket;
            if (known == null) {
                throw new IllegalStateException("the connection has not been opened");
            }
            return known;
        }
    }

    /** Hears what becomes of a connect. */
    public interface Connecting {
        SocketListener opened(SocketHandle handle);

        void refused();
    }

    private final SimClock clock;
    private final Randoms random;
    private Conditions conditions;
    private @Nullable Acceptor acceptor;
    /** The host does not even refuse. */
    private boolean hostDown;

    private boolean kernelGivesUp;
    private final Set<SimSocket> sockets = new LinkedHashSet<>();
    private long links;

    public SimNetwork(SimClock clock, Randoms random, Conditions conditions) {
        this.clock = clock;
        this.random = random;
        this.conditions = conditions;
    }

    public Conditions conditions() {
        return conditions;
    }

    public void conditions(Conditions changed) {
        conditions = changed;
    }

    /** The world's time. */
    public long nowNanos() {
        return clock.nowNanos();
    }

    /** Whether kernels notice after minutes that nobody answers. */
    public void kernelGivesUp(boolean on) {
        kernelGivesUp = on;
    }

    public void listen(Acceptor newAcceptor) {
        acceptor = newAcceptor;
        hostDown = false;
    }

    /** @param silently whether the host is gone too, and nobody refuses */
    public void stopListening(boolean silently) {
        acceptor = null;
        hostDown = silently;
    }

    public void connect(SimLoop from, Connecting outcome) {
        long delay = conditions.delayNanos(random);
        clock.after(delay, () -> {
            Acceptor there = acceptor;
            if (there == null) {
                if (!hostDown) {
                    clock.after(delay, () -> from.run(outcome::refused));
                }
                return;
            }
            establish(from, outcome, there, delay);
        });
    }

    private void establish(SimLoop from, Connecting outcome, Acceptor there, long delay) {
        SimLoop to = there.nextLoop();
        SocketHandle near = new SocketHandle();
        SocketHandle far = new SocketHandle();
        Deferred nearListener = new Deferred();
        Deferred farListener = new Deferred();
        SimSocket client = new SimSocket(from, this, nearListener);
        SimSocket server = new SimSocket(to, this, farListener);
        Randoms own = random.fork("link" + links++);
        Pipe up = new Pipe(clock, this, own.fork("up"), client, server);
        Pipe down = new Pipe(clock, this, own.fork("down"), server, client);
        client.join(up, down);
        server.join(down, up);
        far.accepted = links;
        near.socket = client;
        far.socket = server;
        sockets.add(client);
        sockets.add(server);
        // The kernel shakes hands even while the process sleeps.
        to.run(() -> farListener.become(there.accept(far)));
        clock.after(delay, () -> from.run(() -> nearListener.become(outcome.opened(near))));
    }

    void forget(SimSocket socket) {
        sockets.remove(socket);
    }

    /** The process has died: its kernel resets its connections, unless the power went. */
    public void processDied(SimLoop loop, boolean silently) {
        for (SimSocket socket : sockets.toArray(SimSocket[]::new)) {
            if (socket.loop() == loop) {
                if (silently) {
                    halfOpen(socket);
                    socket.abandon();
                } else {
                    socket.out().reset();
                    socket.in().abandon();
                    sockets.remove(socket);
                }
            }
        }
    }

    /** Both ends hear that it is broken; what was on its way is lost. */
    public void reset(SimSocket socket) {
        socket.in().reset();
        socket.out().reset();
        socket.reset();
    }

    /** Nothing arrives any more in either direction, and nobody is told. */
    public void halfOpen(SimSocket socket) {
        if (!socket.in().isDead()) {
            Pipe in = socket.in();
            Pipe out = socket.out();
            in.deafen();
            out.deafen();
            if (kernelGivesUp) {
                giveUpLater(socket);
                for (SimSocket other : sockets.toArray(SimSocket[]::new)) {
                    if (other.out() == in) {
                        giveUpLater(other);
                    }
                }
            }
        }
    }

    private void giveUpLater(SimSocket socket) {
        clock.after(random.between(KEEPALIVE_LEAST_NANOS, KEEPALIVE_MOST_NANOS), socket::reset);
    }

    /** Nothing that the socket sends arrives for so long. */
    public void cutOut(SimSocket socket, long nanos) {
        socket.out().cut(nanos);
    }

    /** Nothing arrives at the socket for so long. */
    public void cutIn(SimSocket socket, long nanos) {
        socket.in().cut(nanos);
    }

    /** Ends all faults but those of connections that are beyond help. */
    public void heal() {
        conditions = conditions.healed();
        for (SimSocket socket : sockets) {
            socket.out().heal();
            socket.in().heal();
        }
    }

    /** Connections that exist, as their processes see it. */
    public int sockets() {
        return sockets.size();
    }

    /** Passes on what comes once it is known to whom; nothing comes before that. */
    private static final class Deferred implements SocketListener {
        private @Nullable SocketListener target;
        private @Nullable Runnable early;

        void become(SocketListener listener) {
            target = listener;
            if (early != null) {
                early.run();
            }
        }

        private void pass(java.util.function.Consumer<SocketListener> call) {
            SocketListener known = target;
            if (known != null) {
                call.accept(known);
            } else {
                Runnable before = early;
                early = () -> {
                    if (before != null) {
                        before.run();
                    }
                    pass(call);
                };
            }
        }

        @Override
        public void bytes(byte[] bytes, int from, int to) {
            pass(listener -> listener.bytes(bytes, from, to));
        }

        @Override
        public void writable() {
            pass(SocketListener::writable);
        }

        @Override
        public void finished() {
            pass(SocketListener::finished);
        }

        @Override
        public void lost(boolean reset) {
            pass(listener -> listener.lost(reset));
        }
    }
}
