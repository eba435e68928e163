package io.holdfast.cli;

import io.holdfast.cli.talk.Delivery;
import io.holdfast.cli.talk.Target;
import io.holdfast.client.ClientBuilder;
import io.holdfast.client.HoldfastClient;
import io.holdfast.server.HoldfastServer;
import io.holdfast.server.config.ConfigLoader;
import io.holdfast.server.config.ConfigSources;
import io.holdfast.server.log.LogOutput;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/**
 * {@code holdfast warm-up}: starts a server, talks to it and stops it, so that the JVM can record
 * which classes that takes (the launcher's AOT cache).
 */
@Command(
        name = "warm-up",
        hidden = true,
        description = "Run once through everything, for the AOT cache.")
final class WarmUpCommand implements Callable<Integer> {
    private static final int PATIENCE_SECONDS = 30;
    /** Enough for the JVM to see what is hot, and still done within a second or two. */
    private static final int RESUMES = 200;
    /** Without a snapshot: it must neither use nor leave anything where the real server runs. */
    static final Map<String, String> SETTINGS = Map.of(
            "server.host", "127.0.0.1",
            "server.port", "0",
            "server.operations_port", "0",
            "bot.host", "127.0.0.1",
            "bot.port", "0",
            "store.snapshot", "false",
            "rooms.max_messages_per_minute", "0");

    @Override
    public Integer call() throws Exception {
        var config = ConfigLoader.load(ConfigSources.of(SETTINGS));
        try (LogOutput output = LogOutput.start(config.log(), OutputStream.nullOutputStream());
                HoldfastServer server = HoldfastServer.start(config, null);
                HttpClient client = HttpClient.newHttpClient()) {
            String health = "http://127.0.0.1:" + server.operationsPort();
            for (String path : new String[] {"/health", "/metrics"}) {
                client.send(
                        HttpRequest.newBuilder(URI.create(health + path)).build(),
                        HttpResponse.BodyHandlers.discarding());
            }
            Conversation conversation = new Conversation();
            WebSocket socket = client.newWebSocketBuilder()
                    .buildAsync(
                            URI.create("ws://127.0.0.1:" + server.port() + "/ws/warm"),
                            conversation)
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            socket.sendText("{\"type\":\"message\",\"data\":1,\"id\":\"1\"}", true)
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            boolean answered = conversation.welcomeAndAck.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            resume(client, server.port());
            send(server.port());
            server.signal("TERM");
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            server.outcome().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return answered ? 0 : 1;
        }
    }

    /** After a restart a whole fleet does this at once, with a JVM that has just begun. */
    private static void resume(HttpClient client, int port) throws Exception {
        URI uri = URI.create("ws://127.0.0.1:" + port + "/ws/warm-again?resume=1");
        String hello = "{\"type\":\"hello\"}";
        for (int i = 0; i < RESUMES; i++) {
            Answers answers = new Answers();
            WebSocket socket = client.newWebSocketBuilder()
                    .buildAsync(uri, answers)
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            socket.sendText(hello, true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            String first = answers.next();
            hello = "{\"type\":\"hello\",\"session_token\":\"" + field(first, "session_token")
                    + "\",\"positions\":{\"lobby\":{\"epoch\":\"" + field(first, "epoch")
                    + "\",\"seq\":" + i + "}}}";
            socket.sendText("{\"type\":\"message\",\"data\":1,\"id\":\"" + i + "\"}", true)
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            answers.next();
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** What a script calls often has to start fast too. */
    private static void send(int port) throws InterruptedException {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        ClientBuilder client = HoldfastClient.feed().url("ws://127.0.0.1:" + port);
        new Delivery(client, new Target(), true, true, nowhere, nowhere).one("warm");
    }

    /** The first string field of that name. */
    private static String field(String json, String name) {
        int from = json.indexOf("\"" + name + "\":\"") + name.length() + 4;
        return json.substring(from, json.indexOf('"', from));
    }

    private static final class Answers implements WebSocket.Listener {
        private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();

        String next() throws InterruptedException {
            String answer = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (answer == null) {
                throw new IllegalStateException("the server did not answer");
            }
            return answer;
        }

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket socket, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                received.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }
    }

    private static final class Conversation implements WebSocket.Listener {
        final CountDownLatch welcomeAndAck = new CountDownLatch(2);

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket socket, CharSequence text, boolean last) {
            welcomeAndAck.countDown();
            socket.request(1);
            return null;
        }
    }
}
