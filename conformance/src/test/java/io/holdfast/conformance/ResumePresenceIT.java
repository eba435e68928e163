package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.type;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.JdkClient;
import io.holdfast.conformance.client.ResumingClient;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.process.StoreKeys;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** What the others hear of a client that can come back. */
class ResumePresenceIT {
    @RegisterExtension
    static final RunningServer server =
            RunningServer.with(Settings.QUIET.with(StoreKeys.PRESENCE_GRACE, "1s"));

    private ResumingClient arrived(String id) {
        var client = server.closedLater(ResumingClient.of(server.process().http(), "/ws/" + id));
        client.come();
        return client;
    }

    /** What the witness hears of a client, up to the departure of another one. */
    private static List<String> heardOf(String who, JdkClient witness, String last) {
        return witness.inbox().upTo(message -> is(message, "client_disconnected", last)).stream()
                .filter(message -> message.path("client_id").asString("").equals(who))
                .map(message -> type(message))
                .toList();
    }

    private static boolean is(JsonNode message, String type, String who) {
        return type(message).equals(type)
                && message.path("client_id").asString("").equals(who);
    }

    @Test
    void ofOneThatIsBackInTimeNothingIsSaid() {
        var witness = server.join("witness1");
        var ann = arrived("ann1");
        witness.next("client_connected");
        var later = arrived("later1");
        ann.connection().cut();
        ann.comeBack();
        ann.connection().leave();
        ann.connection().inbox().awaitClose();
        ann.comeBack();
        // Its grace begins after ann's did, so when it is over ann's has been over too.
        later.connection().cut();

        assertThat(heardOf("ann1", witness, "later1")).isEmpty();
        assertThat(ann.connection().inbox().isClosed()).isFalse();
    }

    @Test
    void aTakeoverIsSilentAsWell() {
        var witness = server.join("witness2");
        var ann = arrived("ann2");
        witness.next("client_connected");
        var later = arrived("later2");
        ann.comeBack();
        later.connection().cut();

        assertThat(heardOf("ann2", witness, "later2")).isEmpty();
    }

    @Test
    void ofOneThatIsNotBackInTimeItIsSaidOnceAndOnceThatItCame() {
        var witness = server.join("witness3");
        var ann = arrived("ann3");
        ann.connection().cut();
        var gone = witness.inbox().upTo(message -> is(message, "client_disconnected", "ann3"));
        var ack = ann.comeBack();
        var later = arrived("later3");
        later.connection().cut();

        assertThat(gone.getLast().path("connections").asInt()).isEqualTo(1);
        assertThat(ack.path("session_restored").asBoolean()).isTrue();
        assertThat(heardOf("ann3", witness, "later3")).containsExactly("client_connected");
    }

    @Test
    void aPlainClientHasNoGrace() {
        var witness = server.join("witness4");
        var plain = server.join("plain4");
        plain.close();
        witness.inbox().upTo(message -> is(message, "client_disconnected", "plain4"));
        var again = server.join("plain4");
        again.ask("{\"type\":\"message\",\"data\":1}", "ack");

        assertThat(type(witness.next())).isEqualTo("client_connected");
    }
}
