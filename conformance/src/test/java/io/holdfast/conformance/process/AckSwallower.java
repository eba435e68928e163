package io.holdfast.conformance.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Stands before a server and loses its first ack, with everything behind it on that connection: the
 * server has the message, and its sender cannot know. Later connections are passed on as they are.
 */
public final class AckSwallower implements AutoCloseable {
    private final int serverPort;
    private final ServerSocket listener;
    private final AtomicBoolean swallowed = new AtomicBoolean();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    public AckSwallower(int serverPort) {
        try {
            this.serverPort = serverPort;
            this.listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    public boolean hasSwallowed() {
        return swallowed.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var client = listener.accept();
                sockets.add(client);
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** Without a server there is none behind us either: the client's connection ends. */
    private void connect(Socket client) {
        try (client;
                var server = new Socket(InetAddress.getLoopbackAddress(), serverPort)) {
            sockets.add(server);
            var up = Thread.ofVirtual().start(() -> pass(client, server));
            swallowAck(server.getInputStream(), client.getOutputStream());
            client.close();
            up.join();
        } catch (IOException ended) {
            // Either side went.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException ended) {
            // Either side went.
        }
    }

    private void swallowAck(InputStream from, OutputStream to) throws IOException {
        var buffer = new byte[8192];
        var mute = false;
        for (int length = from.read(buffer); length >= 0; length = from.read(buffer)) {
            var text = new String(buffer, 0, length, ISO_8859_1);
            // Short messages are not compressed, and acks never are (docs/PROTOCOL.md).
            if (text.contains("\"ack\"") && swallowed.compareAndSet(false, true)) {
                mute = true;
            }
            if (!mute) {
                to.write(buffer, 0, length);
                to.flush();
            }
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (var socket : sockets) {
                socket.close();
            }
        } catch (IOException gone) {
            // Then there is nothing to close.
        }
    }
}
