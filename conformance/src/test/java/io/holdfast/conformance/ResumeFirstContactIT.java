package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.names;
import static io.holdfast.conformance.client.Json.type;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.CuttableClient;
import io.holdfast.conformance.client.RawClient;
import io.holdfast.conformance.client.ResumingClient;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.process.StoreKeys;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a client asks for resume, what it is told, and that nobody else sees any of it. */
class ResumeFirstContactIT {
    private static final String HELLO = "{\"type\":\"hello\"}";

    @RegisterExtension
    static final RunningServer server =
            RunningServer.with(Settings.QUIET.with(StoreKeys.AUTH_TIMEOUT, "1s"));

    private ResumingClient client(String id) {
        return server.closedLater(ResumingClient.of(server.process().http(), "/ws/" + id));
    }

    private CuttableClient dial(String path, String... headers) {
        return server.closedLater(CuttableClient.connect(server.process().http(), path, headers));
    }

    @Test
    void theWelcomeNamesTheSessionAndItsStreams() {
        var welcome = client("ann").come();

        assertThat(names(welcome))
                .containsExactlyInAnyOrder(
                        "type",
                        "client_id",
                        "message",
                        "connections",
                        "server_time",
                        "session_token",
                        "expires_in",
                        "streams");
        assertThat(type(welcome)).isEqualTo("welcome");
        assertThat(welcome.path("client_id").asString()).isEqualTo("ann");
        assertThat(welcome.path("connections").asInt()).isEqualTo(1);
        assertThat(welcome.path("expires_in").asInt()).isEqualTo(3600);
        // 32 random bytes as URL-safe base64 without padding.
        assertThat(welcome.path("session_token").asString()).matches("[A-Za-z0-9_-]{43}");
        var streams = welcome.path("streams");
        assertThat(names(streams)).containsExactlyInAnyOrder("@ann", "lobby");
        for (var stream : streams) {
            assertThat(names(stream)).containsExactlyInAnyOrder("epoch", "seq");
            assertThat(stream.path("epoch").asString()).isNotEmpty();
            assertThat(stream.path("seq").isIntegralNumber()).isTrue();
        }
        assertThat(streams.path("@ann").path("seq").asLong()).isZero();
    }

    @Test
    void theSubprotocolAsksForResumeAsWellAndIsAgreedTo() {
        var raw = server.raw();
        var head = raw.upgrade("/ws/sub", "Sec-WebSocket-Protocol: chat, holdfast.v1");

        assertThat(head.status()).isEqualTo(101);
        assertThat(head.header("Sec-WebSocket-Protocol")).isEqualTo("holdfast.v1");
        raw.sendText(HELLO);
        assertThat(raw.readText()).contains("\"session_token\":");
    }

    @Test
    void aClientWithoutAnIdIsGivenOneAndGetsItBackWithItsToken() {
        var nameless = server.closedLater(ResumingClient.of(server.process().http(), "/ws"));
        var id = nameless.come().path("client_id").asString();
        nameless.connection().cut();

        var ack = nameless.comeBack();

        assertThat(id).isNotEmpty();
        assertThat(ack.path("session_restored").asBoolean()).isTrue();
        assertThat(ack.path("client_id").asString()).isEqualTo(id);
    }

    @Test
    void aPlainClientSeesNothingOfIt() {
        var plain = server.open("/ws/plain");
        var welcome = plain.next("welcome");
        var modern = client("modern");
        modern.come();
        plain.next("client_connected");

        assertThat(names(welcome))
                .containsExactlyInAnyOrder(
                        "type", "client_id", "message", "connections", "server_time");
        var ack = plain.ask("{\"type\":\"message\",\"data\":1,\"id\":\"p1\"}", "ack");
        assertThat(names(ack)).containsExactlyInAnyOrder("type", "id", "status");
        modern.publish("lobby", "2");
        assertThat(names(plain.next("message")))
                .as("its own is not among them")
                .containsExactlyInAnyOrder("type", "from", "room", "data", "timestamp");
        modern.direct("plain", "3");
        assertThat(names(plain.next("direct")))
                .containsExactlyInAnyOrder("type", "from", "data", "timestamp");
        plain.send("{\"type\":\"direct\",\"to\":\"modern\",\"data\":4,\"id\":\"p2\"}");
        assertThat(names(plain.next("ack"))).containsExactlyInAnyOrder("type", "id", "status");
        plain.send("{\"type\":\"join\",\"room\":\"x\",\"id\":\"p3\"}");
        assertThat(names(plain.next("ack"))).containsExactlyInAnyOrder("type", "id", "status");
        assertThat(plain.everythingUntilPong()).isEmpty();
    }

