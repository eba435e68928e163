package io.holdfast.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The generator's event loop. Everything happens on the thread that calls {@code runFor} and {@code
 * runUntil}.
 */
public final class Generator implements AutoCloseable {
    /**
     * Connections of one source address, below the 28,232 ports of Linux's default ephemeral range.
     */
    private static final int CONNECTIONS_PER_ADDRESS = 20_000;

    private static final int BUFFER_BYTES = 256 * 1024;

    private final InetSocketAddress server;
    private final Selector selector;
    private final ByteBuffer incoming = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ByteBuffer outgoing = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final Set<Connection> connections = new HashSet<>();
    private final Consumer<SelectionKey> ready = this::ready;
    private Runnable endOfTurn = Generator::doNothing;

    public Generator(int port) throws IOException {
        server = new InetSocketAddress(loopback(1), port);
        selector = Selector.open();
    }

    private static void doNothing() {}

    private static InetAddress loopback(int lastByte) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) lastByte});
    }

    /** Connects (the loopback does so at once) and sends the upgrade request. */
    Connection connect(int index, String path, ConnectionListener listener) {
        Connection connection = connect(index, new FrameReader(), listener);
        connection.upgrade(path, server.getPort());
        return connection;
    }

    /** Connects to a port where lines are spoken. */
    Connection connectLines(int index, ConnectionListener listener) {
        Connection connection = connect(index, new LineReader(), listener);
        connection.open();
        return connection;
    }

    private Connection connect(int index, MessageReader reader, ConnectionListener listener) {
        try {
            SocketChannel channel = SocketChannel.open();
            int address = 1 + connections.size() / CONNECTIONS_PER_ADDRESS;
            if (address > 1) {
                channel.bind(new InetSocketAddress(loopback(address), 0));
            }
            channel.connect(server);
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            Connection connection = new Connection(index, this, channel, key, reader, listener);
            key.attach(connection);
            connections.add(connection);
            return connection;
        } catch (IOException e) {
            throw new UncheckedIOException("Connection " + index + " to " + server + " failed.", e);
        }
    }

    /** A connection that is closed is no longer looked after. */
    void forget(Connection connection) {
        connections.remove(connection);
    }

    /** The shared outgoing buffer, filled with these bytes; valid until the next call. */
    ByteBuffer outgoing(byte[] bytes, int from, int length) {
        return outgoing.clear().put(bytes, from, length).flip();
    }

    /** The shared outgoing buffer, empty; for a load that writes several frames at once. */
    ByteBuffer outgoing() {
        return outgoing.clear();
    }

    /** Runs after all ready connections were read: where a load sends what this turn made due. */
    void atEndOfTurn(Runnable action) {
        endOfTurn = action;
    }

    public void runFor(Duration duration) {
        long end = System.nanoTime() + duration.toNanos();
        for (long left = duration.toNanos(); left > 0; left = end - System.nanoTime()) {
            turn(left);
        }
    }

    /** Returns whether the condition came true in time. */
    public boolean runUntil(BooleanSupplier condition, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        for (long left = limit.toNanos();
                !condition.getAsBoolean();
                left = end - System.nanoTime()) {
            if (left <= 0) {
                return false;
            }
            turn(Math.min(left, TimeUnit.MILLISECONDS.toNanos(50)));
        }
        return true;
    }

    private void turn(long longestNanos) {
        try {
            selector.select(ready, Math.max(1, TimeUnit.NANOSECONDS.toMillis(longestNanos)));
        } catch (IOException e) {
            throw new UncheckedIOException("The selector failed.", e);
        }
        endOfTurn.run();
    }

    private void ready(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        if (key.isValid() && key.isWritable()) {
            connection.writable();
        }
        if (key.isValid() && key.isReadable()) {
            connection.readable(incoming, System.nanoTime());
        }
    }

    @Override
    public void close() throws IOException {
        endOfTurn = Generator::doNothing;
        connections.forEach(Connection::abandon);
        selector.close();
    }
}
