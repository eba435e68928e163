package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.conformance.client.Client;
import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.process.Http;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** The control channel of pipeline applications, with authentication off. */
class DeepstreamIT {
    @RegisterExtension
    static final RunningServer server = RunningServer.with(Settings.QUIET);

    @Test
    void anApplicationThatIsReadyIsAcknowledged() {
        var ack = server.open("/deepstream/ws").ask(ready("first-1", false), "ready_ack");

        assertThat(ack.path("status").asString()).isEqualTo("ok");
        assertThat(ack.path("session_restored").asBoolean(true)).isFalse();
        assertThat(ack.path("server_status").asString()).isEqualTo("running");
    }

    @Test
    void aReconnectionWithoutASessionIsStillFine() {
        var ack = server.open("/deepstream/ws").ask(ready("never-seen", true), "reconnection_ack");

        assertThat(ack.path("status").asString()).isEqualTo("ok");
        assertThat(ack.path("session_restored").asBoolean(true)).isFalse();
        assertThat(ack.path("server_status").asString()).isEqualTo("running");
    }

    @Test
    void aReconnectionFindsItsSession() {
        var before = server.open("/deepstream/ws");
        before.ask(ready("cam-7", false), "ready_ack");
        before.close();
        await().atMost(Inbox.PATIENCE).until(() -> server.connections() == 0);
        var ack = server.open("/deepstream/ws").ask(ready("cam-7", true), "reconnection_ack");

        assertThat(ack.path("status").asString()).isEqualTo("ok");
        assertThat(ack.path("session_restored").asBoolean(false)).isTrue();
    }

    @Test
    void aNewerConnectionOfTheSameInstanceReplacesTheOlder() {
        var older = server.open("/deepstream/ws");
        older.ask(ready("cam-8", false), "ready_ack");
        var newer = server.open("/deepstream/ws");
        newer.ask(ready("cam-8", true), "reconnection_ack");

        assertThat(older.inbox().awaitClose().code()).isEqualTo(4500);
        assertThat(type(newer.ask("{\"type\":\"ping\"}", "pong"))).isEqualTo("pong");
    }

    @Test
    void aPingIsAnswered() {
        var app = server.open("/deepstream/ws");
        app.ask(ready("cam-7", false), "ready_ack");

        assertThat(type(app.ask("{\"type\":\"ping\"}", "pong"))).isEqualTo("pong");
    }

    @Test
    void anInstanceIdOf128PrintableCharactersIsAccepted() {
        var app = server.open("/deepstream/ws");

        assertThat(type(app.ask(ready("Камера 7/" + "x".repeat(119), false), "ready_ack")))
                .isEqualTo("ready_ack");
    }

    @Test
    void anImpossibleInstanceIdIsNotAccepted() {
        for (var id : new String[] {"", "x".repeat(129), "tab\\tinside"}) {
            var app = server.open("/deepstream/ws");
            app.send(ready(id, false));
            await("an error or a close for " + id)
                    .atMost(Inbox.PATIENCE)
                    .until(() -> app.inbox().isClosed() || !app.inbox().isEmpty());

            assertThat(app.inbox().isClosed() || type(app.next()).equals("error"))
                    .isTrue();
            assertThat(counts().path("authenticated_connections").asInt()).isZero();
            app.close();
        }
    }

    @Test
    void aConnectionCountsAsAuthenticatedOnceItIsReady() {
        var app = server.open("/deepstream/ws");
        await().atMost(Inbox.PATIENCE)
                .until(() -> counts().path("unauthenticated_connections").asInt() == 1);
        assertThat(counts().path("authenticated_connections").asInt()).isZero();

        app.ask(ready("cam-7", false), "ready_ack");

        assertThat(counts().path("authenticated_connections").asInt()).isEqualTo(1);
        assertThat(counts().path("unauthenticated_connections").asInt()).isZero();
    }

    @Test
    void healthListsTheInstances() {
        var app = server.open("/deepstream/ws");
        app.ask(ready("cam-7", false), "ready_ack");
        var health = Http.json(server.process().onOperationsPort("/deepstream/health"));
        var instance = health.path("connected_instances").path(0);

        assertThat(instance.path("instance_id").asString()).isEqualTo("cam-7");
        assertThat(instance.path("state").asString()).isEqualTo("connected");
        assertThat(instance.path("connected_at").asString()).matches(".*T.*\\.\\d{3}Z");
        assertThat(instance.path("last_seen").asString()).matches(".*T.*\\.\\d{3}Z");
        assertThat(instance.path("remote").asString()).contains("127.0.0.1");
    }

    @Test
    void deepstreamHealthDoesNotCountRooms() {
        server.join("ann");

        assertThat(counts().path("total_connections").asInt()).isZero();
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void anEventIsPublishedForDashboards() {
        Client dashboard = server.join("dashboard");
        dashboard.ask("{\"type\":\"join\",\"room\":\"deepstream.events\"}", "ack");
        var app = server.open("/deepstream/ws");
        app.ask(ready("cam-7", false), "ready_ack");
        app.send("{\"type\":\"event\",\"name\":\"stall\",\"data\":{\"source\" : 3}}");

        var arrival = dashboard.inbox().upTo(message -> message.toString().contains("stall"));
        assertThat(arrival.getLast().path("room").asString()).isEqualTo("deepstream.events");
        assertThat(arrival.getLast().toString()).contains("\"source\":3");
    }

    @Test
    void aMessageThatMakesNoSenseHarmsNobodyElse() {
        var other = server.open("/deepstream/ws");
        other.ask(ready("cam-8", false), "ready_ack");
        var app = server.open("/deepstream/ws");
        app.ask(ready("cam-7", false), "ready_ack");
        app.send("not json");
        app.send("{\"type\":\"app_terminated\"}");
        app.send("{\"type\":\"command_result\",\"request_id\":\"unknown\",\"status\":\"OK\"}");
        app.send("{\"type\":7}");

        assertThat(type(other.ask("{\"type\":\"ping\"}", "pong"))).isEqualTo("pong");
        assertThat(type(app.ask("{\"type\":\"ping\"}", "pong"))).isEqualTo("pong");
    }

    static String ready(String instanceId, boolean reconnection) {
        return "{\"type\":\"app_ready\",\"instance_id\":\"" + instanceId + "\",\"reconnection\":"
                + reconnection + ",\"last_close_code\":0,\"config\":{\"sources\":4}}";
    }

    private static JsonNode counts() {
        return Http.json(server.process().onOperationsPort("/deepstream/health"))
                .path("websocket");
    }
}