    @Test
    void aHelloWhereResumeWasNotAskedForIsNotPublishedWithItsToken() {
        var clients = server.joinAll("eve", "fay");
        var error =
                clients.get(0).ask("{\"type\":\"hello\",\"session_token\":\"secret\"}", "error");

        assertThat(error.path("code").asString()).isEqualTo("bad_message");
        clients.get(0).ask("{\"type\":\"message\",\"data\":\"then\"}", "ack");
        assertThat(clients.get(1).next("message").path("data").toString()).isEqualTo("\"then\"");
    }

    @Test
    void aSequencedMessageHasItsNumberAndItsPublishersId() {
        var ann = client("ann2");
        ann.come();
        var id = ann.publish("lobby", "{\"a\":1}");
        var own = ann.readMessage("lobby");

        assertThat(names(own))
                .containsExactlyInAnyOrder(
                        "type", "from", "room", "data", "timestamp", "stream", "seq", "id");
        assertThat(own.path("id").asString()).isEqualTo(id);
        assertThat(own.path("from").asString()).isEqualTo("ann2");
        var ack = ann.answerTo(id);
        assertThat(names(ack)).containsExactlyInAnyOrder("type", "id", "status", "stream", "seq");
        assertThat(ack.path("stream").asString()).isEqualTo("lobby");
        assertThat(ack.path("seq").asLong()).isEqualTo(own.path("seq").asLong());
    }

    @Test
    void aJoinSaysWhereTheRoomStands() {
        var ann = client("ann3");
        ann.come();
        var ack = ann.join("room-of-ann3");

        assertThat(names(ack))
                .containsExactlyInAnyOrder("type", "id", "status", "stream", "epoch", "seq");
        assertThat(ack.path("stream").asString()).isEqualTo("room-of-ann3");
        assertThat(ack.path("seq").asLong()).isZero();
        assertThat(ann.published("room-of-ann3", "1").path("seq").asLong()).isEqualTo(1);
    }

    @Test
    void whoeverSaysNoHelloInTimeIsClosedWith1008() {
        assertThat(dial("/ws/mute?resume=1").inbox().awaitClose().code()).isEqualTo(1008);
    }

