package io.holdfast.conformance.client;

import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.extensions.permessage_deflate.PerMessageDeflateExtension;
import org.java_websocket.handshake.ServerHandshake;
import org.jspecify.annotations.Nullable;

/** The Java-WebSocket library's client, which offers compression: a second opinion on the wire. */
public final class JavaWebSocketClient implements Client {
    private final Inbox inbox;
    private final Socket socket;

    private JavaWebSocketClient(Inbox inbox, Socket socket) {
        this.inbox = inbox;
        this.socket = socket;
    }

    public static JavaWebSocketClient connect(URI uri) {
        var inbox = new Inbox(uri.getPath());
        var socket = new Socket(uri, inbox);
        try {
            if (!socket.connectBlocking(Inbox.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("Java-WebSocket could not connect to " + uri);
            }
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
        return new JavaWebSocketClient(inbox, socket);
    }

    /** The extensions that the server agreed to, empty when none. */
    public String extensions() {
        return socket.extensions;
    }

    @Override
    public Inbox inbox() {
        return inbox;
    }

    @Override
    public void send(String text) {
        socket.send(text);
    }

    @Override
    public void sendBinary(byte[] bytes) {
        socket.send(bytes);
    }

    @Override
    public void leave(int code, String reason) {
        socket.close(code, reason);
    }

    @Override
    public void close() {
        socket.closeConnection(Closed.WITHOUT_CLOSE_FRAME, "dropped");
    }

    private static final class Socket extends WebSocketClient {
        private final Inbox inbox;
        private volatile String extensions = "";

        Socket(URI uri, Inbox inbox) {
            super(uri, new Draft_6455(new PerMessageDeflateExtension()));
            this.inbox = inbox;
        }

        @Override
        public void onOpen(ServerHandshake handshake) {
            extensions = handshake.getFieldValue("Sec-WebSocket-Extensions");
        }

        @Override
        public void onMessage(String message) {
            inbox.arrived(message);
        }

        @Override
        public void onClose(int code, String reason, boolean remote) {
            inbox.ended(code, reason);
        }

        @Override
        public void onError(@Nullable Exception error) {
            // onClose follows.
        }
    }
}
