package io.holdfast.server;

import io.holdfast.protocol.websocket.FrameLimits;
import io.holdfast.transport.EventLoops;
import io.holdfast.transport.FrontWatch;
import io.holdfast.transport.HttpReply;
import io.holdfast.transport.HttpService;
import io.holdfast.transport.Listener;
import io.holdfast.transport.ListenerSettings;
import io.holdfast.transport.RequestHead;
import io.holdfast.transport.WebSocketEndpoint;
import io.holdfast.transport.WebSocketWire;
import io.holdfast.transport.Wire;
import io.holdfast.transport.WireHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sends every message back as it came, on the very pipeline that the server uses: what protocol test
 * suites talk to.
 */
public final class EchoServer implements AutoCloseable, HttpService {
    private final EventLoops loops = new EventLoops(1);
    private final Listener listener;

    /** Listens on the loopback address only. */
    public EchoServer(int port, FrameLimits frames) throws IOException {
        ListenerSettings settings = new ListenerSettings(
                Duration.ofSeconds(10), Duration.ofMinutes(1), 8192, 100, 1_000, frames, true);
        listener = Listener.bind(
                loops,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                false,
                this,
                () -> settings,
                null,
                FrontWatch.NOBODY);
    }

    public int port() {
        return listener.port();
    }

    @Override
    public HttpReply reply(RequestHead request) {
        return HttpReply.text(404, "this is a WebSocket echo server");
    }

    @Override
    public @Nullable WebSocketEndpoint endpoint(RequestHead request) {
        return (head, loop) -> new Echo();
    }

    @Override
    public void close() {
        listener.close();
        loops.close();
    }

    private static final class Echo implements WireHandler {
        private @Nullable WebSocketWire wire;

        private WebSocketWire wire() {
            WebSocketWire current = wire;
            if (current == null) {
                throw new IllegalStateException("not opened yet");
            }
            return current;
        }

        @Override
        public void opened(Wire opened) {
            wire = (WebSocketWire) opened;
        }

        @Override
        public void text(byte[] bytes, int from, int to) {
            wire().sendText(bytes, from, to);
        }

        @Override
        public void binary(byte[] bytes, int from, int to) {
            wire().sendBinary(bytes, from, to);
        }

        @Override
        public void ping(byte[] bytes, int from, int to) {
            wire().sendPong(bytes, from, to);
        }

        @Override
        public void pong(byte[] bytes, int from, int to) {
            // Nothing was asked.
        }

        @Override
        public void close(int code, String reason) {
            wire().sendClose(code == 1005 ? 1000 : code, "");
            wire().finish();
        }

        @Override
        public void violation(int code, String reason) {
            wire().sendClose(code, reason);
            wire().finishWriting();
        }

        @Override
        public void bytesReceived(int bytes) {
            // Not counted.
        }

        @Override
        public void bytesSent(int bytes) {
            // Not counted.
        }

        @Override
        public void writable(boolean writable) {
            wire().reading(writable);
        }

        @Override
        public void lost(@Nullable Throwable cause) {
            // Nothing to give back.
        }
    }
}
