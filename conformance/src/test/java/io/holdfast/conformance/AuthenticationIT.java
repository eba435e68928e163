package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.type;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.Closed;
import io.holdfast.conformance.client.JdkClient;
import io.holdfast.conformance.process.Http;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens and origins. */
class AuthenticationIT {
    private static final String TOKEN = "correct-horse-battery-staple";
    private static final String READY =
            "{\"type\":\"app_ready\",\"instance_id\":\"cam-7\",\"reconnection\":false}";

    @RegisterExtension
    static final RunningServer server = RunningServer.with(Settings.QUIET
            .with(Keys.TOKENS, "tester:" + TOKEN)
            .with(Keys.DEEPSTREAM_AUTH_TIMEOUT, "1s")
            .with(Keys.ALLOWED_ORIGINS, "https://dashboard.example"));

    @ParameterizedTest
    @ValueSource(strings = {"/ws/ann", "/ws", "/ws/ann?token=wrong", "/ws/ann?token="})
    void withoutAGoodTokenRoomsCloseWith1008(String path) {
        assertThat(server.open(path).inbox().awaitClose())
                .isEqualTo(new Closed(1008, "Unauthorized"));
    }

    @Test
    void aBadTokenInTheHeaderIsClosedWith1008() {
        var client = server.open("/ws/ann", Map.of("Authorization", "Bearer nope"));

        assertThat(client.inbox().awaitClose().code()).isEqualTo(1008);
    }

    @Test
    void aTokenInTheHeaderIsAccepted() {
        var client = server.open("/ws/ann", Map.of("Authorization", "Bearer " + TOKEN));

        assertThat(type(client.next())).isEqualTo("welcome");
    }

    @Test
    void aTokenInTheQueryIsAccepted() {
        assertThat(type(server.open("/ws/ann?token=" + TOKEN).next())).isEqualTo("welcome");
    }

    @Test
    void deepstreamAcceptsATokenInTheHeader() {
        var app = server.open("/deepstream/ws", Map.of("Authorization", "Bearer " + TOKEN));

        assertThat(type(app.ask(READY, "ready_ack"))).isEqualTo("ready_ack");
    }

    @Test
    void deepstreamAcceptsATokenInTheQuery() {
        var app = server.open("/deepstream/ws?token=" + TOKEN);

        assertThat(type(app.ask(READY, "ready_ack"))).isEqualTo("ready_ack");
    }

    @Test
    void deepstreamAcceptsATokenInTheFirstMessage() {
        var app = server.open("/deepstream/ws");
        app.send("{\"type\":\"auth\",\"token\":\"" + TOKEN + "\"}");

        assertThat(type(app.ask(READY, "ready_ack"))).isEqualTo("ready_ack");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"type\":\"auth\",\"token\":\"wrong\"}", "{\"type\":\"auth\"}", READY})
    void deepstreamClosesWith1008WhenTheFirstMessageHasNoGoodToken(String first) {
        var app = server.open("/deepstream/ws");
        app.send(first);

        assertThat(app.inbox().awaitClose().code()).isEqualTo(1008);
    }

    @Test
    void deepstreamClosesWith1008WhenNoTokenComesInTime() {
        assertThat(server.open("/deepstream/ws").inbox().awaitClose().code()).isEqualTo(1008);
    }

    @Test
    void anAuthenticatedConnectionIsCountedAsSuch() {
        server.open("/ws/ann?token=" + TOKEN).next("welcome");
        var counts = Http.json(server.process().onOperationsPort("/health")).path("websocket");

        assertThat(counts.path("authenticated_connections").asInt()).isEqualTo(1);
        assertThat(counts.path("unauthenticated_connections").asInt()).isZero();
    }

    @Test
    void thePublicListOfInstancesNeedsAToken() {
        server.open("/ws/ann?token=" + TOKEN).next("welcome");
        var health = server.process().onPublicPort("/health");

        assertThat(Http.json(health).path("connected_instances")).isEmpty();
        assertThat(Http.json(health).path("connections").asInt()).isEqualTo(1);
        assertThat(Http.json(health, "Authorization", "Bearer " + TOKEN)
                        .path("connected_instances"))
                .hasSize(1);
    }

    @Test
    void aPageFromElsewhereIsNotLetIn() {
        var uri = server.process().webSocket("/ws/ann?token=" + TOKEN);

        assertThat(JdkClient.refusedStatus(uri, Map.of("Origin", "https://evil.example")))
                .isEqualTo(403);
        assertThat(JdkClient.refusedStatus(uri, Map.of("Origin", "null"))).isEqualTo(403);
        assertThat(JdkClient.refusedStatus(
                        uri, Map.of("Origin", "https://dashboard.example.evil.example")))
                .isEqualTo(403);
    }

    @Test
    void aPageOfAnAllowedOriginIsLetIn() {
        var headers = Map.of("Origin", "https://dashboard.example");

        assertThat(type(server.open("/ws/ann?token=" + TOKEN, headers).next()))
                .isEqualTo("welcome");
    }

    @Test
    void aPageOfAnAllowedOriginMayReadHealth() {
        var health = server.process().onPublicPort("/health");
        var allowed = Http.get(health, "Origin", "https://dashboard.example").headers();
        var other = Http.get(health, "Origin", "https://evil.example").headers();

        assertThat(allowed.firstValue("Access-Control-Allow-Origin"))
                .hasValue("https://dashboard.example");
        assertThat(allowed.allValues("Vary")).anyMatch(value -> value.equalsIgnoreCase("Origin"));
        assertThat(other.firstValue("Access-Control-Allow-Origin")).isEmpty();
    }

    @Test
    void tokensAreNeverLoggedNorExported() {
        server.open("/ws/ann?token=" + TOKEN).next("welcome");
        server.open("/ws/ann?token=nearly-" + TOKEN).inbox().awaitClose();

        assertThat(server.process().err().soFar()).noneMatch(line -> line.contains(TOKEN));
        assertThat(Http.get(server.process().onOperationsPort("/metrics")).body())
                .doesNotContain(TOKEN);
    }
}
