package io.holdfast.benchmarks.peer;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Vert.x as its documentation uses it: one event loop, native transport, a text handler, a write
 * per subscriber.
 */
public final class VertxServer {
    private static final int BACKLOG = 4096;

    /** Touched on the only event loop. */
    private final Set<ServerWebSocket> subscribers = new LinkedHashSet<>();

    private VertxServer() {}

    public static void main(String[] args) {
        Vertx vertx = Vertx.vertx(
                new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
        if (!vertx.isNativeTransportEnabled()) {
            throw new IllegalStateException(
                    "Vert.x found no native transport: the comparison would be unfair.");
        }
        VertxServer server = new VertxServer();
        vertx.createHttpServer(
                        new HttpServerOptions().setAcceptBacklog(BACKLOG).setTcpNoDelay(true))
                .webSocketHandler(server::connected)
                .listen(0, "127.0.0.1")
                .onSuccess(http -> Ready.print(http.actualPort()))
                .onFailure(failure -> {
                    System.err.println("Vert.x did not start: " + failure);
                    System.exit(2);
                });
    }

    private void connected(ServerWebSocket socket) {
        switch (socket.path()) {
            case "/publish" -> socket.textMessageHandler(this::publish);
            case "/subscribe" -> {
                subscribers.add(socket);
                socket.closeHandler(closed -> subscribers.remove(socket));
            }
            default -> socket.textMessageHandler(socket::writeTextMessage);
        }
    }

    private void publish(String text) {
        for (ServerWebSocket subscriber : subscribers) {
            subscriber.writeTextMessage(text);
        }
    }
}
