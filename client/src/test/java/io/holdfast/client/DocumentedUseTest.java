package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The code in docs/clients-java.md is this file's, so that it compiles. */
class DocumentedUseTest {
    private static final Path DOCS = Path.of("..", "docs", "clients-java.md");
    private static final Path SOURCE =
            Path.of("src", "test", "java", "io", "holdfast", "client", "DocumentedUseTest.java");
    private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void allCodeInTheDocumentationCompiles() throws Exception {
        String compiled = plain(Files.readString(SOURCE));
        List<String> shown = CODE.matcher(Files.readString(DOCS))
                .results()
                .map(code -> plain(code.group(1)))
                .toList();
        assertThat(shown).hasSize(5).allSatisfy(code -> assertThat(compiled).contains(code));
    }

    /** Without space and comments at the ends of lines: formatters differ about both. */
    private static String plain(String code) {
        return code.replaceAll("// .*", "").replaceAll("\\s+", "");
    }

    static void first() throws Exception {
        try (HoldfastClient client = HoldfastClient.feed()
                .url("ws://localhost:8000")
                .clientId("alice")
                .resume()
                .open()) {
            client.join("kitchen");
            client.send("kitchen", "{\"temperature\":21}")
                    .thenAccept(ack -> System.out.println(ack.seq()));
            for (Event event = client.receive();
                    !(event instanceof Event.Closed);
                    event = client.receive()) {
                System.out.println(event);
            }
        }
    }

    static void sending(HoldfastClient client) {
        client.send("kitchen", "{\"temperature\":21}").whenComplete((ack, failure) -> {
            if (failure instanceof ClientException why && why.kind() == ErrorKind.OUTCOME_UNKNOWN) {
                System.out.println("perhaps published: " + why.getMessage());
            }
        });
        client.post("kitchen", "{\"temperature\":22}");
    }

    static void saving() throws Exception {
        Path file = Path.of("session.json");
        ClientBuilder builder = HoldfastClient.feed().url("ws://localhost:8000").resume();
        if (Files.exists(file)) {
            builder.resumeFrom(SavedSession.fromJson(Files.readString(file)));
        }
        try (HoldfastClient client = builder.open()) {
            for (Event event = client.receive();
                    !(event instanceof Event.Closed);
                    event = client.receive()) {
                System.out.println(event);
                Optional<SavedSession> saved = client.saved();
                if (saved.isPresent()) {
                    Files.writeString(file, saved.get().toJson());
                }
            }
        }
    }

    static List<ClientBuilder> tokens() {
        ClientBuilder blocking = HoldfastClient.feed()
                .url("wss://example.org")
                .token(() -> Files.readString(Path.of("token")).strip());
        ClientBuilder asynchronous = HoldfastClient.feed()
                .url("wss://example.org")
                .tokenAsync(
                        () -> CompletableFuture.supplyAsync(() -> "from your identity provider"));
        return List.of(blocking, asynchronous);
    }

    static HoldfastClient alerts() {
        HoldfastClient client = HoldfastClient.bot()
                .url("tcp://localhost:9000")
                .clientId("bot-1")
                .alert(new AlertCondition.Failures(3, Duration.ofMinutes(5)))
                .alert(new AlertCondition.MissedMessages())
                .alert(new AlertCondition.NotConnected(Duration.ofMinutes(1)))
                .listener(event -> {
                    if (event instanceof Event.Alert alert) {
                        System.out.println(alert.what());
                    }
                })
                .open();
        return client;
    }
}
