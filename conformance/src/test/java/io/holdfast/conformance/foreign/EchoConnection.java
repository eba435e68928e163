package io.holdfast.conformance.foreign;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.protocol.websocket.FrameLimits;
import io.holdfast.transport.ClientConnector;
import io.holdfast.transport.ClientHandler;
import io.holdfast.transport.ClientLoop;
import io.holdfast.transport.ClientTarget;
import io.holdfast.transport.WebSocketWire;
import io.holdfast.transport.Wire;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of our transport, with an echo of texts and of binary messages behind it. It
 * closes as the client library does. On the loop only, but for the connecting.
 */
public final class EchoConnection implements ClientHandler {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private final StringBuilder answer = new StringBuilder();
    private final boolean echo;
    private @Nullable WebSocketWire wire;

    private EchoConnection(boolean echo) {
        this.echo = echo;
    }

    /** Connects, and sends everything back until the connection is gone. */
    public static CompletableFuture<String> echo(ClientLoop loop, URI uri, FrameLimits limits) {
        return open(loop, uri, limits, true);
    }

    /** Connects, and gives the texts that the server has sent when it has closed. */
    public static CompletableFuture<String> ask(ClientLoop loop, URI uri, FrameLimits limits) {
        return open(loop, uri, limits, false);
    }

    private static CompletableFuture<String> open(
            ClientLoop loop, URI uri, FrameLimits limits, boolean echo) {
        var connection = new EchoConnection(echo);
        var target = new ClientTarget.WebSocket(
                uri.getHost(),
                uri.getPort(),
                null,
                uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()),
                Map.of(),
                List.of(),
                true);
        loop.context()
                .execute(() -> ClientConnector.connect(
                        loop,
                        target,
                        TIMEOUT,
                        limits,
                        connection,
                        failure -> connection.ended.completeExceptionally(
                                new AssertionError(failure.kind() + ": " + failure.message()))));
        return connection.ended;
    }

    private WebSocketWire wire() {
        var current = wire;
        if (current == null) {
            throw new IllegalStateException("not opened yet");
        }
        return current;
    }

    @Override
    public void agreed(@Nullable String subprotocol) {
        // None was offered.
    }

    @Override
    public void opened(Wire opened) {
        wire = (WebSocketWire) opened;
    }

    @Override
    public void text(byte[] bytes, int from, int to) {
        if (echo) {
            wire().sendText(bytes, from, to);
        } else {
            answer.append(new String(bytes, from, to - from, UTF_8));
        }
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
        wire().sendClose(code, "");
        wire().finish();
    }

    @Override
    public void violation(int code, String reason) {
        wire().sendClose(code, reason);
        wire().finish();
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
        ended.complete(answer.toString());
    }
}
