package io.holdfast.conformance.process;

import static org.awaitility.Awaitility.await;

import io.holdfast.conformance.client.Client;
import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.client.JavaWebSocketClient;
import io.holdfast.conformance.client.JdkClient;
import io.holdfast.conformance.client.RawClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One server for all tests of a class, which run one after the other. What a test opened here is
 * closed after it, and the next begins when the server has noticed.
 */
public final class RunningServer implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private final Settings settings;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private @Nullable ServerProcess process;

    private RunningServer(Settings settings) {
        this.settings = settings;
    }

    public static RunningServer with(Settings settings) {
        return new RunningServer(settings);
    }

    public ServerProcess process() {
        if (process == null) {
            throw new IllegalStateException("the server runs only while tests do");
        }
        return process;
    }

    /** Connects to {@code path}, whatever the server says then. */
    public JdkClient open(String path) {
        return open(path, Map.of());
    }

    public JdkClient open(String path, Map<String, String> headers) {
        return closedLater(JdkClient.connect(process().webSocket(path), headers));
    }

    public JavaWebSocketClient openForeign(String path) {
        return closedLater(JavaWebSocketClient.connect(process().webSocket(path)));
    }

    /** A client of the rooms dialect that has had its welcome. */
    public JdkClient join(String clientId) {
        var client = open("/ws/" + clientId);
        client.next("welcome");
        return client;
    }

    /** These clients, each of which has seen all later ones arrive. */
    public List<Client> joinAll(String... clientIds) {
        var clients = new ArrayList<Client>();
        for (var clientId : clientIds) {
            var newcomer = join(clientId);
            for (var earlier : clients) {
                earlier.inbox()
                        .upTo(message -> message.path("client_id").asString("").equals(clientId));
            }
            clients.add(newcomer);
        }
        return clients;
    }

    public RawClient raw() {
        return closedLater(RawClient.connect(process().http()));
    }

    public RawClient rawWebSocket(String path, String... extraHeaders) {
        return raw().upgraded(path, extraHeaders);
    }

    /** A raw client that has read its welcome. */
    public RawClient rawJoin(String clientId, String... extraHeaders) {
        var client = rawWebSocket("/ws/" + clientId, extraHeaders);
        client.readText();
        return client;
    }

    public <T extends AutoCloseable> T closedLater(T client) {
        opened.add(client);
        return client;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        process = ServerProcess.start(settings);
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        if (context.getExecutionException().isPresent()) {
            System.out.println(context.getDisplayName() + " failed; the server's last log lines:\n"
                    + String.join("\n", process().err().tail(30)));
        }
        for (var client : opened) {
            client.close();
        }
        opened.clear();
        if (process().isAlive()) {
            await("the server has noticed that all clients left")
                    .atMost(Inbox.PATIENCE)
                    .until(() -> connections() == 0);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        process().close();
    }

    /** Open WebSocket connections of all dialects, as health tells them. */
    public int connections() {
        return Http.json(process().onOperationsPort("/health"))
                .path("websocket")
                .path("total_connections")
                .asInt(-1);
    }
}
