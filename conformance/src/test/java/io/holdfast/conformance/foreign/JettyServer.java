package io.holdfast.conformance.foreign;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;
import org.jspecify.annotations.Nullable;

/** Jetty, with permessage-deflate as it comes. */
public final class JettyServer implements ForeignServer {
    private static final int LARGEST_MESSAGE = 4 << 20;

    private final Server server = new Server(new QueuedThreadPool(8));
    private final ServerConnector connector = new ServerConnector(server, 1, 1);
    private final List<String> asked = new CopyOnWriteArrayList<>();

    public JettyServer() {
        connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
        server.addConnector(connector);
        server.setHandler(WebSocketUpgradeHandler.from(server, container -> {
            container.setMaxTextMessageSize(LARGEST_MESSAGE);
            container.addMapping("/*", (request, response, callback) -> {
                var path = request.getHttpURI().getPath();
                asked.add(path);
                return endpoint(path, request, response, callback);
            });
        }));
        try {
            server.start();
        } catch (Exception failed) {
            throw new AssertionError("Jetty did not start", failed);
        }
    }

    /** Null when the handshake was answered otherwise. */
    private static @Nullable Object endpoint(
            String path, ServerUpgradeRequest request, Response response, Callback callback) {
        var word = path.substring(path.lastIndexOf('/') + 1);
        if (path.startsWith("/status/")) {
            var retry = request.getHttpURI().getQuery();
            if (retry != null) {
                var value = URLDecoder.decode(retry.replace("retry=", ""), UTF_8);
                response.getHeaders().put(HttpHeader.RETRY_AFTER, value);
            }
            response.setStatus(Integer.parseInt(word));
            callback.succeeded();
            return null;
        }
        if (path.equals("/redirect")) {
            Response.sendRedirect(request, response, callback, "/echo");
            return null;
        }
        return switch (word) {
            case "echo" -> new Echo();
            case "drop" -> new Dropping();
            default -> new Closing(Integer.parseInt(word));
        };
    }

    @Override
    public String url() {
        return "ws://127.0.0.1:" + connector.getLocalPort();
    }

    @Override
    public int asked(String path) {
        return (int) asked.stream().filter(path::equals).count();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception failed) {
            throw new AssertionError("Jetty did not stop", failed);
        }
    }

    /** Public, as Jetty calls these through handles that it looks up by name. */
    public static final class Echo extends Session.Listener.AbstractAutoDemanding {
        @Override
        public void onWebSocketText(String text) {
            getSession().sendText(text, org.eclipse.jetty.websocket.api.Callback.NOOP);
        }

        @Override
        public void onWebSocketBinary(
                ByteBuffer bytes, org.eclipse.jetty.websocket.api.Callback callback) {
            getSession().sendBinary(bytes, callback);
        }
    }

    /** See {@link Echo} for why it is public. */
    public static final class Dropping extends Session.Listener.AbstractAutoDemanding {
        @Override
        public void onWebSocketOpen(Session session) {
            super.onWebSocketOpen(session);
            session.disconnect();
        }

        @Override
        public void onWebSocketError(Throwable cause) {
            // That the connection is gone is what was wanted.
        }
    }

    /** See {@link Echo} for why it is public. */
    public static final class Closing extends Session.Listener.AbstractAutoDemanding {
        private final int code;

        Closing(int code) {
            this.code = code;
        }

        @Override
        public void onWebSocketOpen(Session session) {
            super.onWebSocketOpen(session);
            session.close(code, "why", org.eclipse.jetty.websocket.api.Callback.NOOP);
        }
    }
}
