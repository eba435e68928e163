package io.holdfast.conformance.foreign;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.conformance.client.Frame;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A bare socket that does with each connection what the test says, byte for byte, right or wrong.
 * It knows nothing of our protocol module: what the client accepts from here it accepts from anybody.
 */
public final class LyingServer implements AutoCloseable {
    /** RFC 6455 section 1.3. */
    private static final String HANDSHAKE_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /** What is done with one connection, on a thread of its own. */
    public interface Script {
        void play(Peer peer) throws IOException;
    }

    private final ServerSocket listening;
    private final List<Peer> accepted = new CopyOnWriteArrayList<>();

    public LyingServer(Script script) {
        try {
            listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Thread.ofVirtual().start(() -> accept(script));
    }

    private void accept(Script script) {
        while (true) {
            try {
                var peer = new Peer(listening.accept());
                accepted.add(peer);
                Thread.ofVirtual().start(() -> play(peer, script));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void play(Peer peer, Script script) {
        try {
            script.play(peer);
        } catch (IOException gone) {
            // The client has left: the test looks at what it makes of it.
        }
    }

    public String url() {
        return "ws://" + address();
    }

    public String tcp() {
        return "tcp://" + address();
    }

    public String address() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    /** Connections so far. */
    public int connections() {
        return accepted.size();
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (var peer : accepted) {
                peer.socket.close();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** One connection, seen from the server. */
    public static final class Peer {
        private final Socket socket;
        private final DataInputStream in;

        Peer(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new DataInputStream(socket.getInputStream());
        }

        /** The head of the client's request, or of a health check's. */
        public String request() throws IOException {
            var head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) in.readUnsignedByte());
            }
            return head.toString();
        }

        public Peer write(byte... bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            return this;
        }

        /** One byte for each character. */
        public Peer write(String latin1) throws IOException {
            return write(latin1.getBytes(ISO_8859_1));
        }

        /** Reads the request, and answers with this status line and these headers, without a body. */
        public Peer answer(String statusAndHeaders) throws IOException {
            request();
            return write("HTTP/1.1 " + statusAndHeaders + "\r\nContent-Length: 0\r\n\r\n");
        }

        /** The answer to a handshake as it should be; further headers begin with a line break. */
        public static String accepting(String request, String furtherHeaders) {
            var at = request.indexOf("Sec-WebSocket-Key: ") + 19;
            var key = request.substring(at, request.indexOf('\r', at));
            return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Accept: " + proof(key)
                    + furtherHeaders + "\r\n\r\n";
        }

        private static String proof(String key) {
            try {
                var digest = MessageDigest.getInstance("SHA-1")
                        .digest((key + HANDSHAKE_GUID).getBytes(ISO_8859_1));
                return Base64.getEncoder().encodeToString(digest);
            } catch (NoSuchAlgorithmException impossible) {
                throw new AssertionError(impossible);
            }
        }

        public Peer shakeHands() throws IOException {
            return write(accepting(request(), ""));
        }

        /** Shakes hands and says the first word of the rooms dialect. */
        public Peer welcome() throws IOException {
            return shakeHands().text("{\"type\":\"welcome\",\"client_id\":\"a\"}");
        }

        public Peer text(String text) throws IOException {
            return write(Frame.text(text).unmasked());
        }

        public Peer close(int code, String reason) throws IOException {
            var text = reason.getBytes(UTF_8);
            var payload =
                    ByteBuffer.allocate(2 + text.length).putShort((short) code).put(text);
            return write(new Frame(true, 0, Frame.CLOSE, payload.array()).unmasked());
        }

        /** A line, without its end. */
        public String line() throws IOException {
            var line = new StringBuilder();
            for (var b = in.readUnsignedByte(); b != '\n'; b = in.readUnsignedByte()) {
                line.append((char) b);
            }
            return line.toString();
        }

        /** Ends the connection in the orderly way of TCP. */
        public void drop() throws IOException {
            socket.close();
        }

        /** Ends it with a reset. */
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Says nothing more, and listens until the client is gone. */
        public void readUntilGone() throws IOException {
            while (in.read() >= 0) {
                // Whatever it says.
            }
            socket.close();
        }
    }
}
