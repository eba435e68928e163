package io.holdfast.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.eclipse.jetty.websocket.api.Callback.NOOP;

import io.holdfast.conformance.process.Tool;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The JavaScript client in Node against Jetty, which is not ours. Needs node. */
class JavaScriptJettyIT {
    private static final Path CLIENT =
            Path.of("..", "clients", "javascript").toAbsolutePath().normalize();

    /** What 429 and 503 ask for. */
    private static final String RETRY_AFTER_SECONDS = "1800";

    private static final int LARGEST_MESSAGE_BYTES = 2_000_000;

    @Test
    void everyCaseEndsInTheStateAndDelayThatTheSpecificationSays() throws Exception {
        var node = Tool.require("node");
        var jetty = jetty(0);
        var port = jetty.getURI().getPort();
        var command =
                List.of(node.toString(), "--test", "--test-reporter=tap", "test/against-jetty.js");
        try (var run =
                Tool.start(CLIENT, Map.of("TEST_JETTY", "ws://127.0.0.1:" + port), command)) {
            run.lines().await("ask: restart");
            jetty.stop();
            jetty = jetty(port);
            var exit = run.awaitExit();
            var output = run.lines().all();
            assertThat(output.stream().filter(line -> line.contains("not ok ")))
                    .as(() -> String.join("\n", output))
                    .isEmpty();
            assertThat(exit).isZero();
            assertThat(output).contains("# fail 0").doesNotContain("# pass 0");
        } finally {
            jetty.stop();
        }
    }

    private static Server jetty(int port) throws Exception {
        var server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        var webSockets = WebSocketUpgradeHandler.from(server, JavaScriptJettyIT::endpoints);
        webSockets.setHandler(new Refusal());
        server.setHandler(webSockets);
        server.start();
        return server;
    }

    private static void endpoints(ServerWebSocketContainer container) {
        container.setMaxTextMessageSize(LARGEST_MESSAGE_BYTES);
        container.setMaxBinaryMessageSize(LARGEST_MESSAGE_BYTES);
        container.addMapping("/echo", (request, response, callback) -> {
            if (request.hasSubProtocol("chat")) {
                response.setAcceptedSubProtocol("chat");
            }
            return new Echo();
        });
        container.addMapping("/close", (request, response, callback) -> {
            var code = Integer.parseInt(request.getHttpURI().getQuery());
            return new Ending(session -> session.close(code, "why", NOOP));
        });
        container.addMapping(
                "/drop", (request, response, callback) -> new Ending(Session::disconnect));
    }

    /** Jetty makes it accessible by its methods, which have to be public. */
    public static final class Echo extends Session.Listener.AbstractAutoDemanding {
        @Override
        public void onWebSocketText(String text) {
            if (text.equals("ping me")) {
                getSession().sendPing(ByteBuffer.wrap("are you there?".getBytes(UTF_8)), NOOP);
            } else {
                getSession().sendText(text, NOOP);
            }
        }

        @Override
        public void onWebSocketPong(ByteBuffer payload) {
            getSession().sendText("pong: " + UTF_8.decode(payload), NOOP);
        }

        @Override
        public void onWebSocketBinary(
                ByteBuffer payload, org.eclipse.jetty.websocket.api.Callback callback) {
            getSession().sendBinary(payload, callback);
        }
    }

    /** Lets the client in, and ends that. */
    public static final class Ending implements Session.Listener.AutoDemanding {
        private final Consumer<Session> end;

        Ending(Consumer<Session> end) {
            this.end = end;
        }

        @Override
        public void onWebSocketOpen(Session session) {
            end.accept(session);
        }
    }

    /** {@code /status?503} and the like. */
    private static final class Refusal extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            @Nullable String status = request.getHttpURI().getQuery();
            response.setStatus(status == null ? 404 : Integer.parseInt(status));
            response.getHeaders().put("Retry-After", RETRY_AFTER_SECONDS);
            response.getHeaders().put("Location", "/echo");
            callback.succeeded();
            return true;
        }
    }
}
