package io.holdfast.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A socket that does with each connection what the test says, and nothing that a server should. */
final class LyingServer implements AutoCloseable {
    /** What is done with one connection, on a thread of its own. */
    interface Script {
        void play(Socket socket, String request) throws IOException;
    }

    private final ServerSocket listening;
    private final List<Socket> accepted = new CopyOnWriteArrayList<>();
    final List<String> requests = new CopyOnWriteArrayList<>();

    /** @param readsRequest whether the script begins when an HTTP head has arrived */
    LyingServer(boolean readsRequest, Script script) throws IOException {
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!listening.isClosed()) {
                try {
                    Socket socket = listening.accept();
                    accepted.add(socket);
                    Thread.ofVirtual().start(() -> play(socket, readsRequest, script));
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    private void play(Socket socket, boolean readsRequest, Script script) {
        try {
            String request = readsRequest ? head(socket.getInputStream()) : "";
            requests.add(request);
            script.play(socket, request);
        } catch (IOException gone) {
            // The client has left: the test looks at what it makes of it.
        }
    }

    int port() {
        return listening.getLocalPort();
    }

    static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("ended");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    static String header(String request, String name) {
        for (String line : request.split("\r\n", -1)) {
            if (line.startsWith(name + ": ")) {
                return line.substring(name.length() + 2);
            }
        }
        throw new AssertionError("no " + name + " in " + request);
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (Socket socket : accepted) {
                socket.close();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
