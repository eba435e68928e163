package io.holdfast.conformance.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The JDK's WebSocket client. Its sends are made one at a time, as that client demands. */
public final class JdkClient implements Client {
    private static final HttpClient HTTP = client().build();

    private final Inbox inbox;
    private final WebSocket socket;

    private JdkClient(Inbox inbox, WebSocket socket) {
        this.inbox = inbox;
        this.socket = socket;
    }

    public static JdkClient connect(URI uri) {
        return connect(uri, Map.of());
    }

    public static JdkClient connect(URI uri, Map<String, String> headers) {
        return connecting(uri, headers).join();
    }

    /** Fails with {@link WebSocketHandshakeException} at any other answer than 101. */
    public static CompletableFuture<JdkClient> connecting(URI uri, Map<String, String> headers) {
        return connecting(HTTP, uri, headers);
    }

    /** Over TLS, with the server's certificate checked against what the context trusts. */
    public static CompletableFuture<JdkClient> connecting(
            URI uri, Map<String, String> headers, SSLContext trust) {
        return connecting(client().sslContext(trust).build(), uri, headers);
    }

    private static HttpClient.Builder client() {
        return HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(20))
                .executor(Executors.newVirtualThreadPerTaskExecutor());
    }

    private static CompletableFuture<JdkClient> connecting(
            HttpClient http, URI uri, Map<String, String> headers) {
        var inbox = new Inbox(uri.getPath());
        var builder = http.newWebSocketBuilder().connectTimeout(Duration.ofSeconds(20));
        headers.forEach(builder::header);
        return builder.buildAsync(uri, new Receiver(inbox))
                .thenApply(socket -> new JdkClient(inbox, socket));
    }

    /** The status of the answer to a handshake that must not succeed. */
    public static int refusedStatus(URI uri, Map<String, String> headers) {
        try (var unexpected = connect(uri, headers)) {
            throw new AssertionError("expected a refusal of " + uri + ", was let in as "
                    + unexpected.inbox().next());
        } catch (CompletionException refused) {
            if (refused.getCause() instanceof WebSocketHandshakeException handshake) {
                return handshake.getResponse().statusCode();
            }
            throw refused;
        }
    }

    @Override
    public Inbox inbox() {
        return inbox;
    }

    @Override
    public void send(String text) {
        socket.sendText(text, true).join();
    }

    @Override
    public void sendBinary(byte[] bytes) {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
    }

    @Override
    public void leave(int code, String reason) {
        socket.sendClose(code, reason).join();
    }

    @Override
    public void close() {
        socket.abort();
    }

    private static final class Receiver implements WebSocket.Listener {
        private final Inbox inbox;
        private final StringBuilder partial = new StringBuilder();

        Receiver(Inbox inbox) {
            this.inbox = inbox;
        }

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket socket, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                inbox.arrived(partial.toString());
                partial.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPing(WebSocket socket, ByteBuffer message) {
            inbox.pinged();
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            inbox.ended(code, reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            inbox.ended(Closed.WITHOUT_CLOSE_FRAME, String.valueOf(error));
        }
    }
}