    @Test
    void anythingBeforeHelloIsRefusedAndDoesNothing() {
        var plain = server.join("witness");
        var early = dial("/ws/early?resume=1");
        for (var text : List.of(
                "{\"type\":\"message\",\"data\":1,\"id\":\"e1\"}",
                "{\"type\":\"join\",\"room\":\"x\"}",
                "{\"type\":\"ping\"}",
                "just text",
                "[1]")) {
            assertThat(early.ask(text, "error").path("code").asString()).isEqualTo("bad_message");
        }
        assertThat(plain.everythingUntilPong()).as("it is not there yet").isEmpty();

        assertThat(early.ask(HELLO, "welcome").path("client_id").asString()).isEqualTo("early");
        assertThat(plain.next("client_connected").path("client_id").asString()).isEqualTo("early");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"hello\",\"session_token\":7}",
                "{\"type\":\"hello\",\"session_token\":{}}",
                "{\"type\":\"hello\",\"positions\":[]}",
                "{\"type\":\"hello\",\"positions\":\"lobby\"}",
                "{\"type\":\"hello\",\"positions\":{\"lobby\":41}}",
                "{\"type\":\"hello\",\"positions\":{\"lobby\":{\"seq\":1}}}",
                "{\"type\":\"hello\",\"positions\":{\"lobby\":{\"epoch\":\"e\"}}}",
                "{\"type\":\"hello\",\"positions\":{\"lobby\":{\"epoch\":\"e\",\"seq\":-1}}}",
                "{\"type\":\"hello\",\"positions\":{\"lobby\":{\"epoch\":\"e\",\"seq\":1.5}}}",
                "{\"type\":\"hello\",\"positions\":{\"lobby\":{\"epoch\":\"e\",\"seq\":\"1\"}}}",
                "{\"type\":\"hello\",\"positions\":{\"lobby\":"
                        + "{\"epoch\":\"e\",\"seq\":9007199254740992}}}",
                "{\"type\":\"hello\",\"positions\":{\"lobby\":"
                        + "{\"epoch\":\"e\",\"seq\":99999999999999999999999}}}",
                "{\"type\":\"hello\",\"positions\":{\"lobby\":{\"epoch\":\"\",\"seq\":1}}}",
                "{\"type\":\"hello\",\"type\":\"hello\"}",
                "{\"type\":\"Hello\"}",
                "{\"type\":\"hello\"",
            })
    void aWrongHelloIsRefusedAndARightOneStillTaken(String wrong) {
        var client = dial("/ws/wrong?resume=1");
        var error = client.ask(wrong, "error");

        assertThat(error.path("code").asString()).isEqualTo("bad_message");
        assertThat(error.path("message").asString()).isNotEmpty();
        assertThat(client.ask(HELLO, "welcome").path("client_id").asString()).isEqualTo("wrong");
    }

    @Test
    void aHelloWithNullsOrUnknownFieldsIsAFirstOne() {
        var client = dial("/ws/nulls?resume=1");
        var welcome = client.ask(
                "{\"type\":\"hello\",\"session_token\":null,\"positions\":null,\"new\":[1]}",
                "welcome");

        assertThat(welcome.has("session_token")).isTrue();
    }

    @Test
    void aSecondHelloChangesNothing() {
        var ann = client("twice");
        ann.come();
        var first = ann.token();
        ann.connection().send(HELLO);
        ann.readThroughOwn("lobby");
        ann.connection().cut();

        assertThat(ann.token()).isEqualTo(first);
        assertThat(ann.comeBack().path("session_restored").asBoolean()).isTrue();
    }

    @Test
    void positionsWithoutATokenStillRecoverTheLobby() {
        var ann = client("tokenless");
        ann.come();
        var at = ann.position("lobby");
        ann.readThroughOwn("lobby");
        ann.connection().cut();
        var stranger = client("stranger");
        stranger.position("lobby", at);

        var ack = stranger.come();

        assertThat(type(ack)).isEqualTo("reconnection_ack");
        assertThat(ack.path("session_restored").asBoolean(true)).isFalse();
        assertThat(stranger.readMessage("lobby").path("from").asString()).isEqualTo("tokenless");
    }

    @Test
    void anotherQueryParameterDoesNotAskForResume() {
        try (var raw = RawClient.webSocket(server.process().http(), "/ws/zero?resume=0")) {
            assertThat(raw.readText()).startsWith("{\"type\":\"welcome\"");
        }
    }

    @Test
    void aNewcomerThatAsksForPresenceIsToldWhoIsThere() {
        server.join("host");
        var guest = dial("/ws/guest?resume=1");
        guest.ask("{\"type\":\"hello\",\"presence\":true}", "welcome");

        var presence = guest.next("presence");
        assertThat(presence.path("room").asString()).isEqualTo("lobby");
        assertThat(presence.path("clients").toString()).isEqualTo("[\"host\",\"guest\"]");
    }

    @Test
    void talkingDoesNotPutTheHelloOff() {
        var chatty = dial("/ws/chatty?resume=1");
        while (!chatty.inbox().isClosed()) {
            try {
                chatty.ask("{\"type\":\"ping\"}", "error");
            } catch (AssertionError | UncheckedIOException closedMeanwhile) {
                break;
            }
        }

        assertThat(chatty.inbox().awaitClose().code()).isEqualTo(1008);
    }
}
