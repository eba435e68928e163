package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.names;
import static io.holdfast.conformance.client.Json.type;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.ResumingClient;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.process.StoreKeys;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Messages to one client: kept while it is away, as long as it can come back. */
class PersonalStreamIT {
    private static final int HISTORY = 10;

    @RegisterExtension
    static final RunningServer server =
            RunningServer.with(Settings.QUIET.with(StoreKeys.HISTORY_SIZE, HISTORY));

    private ResumingClient arrived(String id) {
        var client = server.closedLater(ResumingClient.of(server.process().http(), "/ws/" + id));
        client.come();
        return client;
    }

    @Test
    void aDirectMessageHasItsPlaceInTheReceiversStream() {
        var ann = arrived("ann1");
        var bob = arrived("bob1");
        var id = bob.direct("ann1", "{\"x\":1}");
        var direct = ann.readMessage("@ann1");

        assertThat(names(direct))
                .containsExactlyInAnyOrder(
                        "stream", "seq", "id", "type", "from", "data", "timestamp");
        assertThat(type(direct)).isEqualTo("direct");
        assertThat(direct.path("seq").asLong()).isEqualTo(1);
        assertThat(direct.path("from").asString()).isEqualTo("bob1");
        assertThat(direct.path("id").asString()).isEqualTo(id);
        assertThat(bob.answerTo(id).toString())
                .isEqualTo("{\"type\":\"ack\",\"id\":\"" + id
                        + "\",\"status\":\"ok\",\"stream\":\"@ann1\",\"seq\":1}");
    }

    @Test
    void whatIsSentToOneThatIsAwayIsQueuedAndGivenWhenItIsBack() {
        var ann = arrived("ann2");
        var bob = arrived("bob2");
        ann.connection().leave();
        ann.connection().inbox().awaitClose();
        for (var i = 1; i <= 3; i++) {
            var ack = bob.answerTo(bob.direct("ann2", Integer.toString(i)));
            assertThat(ack.path("status").asString()).isEqualTo("queued");
            assertThat(ack.path("stream").asString()).isEqualTo("@ann2");
            assertThat(ack.path("seq").asLong()).isEqualTo(i);
        }

        var ack = ann.comeBack();

        assertThat(ack.path("streams").path("@ann2").path("recovered").asInt()).isEqualTo(3);
        bob.direct("ann2", "4");
        ann.readUntil("@ann2", 4);
        assertThat(ann.data("@ann2")).containsExactly("1", "2", "3", "4");
    }

    @Test
    void aPlainClientHearsThatItsMessageIsQueued() {
        var ann = arrived("ann3");
        ann.connection().leave();
        ann.connection().inbox().awaitClose();
        var plain = server.join("plain3");

        var ack = plain.ask("{\"type\":\"direct\",\"to\":\"ann3\",\"data\":1,\"id\":\"q\"}", "ack");

        assertThat(ack.toString())
                .isEqualTo("{\"type\":\"ack\",\"id\":\"q\",\"status\":\"queued\"}");
        assertThat(ann.comeBack()
                        .path("streams")
                        .path("@ann3")
                        .path("recovered")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void oneWithoutASessionIsNotConnected() {
        var bob = arrived("bob4");
        var plain = server.join("plain4");
        plain.leave();
        plain.inbox().awaitClose();
        bob.readTo("client_disconnected");

        for (var nobody : List.of("plain4", "never-was")) {
            var error = bob.answerTo(bob.direct(nobody, "1"));
            assertThat(error.path("code").asString()).isEqualTo("not_connected");
            assertThat(error.path("retryable").asBoolean()).isTrue();
        }
    }

    @Test
    void anIdThatWasRefusedMayBeUsedAgain() {
        var bob = arrived("bob5");
        var id = bob.direct("ann5", "1");
        assertThat(bob.answerTo(id).path("code").asString()).isEqualTo("not_connected");
        var ann = arrived("ann5");

        bob.connection()
                .send("{\"type\":\"direct\",\"to\":\"ann5\",\"data\":2,\"id\":\"" + id + "\"}");

        assertThat(bob.readTo("ack").path("id").asString()).isEqualTo(id);
        assertThat(ann.readMessage("@ann5").path("data").asInt()).isEqualTo(2);
    }

    @Test
    void anIdThatWasAckedToAPlainReceiverIsNotDeliveredAgain() {
        var bob = arrived("bob6");
        var plain = server.join("plain6");
        var text = "{\"type\":\"direct\",\"to\":\"plain6\",\"data\":1,\"id\":\"once\"}";
        bob.connection().send(text);
        bob.readTo("ack");
        bob.connection().send(text);
        bob.readTo("ack");
        bob.answerTo(bob.direct("plain6", "2"));

        assertThat(plain.next("direct").path("data").asInt()).isEqualTo(1);
        assertThat(plain.next("direct").path("data").asInt()).isEqualTo(2);
    }

    @Test
    void moreThanIsKeptIsAGapWithItsBounds() {
        var ann = arrived("ann7");
        var bob = arrived("bob7");
        ann.connection().cut();
        for (var i = 1; i <= HISTORY + 5; i++) {
            bob.answerTo(bob.direct("ann7", Integer.toString(i)));
        }

        var stream = ann.comeBack().path("streams").path("@ann7");

        assertThat(stream.path("gap").toString()).isEqualTo("{\"from\":1,\"to\":5}");
        assertThat(stream.path("recovered").asInt()).isEqualTo(HISTORY);
        ann.readUntil("@ann7", HISTORY + 5);
        assertThat(ann.data("@ann7")).hasSize(HISTORY).startsWith("6").endsWith("15");
    }

    @Test
    void anotherSessionOfTheSameClientIsNotGivenThem() {
        var ann = arrived("ann8");
        var bob = arrived("bob8");
        ann.connection().cut();
        bob.answerTo(bob.direct("ann8", "1"));
        ann.token("lost");

        var ack = ann.comeBack();
        bob.answerTo(bob.direct("ann8", "2"));

        assertThat(ack.path("session_restored").asBoolean(true)).isFalse();
        assertThat(ack.path("streams").path("@ann8").path("gap").toString())
                .isEqualTo("{\"reason\":\"epoch\"}");
        ann.readMessage("@ann8");
        assertThat(ann.data("@ann8")).containsExactly("2");
    }
}
