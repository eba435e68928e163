package io.holdfast.conformance.world;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.conformance.client.Closed;
import io.holdfast.conformance.client.Frame;
import io.holdfast.conformance.client.RawClient;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket connection that may break at any moment. One thread reads; any may send.
 *
 * <p>A socket of its own rather than a library's client, so that it can be reset, or left open with
 * nobody reading.
 */
final class Line {
    private static final int CONNECT_MILLIS = 20_000;

    private final Socket socket;
    private final DataInputStream in;
    private volatile boolean forsaken;
    private volatile Closed closed = new Closed(Closed.WITHOUT_CLOSE_FRAME, "");

    private Line(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    /**
     * Connects and completes the opening handshake.
     *
     * @param receiveBufferBytes small for a client that is to look slow soon; 0 for the usual
     */
    static Line dial(int port, String path, int receiveBufferBytes) throws IOException {
        var socket = new Socket();
        try {
            if (receiveBufferBytes > 0) {
                socket.setReceiveBufferSize(receiveBufferBytes);
            }
            socket.setTcpNoDelay(true);
            var server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            socket.connect(server, CONNECT_MILLIS);
            var line = new Line(socket);
            line.write(RawClient.handshake(path).getBytes(ISO_8859_1));
            var status = line.readHead();
            if (!status.startsWith("HTTP/1.1 101 ")) {
                throw new IOException("expected 101, got " + status);
            }
            return line;
        } catch (IOException failed) {
            socket.close();
            throw failed;
        }
    }

    private String readHead() throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            head.write(in.readUnsignedByte());
        }
        return head.toString(ISO_8859_1).lines().findFirst().orElse("");
    }

    void send(String text) throws IOException {
        write(Frame.text(text).masked());
    }

    /** All in one write, so that the server is likely to read them at once. */
    void send(List<String> texts) throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (var text : texts) {
            bytes.writeBytes(Frame.text(text).masked());
        }
        write(bytes.toByteArray());
    }

    private synchronized void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** The next text; null when the connection has ended, which {@link #closed} explains. */
    @Nullable
    String read() {
        try {
            while (true) {
                var frame = Frame.read(in);
                switch (frame.opcode()) {
                    case Frame.TEXT -> {
                        return new String(frame.payload(), UTF_8);
                    }
                    case Frame.PING ->
                        write(new Frame(true, 0, Frame.PONG, frame.payload()).masked());
                    case Frame.CLOSE -> {
                        closed = frame.closed();
                        answerClose();
                        return null;
                    }
                    default -> throw new AssertionError("unexpected " + frame);
                }
            }
        } catch (EOFException end) {
            return null;
        } catch (IOException broken) {
            return null;
        }
    }

    private void answerClose() {
        try {
            write(Frame.close(1000).masked());
            socket.close();
        } catch (IOException gone) {
            // The server did not wait for the answer.
        }
    }

    /** How it ended, as soon as {@link #read} has returned null. */
    Closed closed() {
        return closed;
    }

    /** Its client neither reads nor writes any more. */
    void forsake() {
        forsaken = true;
    }

    boolean isForsaken() {
        return forsaken;
    }

    /** Says goodbye; the server's answer ends the reading. */
    void leave() {
        try {
            write(Frame.close(1000).masked());
        } catch (IOException gone) {
            // So the reader notices.
        }
    }

    /** Ends it with a reset instead of a farewell. */
    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException gone) {
            // Ended already.
        }
    }
}
