package io.holdfast.conformance.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;

/**
 * A WebSocket client over a bare socket, whose connection can end in every way that networks know:
 * with a farewell, with a reset, or by going silent while the server still thinks that it is there.
 */
public final class CuttableClient implements Client {
    private final Inbox inbox;
    private final RawClient raw;
    private volatile boolean deaf;
    private boolean held;

    private CuttableClient(Inbox inbox, RawClient raw) {
        this.inbox = inbox;
        this.raw = raw;
    }

    /** @param headers whole lines of the handshake */
    public static CuttableClient connect(int port, String path, String... headers) {
        var client = new CuttableClient(new Inbox(path), RawClient.webSocket(port, path, headers));
        Thread.ofVirtual().start(client::read);
        return client;
    }

    private void read() {
        while (!deaf) {
            Frame frame;
            try {
                awaitReading();
                frame = raw.readFrame();
            } catch (AssertionError silent) {
                if (silent.getCause() instanceof SocketTimeoutException) {
                    continue;
                }
                inbox.ended(Closed.WITHOUT_CLOSE_FRAME, silent.toString());
                return;
            }
            if (frame == null) {
                inbox.ended(Closed.WITHOUT_CLOSE_FRAME, "the connection ended");
                return;
            }
            if (!deaf) {
                handle(frame);
            }
        }
    }

    private synchronized void awaitReading() {
        try {
            while (held) {
                wait();
            }
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    /** Reads at most one frame more until {@link #readOn}. */
    public synchronized void stopReading() {
        held = true;
    }

    public synchronized void readOn() {
        held = false;
        notifyAll();
    }

    private void handle(Frame frame) {
        switch (frame.opcode()) {
            case Frame.TEXT -> inbox.arrived(new String(frame.payload(), UTF_8));
            case Frame.PING -> answer(new Frame(true, 0, Frame.PONG, frame.payload()));
            case Frame.CLOSE -> {
                var closed = frame.closed();
                answer(Frame.close(closed.code()));
                inbox.ended(closed.code(), closed.reason());
            }
            default -> inbox.pinged();
        }
    }

    private void answer(Frame frame) {
        try {
            raw.send(frame.masked());
        } catch (UncheckedIOException gone) {
            // The next read finds out.
        }
    }

    @Override
    public Inbox inbox() {
        return inbox;
    }

    @Override
    public void send(String text) {
        raw.sendText(text);
    }

    @Override
    public void sendBinary(byte[] bytes) {
        raw.send(new Frame(true, 0, Frame.BINARY, bytes).masked());
    }

    @Override
    public void leave(int code, String reason) {
        raw.send(Frame.close(code).masked());
    }

    /** Ends the connection with a TCP reset. */
    public void cut() {
        deaf = true;
        raw.reset();
    }

    /** Takes nothing in any more and answers nothing; the socket stays open. */
    public void goSilent() {
        deaf = true;
    }

    @Override
    public void close() {
        raw.close();
    }
}
