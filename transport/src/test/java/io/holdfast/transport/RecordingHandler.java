package io.holdfast.transport;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes down everything that a wire tells its owner. */
final class RecordingHandler implements ClientHandler {
    final List<String> events = new CopyOnWriteArrayList<>();
    volatile @Nullable Wire wire;
    volatile long bytesSent;
    /** What the owner does with a text, on its loop. */
    volatile Consumer<String> onText = text -> {};
    /** What the owner does when the peer has finished, on its loop. */
    volatile Runnable onPeerFinished = () -> {};

    volatile @Nullable String subprotocol;

    @Override
    public void agreed(@Nullable String chosen) {
        subprotocol = chosen;
    }

    @Override
    public void opened(Wire opened) {
        wire = opened;
        events.add("opened");
    }

    /** The wire, once it is open. */
    TcpWire tcp() {
        return (TcpWire) Objects.requireNonNull(wire);
    }

    @Override
    public void text(byte[] bytes, int from, int to) {
        String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        events.add("text " + text);
        onText.accept(text);
    }

    @Override
    public void binary(byte[] bytes, int from, int to) {
        events.add("binary " + (to - from));
    }

    @Override
    public void ping(byte[] bytes, int from, int to) {
        events.add("ping");
    }

    @Override
    public void pong(byte[] bytes, int from, int to) {
        events.add("pong");
    }

    @Override
    public void close(int code, String reason) {
        events.add("close " + code);
    }

    @Override
    public void violation(int code, String reason) {
        events.add("violation " + code);
    }

    @Override
    public void bytesReceived(int bytes) {
        // Not of interest here.
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // Only the loop writes.
    public void bytesSent(int bytes) {
        bytesSent += bytes;
    }

    @Override
    public void writable(boolean writable) {
        events.add(writable ? "writable" : "not writable");
    }

    @Override
    public void peerFinished() {
        events.add("peer finished");
        onPeerFinished.run();
    }

    @Override
    public void lost(@Nullable Throwable cause) {
        events.add("lost");
    }
}
