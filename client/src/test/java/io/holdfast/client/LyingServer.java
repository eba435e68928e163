package io.holdfast.client;

import io.holdfast.protocol.websocket.FrameWriter;
import io.holdfast.protocol.websocket.Opcode;
import io.holdfast.protocol.websocket.OpeningHandshake;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A real socket that does with each connection what the test says, right or wrong. */
final class LyingServer implements AutoCloseable {
    /** What is done with one connection, on a thread of its own. */
    interface Script {
        void play(Peer peer) throws IOException;
    }

    private final ServerSocket listening;
    /** Those that are still played with: a server that keeps the others would be a leak itself. */
    private final List<Peer> playing = new CopyOnWriteArrayList<>();

    private final AtomicInteger accepted = new AtomicInteger();

    LyingServer(Script script) throws IOException {
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!listening.isClosed()) {
                try {
                    Peer peer = new Peer(listening.accept());
                    accepted.incrementAndGet();
                    playing.add(peer);
                    Thread.ofVirtual().start(() -> play(peer, script));
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    private void play(Peer peer, Script script) {
        try {
            script.play(peer);
        } catch (IOException gone) {
            // The client has left: the test looks at what it makes of it.
        }
        if (peer.socket.isClosed()) {
            playing.remove(peer);
        }
    }

    String url() {
        return "ws://127.0.0.1:" + listening.getLocalPort();
    }

    int connections() {
        return accepted.get();
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (Peer peer : playing) {
                peer.socket.close();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** One connection, seen from the server. */
    static final class Peer {
        final Socket socket;
        private final DataInputStream in;

        Peer(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new DataInputStream(socket.getInputStream());
        }

        String request() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) in.readUnsignedByte());
            }
            return head.toString();
        }

        Peer write(String latin1) throws IOException {
            socket.getOutputStream().write(latin1.getBytes(StandardCharsets.ISO_8859_1));
            return this;
        }

        /** A handshake as it should be, without extensions and subprotocol. */
        Peer shakeHands() throws IOException {
            String request = request();
            int at = request.indexOf("Sec-WebSocket-Key: ") + 19;
            String key = request.substring(at, request.indexOf('\r', at));
            return write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Accept: "
                    + OpeningHandshake.accept(key) + "\r\n\r\n");
        }

        Peer welcome() throws IOException {
            return shakeHands().text("{\"type\":\"welcome\",\"client_id\":\"a\"}");
        }

        Peer text(String text) throws IOException {
            return frame(Opcode.TEXT, text.getBytes(StandardCharsets.UTF_8));
        }

        Peer close(int code, String reason) throws IOException {
            return frame(Opcode.CLOSE, FrameWriter.close(code, reason));
        }

        private Peer frame(int opcode, byte[] payload) throws IOException {
            byte[] frame = new byte[FrameWriter.headerLength(payload.length) + payload.length];
            int at = FrameWriter.writeHeader(frame, 0, opcode, true, false, payload.length);
            System.arraycopy(payload, 0, frame, at, payload.length);
            socket.getOutputStream().write(frame);
            return this;
        }

        /** Reads frames of up to 65,535 bytes and answers a close, until the client is gone. */
        void behave() throws IOException {
            close(closeCode(), "");
            socket.close();
        }

        /** Reads frames of up to 65,535 bytes until the client's close. */
        int closeCode() throws IOException {
            while (true) {
                int opcode = in.readUnsignedByte() & 0x0F;
                int length = in.readUnsignedByte() & 0x7F;
                if (length == 126) {
                    length = in.readUnsignedShort();
                }
                byte[] payload = in.readNBytes(4 + length);
                if (opcode == Opcode.CLOSE) {
                    return ((payload[4] ^ payload[0]) & 0xFF) << 8
                            | ((payload[5] ^ payload[1]) & 0xFF);
                }
            }
        }

        String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int b = in.readUnsignedByte(); b != '\n'; b = in.readUnsignedByte()) {
                line.append((char) b);
            }
            return line.toString();
        }

        /** A frame of the bot dialect, which is not compressed. */
        String lengthPrefixed() throws IOException {
            int length = in.readInt();
            in.readUnsignedByte();
            return new String(in.readNBytes(length - 1), StandardCharsets.UTF_8);
        }

        void readUntilGone() throws IOException {
            while (in.read() >= 0) {
                // Whatever it says.
            }
        }
    }
}
