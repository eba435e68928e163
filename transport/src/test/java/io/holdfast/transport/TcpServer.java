package io.holdfast.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.holdfast.transport.FrontWatch.Trouble;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A listener on loopback whose owners write down what they are told. */
final class TcpServer implements AutoCloseable {
    static final int MAX_MESSAGE = 1 << 20;
    static final Duration LONG = Duration.ofHours(1);

    final TestLoop loop = new TestLoop();
    final List<RecordingHandler> handlers = new CopyOnWriteArrayList<>();
    final List<InetSocketAddress> clients = new CopyOnWriteArrayList<>();
    final List<Trouble> troubles = new CopyOnWriteArrayList<>();
    /** Prepares an owner before its connection is open. */
    volatile Consumer<RecordingHandler> prepare = handler -> {};

    private final TcpListener listener;

    TcpServer(TcpSettings settings, @Nullable Supplier<SslContext> tls) throws IOException {
        listener = TcpListener.bind(
                loop.loops(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                (remote, where) -> {
                    RecordingHandler handler = new RecordingHandler();
                    prepare.accept(handler);
                    clients.add(remote);
                    handlers.add(handler);
                    return handler;
                },
                () -> settings,
                tls,
                troubles::add);
    }

    /** For clients of its own, without proxies and TLS. */
    static TcpServer plain() throws IOException {
        return new TcpServer(new TcpSettings(1_000, MAX_MESSAGE, LONG, address -> false), null);
    }

    /** Every peer may speak for others. */
    static TcpServer behindProxy(Duration headerTimeout) throws IOException {
        return new TcpServer(
                new TcpSettings(1_000, MAX_MESSAGE, headerTimeout, address -> true), null);
    }

    int port() {
        return listener.port();
    }

    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port());
        // A test that would hang fails instead.
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    /** The owner of the connection that was opened as number {@code index}, counted from 0. */
    RecordingHandler handler(int index) {
        await().until(() -> handlers.size() > index && handlers.get(index).wire != null);
        return handlers.get(index);
    }

    void turn(Runnable action) {
        loop.turn(action);
    }

    static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
    }

    static void sendByteByByte(Socket socket, byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        for (byte one : bytes) {
            out.write(one);
        }
    }

    static String readLine(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = socket.getInputStream().read();
                b != '\n';
                b = socket.getInputStream().read()) {
            if (b < 0) {
                return line + "<end>";
            }
            line.append((char) b);
        }
        return line.toString();
    }

    static void sendText(Wire wire, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        wire.sendText(bytes, 0, bytes.length);
    }

    /** What an application would do: echo each line. */
    static void echo(RecordingHandler handler) {
        handler.onText = text -> sendText(handler.tcp(), text);
    }

    @Override
    public void close() {
        listener.close();
        loop.close();
    }
}
