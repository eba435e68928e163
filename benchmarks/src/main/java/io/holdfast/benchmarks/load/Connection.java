package io.holdfast.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One client connection of the generator. A WebSocket: upgrade, frame boundaries, pongs, close. TCP:
 * lines.
 */
final class Connection implements MessageReader.Sink {
    static final int NO_STATUS = 1005;
    static final int ABNORMAL = 1006;

    /**
     * The example key of RFC 6455 section 1.3 and its answer: nothing here depends on its being
     * random.
     */
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    private static final int MAX_RESPONSE_BYTES = 4096;
    private static final int MAX_UNWRITTEN_BYTES = 1024 * 1024;

    private final int index;
    private final Generator generator;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final ConnectionListener listener;
    private final MessageReader frames;
    private @Nullable StringBuilder response = new StringBuilder();
    private @Nullable ByteBuffer unwritten;
    private boolean closeSent;
    private boolean closed;
    private int closeCode = ABNORMAL;
    private long nowNanos;

    Connection(
            int index,
            Generator generator,
            SocketChannel channel,
            SelectionKey key,
            MessageReader frames,
            ConnectionListener listener) {
        this.index = index;
        this.generator = generator;
        this.channel = channel;
        this.key = key;
        this.frames = frames;
        this.listener = listener;
    }

    /** It is a TCP connection: there is nothing to wait for. */
    void open() {
        response = null;
        listener.opened(this);
    }

    /** Position in its load: loads keep their own state in arrays. */
    int index() {
        return index;
    }

    void upgrade(String path, int port) {
        send(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nUpgrade: websocket\r\n"
                        + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                        + KEY + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    }

    /** Keeps the payload of data messages from now on, or no longer; see {@link #payload}. */
    void captureData(boolean on) {
        frames.captureData(on);
    }

    /** Payload of the message being reported, if it was captured. */
    String payload() {
        return new String(frames.captured(), StandardCharsets.UTF_8);
    }

    boolean isClosed() {
        return closed;
    }

    void send(byte[] bytes) {
        send(bytes, 0, bytes.length);
    }

    void send(byte[] bytes, int from, int length) {
        send(generator.outgoing(bytes, from, length));
    }

    /** Writes all of {@code bytes}, or keeps a copy of the rest until the socket takes it. */
    void send(ByteBuffer bytes) {
        if (closed) {
            return;
        }
        try {
            if (unwritten == null) {
                channel.write(bytes);
            }
            if (bytes.hasRemaining()) {
                keep(bytes);
            }
        } catch (IOException e) {
            finish();
        }
    }

    private void keep(ByteBuffer bytes) throws IOException {
        ByteBuffer before = unwritten;
        int size = bytes.remaining() + (before == null ? 0 : before.remaining());
        if (size > MAX_UNWRITTEN_BYTES) {
            throw new IOException(
                    "The server does not read: " + size + " bytes are waiting for it.");
        }
        ByteBuffer all = ByteBuffer.allocate(size);
        if (before != null) {
            all.put(before);
        }
        unwritten = all.put(bytes).flip();
        key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }

    void writable() {
        ByteBuffer rest = unwritten;
        if (rest == null || closed) {
            return;
        }
        try {
            channel.write(rest);
            if (!rest.hasRemaining()) {
                unwritten = null;
                key.interestOps(SelectionKey.OP_READ);
            }
        } catch (IOException e) {
            finish();
        }
    }

    /**
     * Starts the closing handshake; the server's answer is reported by {@link
     * ConnectionListener#closed}.
     */
    void close(int code) {
        if (!closeSent) {
            closeSent = true;
            send(Frames.close(code));
        }
    }

    void readable(ByteBuffer buffer, long readAtNanos) {
        int read;
        try {
            read = channel.read(buffer.clear());
        } catch (IOException e) {
            read = -1;
        }
        if (read < 0) {
            finish();
            return;
        }
        buffer.flip();
        nowNanos = readAtNanos;
        if (response != null) {
            readResponse(buffer, response);
        }
        if (buffer.hasRemaining()) {
            frames.read(buffer, this);
        }
    }

    private void readResponse(ByteBuffer buffer, StringBuilder head) {
        while (buffer.hasRemaining()) {
            head.append((char) (buffer.get() & 0xff));
            if (head.length() >= 4 && head.indexOf("\r\n\r\n", head.length() - 4) >= 0) {
                if (!head.toString().startsWith("HTTP/1.1 101 ") || head.indexOf(ACCEPT) < 0) {
                    throw new IllegalStateException(
                            "The server refused the upgrade: " + firstLine(head));
                }
                response = null;
                listener.opened(this);
                return;
            }
            if (head.length() > MAX_RESPONSE_BYTES) {
                throw new IllegalStateException(
                        "The server's upgrade response is over 4096 bytes.");
            }
        }
    }

    private static String firstLine(StringBuilder head) {
        return head.substring(0, head.indexOf("\r\n"));
    }

    @Override
    public void frame(int opcode, int payloadLength) {
        switch (opcode) {
            case Frames.TEXT, Frames.BINARY -> listener.message(this, payloadLength, nowNanos);
            case Frames.PING -> send(Frames.masked(Frames.PONG, frames.captured()));
            case Frames.CLOSE -> {
                byte[] payload = frames.captured();
                closeCode = payload.length < 2
                        ? NO_STATUS
                        : (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
                close(closeCode == NO_STATUS ? 1000 : closeCode);
            }
            default -> {}
        }
    }

    /** Drops the connection without a word; nothing is reported. */
    void abandon() {
        closed = true;
        key.cancel();
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing depends on it any more.
            closed = true;
        }
    }

    private void finish() {
        if (!closed) {
            abandon();
            generator.forget(this);
            listener.closed(this, closeCode);
        }
    }
}
