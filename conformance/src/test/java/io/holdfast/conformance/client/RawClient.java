package io.holdfast.conformance.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A socket that says whatever it is told to: half handshakes, frames that no library would send,
 * nothing at all. Reading and writing may be done by two threads.
 */
public final class RawClient implements AutoCloseable {
    /** The head of an HTTP answer: its status and its header lines. */
    public record Head(int status, List<String> headers) {
        /** Empty when the header is not there. */
        public String header(String name) {
            var prefix = name.toLowerCase(Locale.ROOT) + ":";
            return headers.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                    .map(line -> line.substring(prefix.length()).trim())
                    .findFirst()
                    .orElse("");
        }
    }

    private final Socket socket;
    private final InputStream in;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    public static RawClient connect(int port) {
        return connect(port, 0);
    }

    /** The receive buffer: small for a client that does not read, 0 for the usual. */
    public static RawClient connect(int port, int receiveBufferBytes) {
        try {
            var socket = new Socket();
            if (receiveBufferBytes > 0) {
                socket.setReceiveBufferSize(receiveBufferBytes);
            }
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) Inbox.PATIENCE.toMillis());
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 20_000);
            return new RawClient(socket);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A client that has completed the opening handshake. */
    public static RawClient webSocket(int port, String path, String... extraHeaders) {
        return connect(port).upgraded(path, extraHeaders);
    }

    /** Completes the opening handshake. */
    public RawClient upgraded(String path, String... extraHeaders) {
        var head = upgrade(path, extraHeaders);
        if (head.status() != 101) {
            throw new AssertionError("expected 101 for " + path + ", got " + head);
        }
        return this;
    }

    public Head upgrade(String path, String... extraHeaders) {
        send(handshake(path, extraHeaders));
        return readHead();
    }

    public static String handshake(String path, String... extraHeaders) {
        var request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n"
                + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        for (var header : extraHeaders) {
            request.append(header).append("\r\n");
        }
        return request.append("\r\n").toString();
    }

    public RawClient send(String latin1) {
        return send(latin1.getBytes(ISO_8859_1));
    }

    public RawClient send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public RawClient sendText(String text) {
        return send(Frame.text(text).masked());
    }

    /**
     * Sends from a thread of its own, so that the caller can read meanwhile; that the other side
     * stops listening is no failure.
     */
    public void sendInBackground(byte[] bytes) {
        Thread.ofVirtual().start(() -> {
            try {
                send(bytes);
            } catch (UncheckedIOException cutOff) {
                // Expected: what is sent here is what the server hangs up on.
            }
        });
    }

    public RawClient finishSending() {
        try {
            socket.shutdownOutput();
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public Head readHead() {
        var bytes = new ByteArrayOutputStream();
        try {
            while (!bytes.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
                var next = in.read();
                if (next < 0) {
                    throw new AssertionError("the connection ended inside an HTTP head: " + bytes);
                }
                bytes.write(next);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        var lines = bytes.toString(ISO_8859_1).split("\r\n", -1);
        return new Head(Integer.parseInt(lines[0].split(" ", 3)[1]), List.of(lines));
    }

    /** Everything until the server ends the connection; a reset ends it as well. */
    public String readToEnd() {
        var bytes = new ByteArrayOutputStream();
        var buffer = new byte[8192];
        try {
            for (int count; (count = in.read(buffer)) >= 0; ) {
                bytes.write(buffer, 0, count);
            }
        } catch (java.net.SocketTimeoutException stillOpen) {
            throw new AssertionError(
                    "expected the server to end the connection; so far: " + bytes, stillOpen);
        } catch (IOException reset) {
            // As good as the end.
        }
        return bytes.toString(ISO_8859_1);
    }

    /** The next frame, or null when the connection has ended. */
    public @Nullable Frame readFrame() {
        try {
            var data = new DataInputStream(in);
            return Frame.read(data);
        } catch (java.net.SocketTimeoutException silent) {
            throw new AssertionError("expected a frame, got nothing", silent);
        } catch (EOFException end) {
            return null;
        } catch (IOException reset) {
            return null;
        }
    }

    /** The next text, skipping pings. */
    public String readText() {
        while (true) {
            var frame = readFrame();
            if (frame == null || frame.opcode() == Frame.CLOSE) {
                throw new AssertionError(
                        "expected a text, got " + (frame == null ? "the end" : frame.closed()));
            }
            if (frame.opcode() == Frame.TEXT) {
                return new String(frame.payload(), UTF_8);
            }
        }
    }

    /** Reads until the close frame, dropping what comes before it. */
    public Closed awaitClose() {
        while (true) {
            var frame = readFrame();
            if (frame == null) {
                return new Closed(Closed.WITHOUT_CLOSE_FRAME, "the connection ended");
            }
            if (frame.opcode() == Frame.CLOSE) {
                return frame.closed();
            }
        }
    }

    /** Ends the connection with a reset instead of a farewell. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
