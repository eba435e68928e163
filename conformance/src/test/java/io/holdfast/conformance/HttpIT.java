package io.holdfast.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.Json;
import io.holdfast.conformance.client.RawClient;
import io.holdfast.conformance.process.Http;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server says to plain HTTP. */
class HttpIT {
    private static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    @RegisterExtension
    static final RunningServer server = RunningServer.with(Settings.QUIET);

    @Test
    void theRootDescribesTheService() {
        var answer = Http.get(server.process().onPublicPort("/"), "Accept", "application/json");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                .startsWith("application/json");
        assertThat(Json.parse(answer.body()).isObject()).isTrue();
    }

    @Test
    void aBrowserIsGivenAPage() {
        var answer = Http.get(server.process().onPublicPort("/"), "Accept", "text/html,*/*;q=0.8");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/deepstream/health"})
    void healthHasItsShapeOnBothPorts(String path) {
        server.join("ann");
        for (var uri : new URI[] {
            server.process().onPublicPort(path), server.process().onOperationsPort(path)
        }) {
            var answer = Http.get(uri);
            var health = Json.parse(answer.body());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                    .startsWith("application/json");
            assertThat(health.path("status").asString()).isEqualTo("ok");
            assertThat(health.path("timestamp").asString())
                    .matches("\\d{4}-\\d\\d-\\d\\dT[0-9:]{8}\\.\\d{3}Z");
            assertThat(Json.names(health))
                    .contains(
                            "status",
                            "timestamp",
                            "connected_instances",
                            "connected_instances_total",
                            "websocket",
                            "system");
            assertThat(Json.names(health.path("websocket")))
                    .containsExactlyInAnyOrder(
                            "total_connections",
                            "authenticated_connections",
                            "unauthenticated_connections",
                            "is_shutting_down");
            assertThat(Json.names(health.path("system")))
                    .containsExactlyInAnyOrder("cpu_usage", "memory_usage", "uptime");
            assertThat(health.path("system").path("memory_usage").asDouble(-1))
                    .isBetween(0.0, 100.0);
            assertThat(health.path("system").path("uptime").asDouble(-1)).isPositive();
            assertThat(health.has("connections")).isEqualTo(path.equals("/health"));
        }
    }

    @Test
    void whereAClientComesFromIsShownOnTheOperationsPortOnly() {
        server.join("ann");
        var publicInstance = Http.json(server.process().onPublicPort("/health"))
                .path("connected_instances")
                .path(0);
        var operationsInstance = Http.json(server.process().onOperationsPort("/health"))
                .path("connected_instances")
                .path(0);

        assertThat(Json.names(publicInstance))
                .containsExactlyInAnyOrder("instance_id", "state", "connected_at", "last_seen");
        assertThat(Json.names(operationsInstance))
                .containsExactlyInAnyOrder(
                        "instance_id", "state", "connected_at", "last_seen", "remote");
        assertThat(operationsInstance.path("instance_id").asString()).isEqualTo("ann");
        assertThat(operationsInstance.path("remote").asString()).contains("127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/live", "/health/ready"})
    void theProbesAnswer200(String path) {
        assertThat(Http.get(server.process().onPublicPort(path)).statusCode()).isEqualTo(200);
        assertThat(Http.get(server.process().onOperationsPort(path)).statusCode())
                .isEqualTo(200);
    }

    @Test
    void metricsArePrometheusTextByDefault() {
        server.join("ann").ask("{\"type\":\"message\",\"data\":1}", "ack");
        var answer = Http.get(server.process().onOperationsPort("/metrics"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                .matches("(text/plain|application/openmetrics-text).*");
        for (var name : new String[] {
            "holdfast_active_connections",
            "holdfast_connections_total",
            "holdfast_messages_sent_total",
            "holdfast_messages_received_total",
            "holdfast_bytes_",
            "holdfast_failed_broadcasts_total",
            "holdfast_slow_consumers_total",
            "holdfast_zombies_total",
            "holdfast_rate_limited_total",
        }) {
            assertThat(answer.body()).contains("\n" + name);
        }
        assertThat(answer.body()).as("no series per client").doesNotContain("\"ann\"");
    }

    @Test
    void metricsAreJsonWhenAskedFor() {
        server.join("ann");
        var metrics = Http.json(
                server.process().onOperationsPort("/metrics"), "Accept", "application/json");

        assertThat(Json.names(metrics))
                .contains(
                        "uptime",
                        "total_connections",
                        "active_connections",
                        "message_rate",
                        "throughput",
                        "errors");
        assertThat(metrics.path("active_connections").asInt()).isEqualTo(1);
        assertThat(Json.names(metrics.path("throughput"))).containsExactly("received", "sent");
    }

    @Test
    void anUnknownPathIsNotFound() {
        assertThat(Http.get(server.process().onPublicPort("/nothing/here")).statusCode())
                .isEqualTo(404);
        assertThat(Http.get(server.process().onOperationsPort("/nothing/here")).statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH"})
    void anotherMethodIsNotAllowed(String method) {
        var answer = Http.send(method, server.process().onPublicPort("/health"));

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow").orElse("")).contains("GET");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/health", "/health/live"})
    void headIsGetWithoutTheBody(String path) {
        try (var raw = RawClient.connect(server.process().http())) {
            raw.send("HEAD " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            var head = raw.readHead();

            assertThat(head.status()).isEqualTo(200);
            assertThat(Integer.parseInt(head.header("Content-Length"))).isPositive();
            assertThat(raw.readToEnd()).isEmpty();
        }
    }

    @Test
    void aConnectionIsKeptForSeveralRequests() {
        var raw = server.raw();
        var request = "HEAD /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
        assertThat(raw.send(request).readHead().status()).isEqualTo(200);
        assertThat(raw.send(request).readHead().status()).isEqualTo(200);
        raw.send(request + request);
        assertThat(raw.readHead().status()).isEqualTo(200);
        assertThat(raw.readHead().status()).isEqualTo(200);
    }

    @Test
    void anotherWebSocketVersionIsToldWhichOneIsSpoken() {
        var raw = server.raw();
        raw.send(RawClient.handshake("/ws/ann").replace("Version: 13", "Version: 8"));
        var head = raw.readHead();

        assertThat(head.status()).isEqualTo(426);
        assertThat(head.header("Sec-WebSocket-Version")).isEqualTo("13");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Sec-WebSocket-Key: short\r\n", KEY + KEY, ""})
    void aBadWebSocketKeyIsABadRequest(String keyHeader) {
        var raw = server.raw();
        raw.send(RawClient.handshake("/ws/ann").replace(KEY, keyHeader));

        assertThat(raw.readHead().status()).isEqualTo(400);
    }

    @Test
    void aWebSocketPathWithoutAnUpgradeIsRefused() {
        assertThat(Http.get(server.process().onPublicPort("/ws/ann")).statusCode())
                .isIn(400, 426);
    }

    @Test
    void theHandshakeIsAnsweredAsRfc6455Computes() {
        var head = server.raw().upgrade("/ws/ann");

        assertThat(head.status()).isEqualTo(101);
        assertThat(head.header("Sec-WebSocket-Accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assertThat(head.header("Upgrade")).isEqualToIgnoringCase("websocket");
        assertThat(head.header("Sec-WebSocket-Extensions")).isEmpty();
    }
}
