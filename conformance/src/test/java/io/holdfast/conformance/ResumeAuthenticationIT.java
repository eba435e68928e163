package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.type;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.ResumingClient;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Who may take over a session where clients must say who they are. */
class ResumeAuthenticationIT {
    private static final String OWNER = "Authorization: Bearer owners-token";
    private static final String OTHER = "Authorization: Bearer others-token";
    private static final String FLEET = "Authorization: Bearer fleets-token";

    @RegisterExtension
    static final RunningServer server = RunningServer.with(Settings.QUIET
            .with(Keys.TOKENS, "owner:owners-token, other:others-token, fleet:fleets-token")
            .with("auth.shared_principals", "fleet"));

    private ResumingClient client(String id, String header) {
        return server.closedLater(ResumingClient.of(server.process().http(), "/ws/" + id, header));
    }

    private static void assertRefused(ResumingClient client) {
        client.dial().connection().send(client.hello());
        assertThat(client.connection().inbox().awaitClose().code()).isEqualTo(1008);
        assertThat(client.connection().inbox().isEmpty())
                .as("and is told nothing")
                .isTrue();
    }

    private static boolean restored(JsonNode ack) {
        assertThat(type(ack)).isEqualTo("reconnection_ack");
        return ack.path("session_restored").asBoolean();
    }

    @Test
    void theOwnerWithItsTokenGoesOn() {
        var ann = client("ann", OWNER);
        ann.come();
        ann.connection().goSilent();

        assertThat(restored(ann.comeBack())).isTrue();
    }

    @Test
    void aStolenSessionTokenIsNothingWithoutTheOwnersCredentials() {
        var ann = client("robbed", OWNER);
        ann.come();
        var thief = client("robbed", OTHER);
        thief.token(ann.token());

        assertRefused(thief);
        ann.readThroughOwn("lobby");
        ann.connection().cut();
        assertThat(restored(ann.comeBack())).isTrue();
    }

    @Test
    void anotherPrincipalIsRefusedWhileTheOwnerIsAwayToo() {
        var ann = client("away", OWNER);
        ann.come();
        ann.connection().cut();
        var thief = client("away", OTHER);
        thief.token(ann.token());

        assertRefused(thief);
        assertThat(restored(ann.comeBack())).isTrue();
    }

    @Test
    void aSessionTokenDoesNotReplaceCredentials() {
        var ann = client("nobody", OWNER);
        ann.come();
        var stranger = server.closedLater(ResumingClient.of(server.process().http(), "/ws/nobody"));
        stranger.token(ann.token());
        stranger.dial();

        assertThat(stranger.connection().inbox().awaitClose().code()).isEqualTo(1008);
    }

    @Test
    void theSameIndividualWithoutItsTokenBeginsAnEmptySession() {
        var ann = client("forgetful", OWNER);
        ann.come();
        var older = ann.connection();
        ann.token("forgotten");

        assertThat(restored(ann.come())).isFalse();
        assertThat(older.inbox().awaitClose().code()).isEqualTo(4500);
    }

    @Test
    void oneOfAFleetCannotThrowOutAnotherWithoutTheSessionsToken() {
        var truck = client("truck", FLEET);
        truck.come();
        var impostor = client("truck", FLEET);
        impostor.token("guessed");

        assertRefused(impostor);
        truck.readThroughOwn("lobby");
        var older = truck.connection();
        assertThat(restored(truck.comeBack())).isTrue();
        assertThat(older.inbox().awaitClose().code()).isEqualTo(4500);
    }
}
