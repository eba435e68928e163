package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.names;
import static io.holdfast.conformance.client.Json.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.conformance.client.Inbox;
import io.holdfast.conformance.client.ResumingClient;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.process.StoreKeys;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Session tokens: which are good, and for how long. Without authentication. */
class ResumeTokensIT {
    @RegisterExtension
    static final RunningServer server = RunningServer.with(Settings.QUIET
            .with(StoreKeys.SESSION_TTL, "2s")
            .with(StoreKeys.DEEPSTREAM_SESSION_TTL, "2s")
            .with(StoreKeys.TOKEN_TTL, "10s"));

    private ResumingClient client(String id) {
        return server.closedLater(ResumingClient.of(server.process().http(), "/ws/" + id));
    }

    private static boolean restored(JsonNode ack) {
        assertThat(type(ack)).isEqualTo("reconnection_ack");
        assertThat(ack.path("session_restored").isBoolean()).isTrue();
        return ack.path("session_restored").asBoolean();
    }

    @Test
    void aFreshTokenIsPushedBeforeTheOldOneEndsAndIsGood() {
        var ann = client("pushed");
        var welcome = ann.come();
        var first = ann.token();

        var pushed = ann.readTo("session_token");

        assertThat(welcome.path("expires_in").asInt()).isEqualTo(10);
        assertThat(names(pushed)).containsExactlyInAnyOrder("type", "session_token", "expires_in");
        assertThat(pushed.path("expires_in").asInt()).isEqualTo(10);
        assertThat(ann.token()).isNotEqualTo(first);
        ann.connection().cut();
        assertThat(restored(ann.comeBack())).isTrue();
    }

    @Test
    void eachResumeGivesAFreshToken() {
        var ann = client("fresh");
        ann.come();
        var tokens = new ArrayList<>(List.of(ann.token()));
        for (var i = 0; i < 4; i++) {
            ann.connection().cut();
            assertThat(restored(ann.comeBack())).isTrue();
            tokens.add(ann.token());
        }

        assertThat(tokens).doesNotHaveDuplicates();
    }

    @Test
    void theOldTokenIsGoodUntilTheNewOneWasUsedAndNotAfter() {
        var ann = client("old");
        ann.come();
        var old = ann.token();
        ann.connection().cut();
        assertThat(restored(ann.comeBack())).as("with the first").isTrue();
        var fresh = ann.token();
        ann.connection().cut();

        // As if the answer with the fresh one had been lost.
        ann.token(old);
        assertThat(restored(ann.comeBack())).as("with the old one again").isTrue();
        ann.connection().cut();
        assertThat(restored(ann.comeBack())).as("with the newest").isTrue();
        ann.connection().cut();

        for (var stale : List.of(old, fresh)) {
            var late = ann.twin();
            server.closedLater(late).token(stale);
            assertThat(restored(late.come())).as("with a used one").isFalse();
            late.connection().cut();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "", "é", "a b"})
    void aWrongTokenBeginsAnEmptySession(String wrong) {
        var ann = client("wrong");
        ann.come();
        ann.join("wrongs-room");
        ann.connection().cut();
        ann.token(wrong);

        var ack = ann.comeBack();

        assertThat(restored(ack)).isFalse();
        assertThat(names(ack.path("streams"))).containsExactlyInAnyOrder("lobby", "@wrong");
        assertThat(ack.path("session_token").asString()).isNotEqualTo(wrong);
        assertThat(ann.readThroughOwn("lobby")).isNotEmpty();
    }

    @Test
    void theTokenOfAnotherClientRestoresNothing() {
        var ann = client("victim");
        ann.come();
        ann.join("private");
        var mallory = client("mallory");
        mallory.token(ann.token());

        var ack = mallory.come();

        assertThat(restored(ack)).isFalse();
        assertThat(ack.path("client_id").asString()).isEqualTo("mallory");
        assertThat(names(ack.path("streams"))).containsExactlyInAnyOrder("lobby", "@mallory");
        assertThat(ann.readThroughOwn("private"))
                .as("the victim is not disturbed")
                .isNotEmpty();
    }

    @Test
    void aSessionThatNobodyCameBackToInTimeIsOver() {
        var ann = client("late");
        ann.come();
        var bob = client("bob");
        bob.come();
        ann.connection().cut();
        // Its personal stream ends with its session.
        while (!bob.answerTo(bob.direct("late", "1"))
                .path("code")
                .asString("")
                .equals("not_connected")) {}

        var ack = ann.comeBack();

        assertThat(restored(ack)).isFalse();
        assertThat(ack.path("streams").path("@late").path("gap").toString())
                .isEqualTo("{\"reason\":\"epoch\"}");
    }

    @Test
    void oneThatComesAgainWithoutItsTokenBeginsAnEmptySession() {
        var ann = client("empty");
        ann.come();
        ann.join("was-here");
        var older = ann.connection();
        ann.token(null);
        ann.forget("lobby");
        ann.forget("was-here");
        ann.forget("@empty");

        var welcome = ann.come();

        assertThat(type(welcome)).isEqualTo("welcome");
        assertThat(names(welcome.path("streams"))).containsExactlyInAnyOrder("lobby", "@empty");
        assertThat(older.inbox().awaitClose().code()).isEqualTo(4500);
    }

    @Test
    void ofTwoThatResumeAtOnceOneOwnsTheSessionAndIsGivenEverythingOnce() {
        var bob = client("bobby");
        bob.come();
        for (var round = 0; round < 5; round++) {
            var ann = client("racer");
            ann.come();
            ann.connection().cut();
            bob.published("lobby", "\"missed\"");
            var racers = List.of(ann.twin(), ann.twin());
            racers.forEach(racer -> server.closedLater(racer).dial());

            racers.forEach(racer -> racer.connection().send(racer.hello()));
            var marker = bob.publish("lobby", "\"marker\"");
            bob.answerTo(marker);

            var owner = ownerOf(racers);
            owner.readTo(message -> message.path("id").asString("").equals(marker));
            owner.connection().send("{\"type\":\"ping\"}");
            owner.readTo("pong");
            assertThat(owner.data("lobby")).containsExactly("\"missed\"", "\"marker\"");
            owner.connection().cut();
        }
    }

    /** The one that was not closed with 4500. */
    private static ResumingClient ownerOf(List<ResumingClient> racers) {
        var a = racers.get(0);
        var b = racers.get(1);
        await("one of them is closed")
                .atMost(Inbox.PATIENCE)
                .until(() -> a.connection().inbox().isClosed()
                        || b.connection().inbox().isClosed());
        var lost = a.connection().inbox().isClosed() ? a : b;
        assertThat(lost.connection().inbox().awaitClose().code()).isEqualTo(4500);
        return lost == a ? b : a;
    }

    @Test
    void aPlainClientThatTakesTheIdEndsTheSession() {
        var ann = client("taken");
        ann.come();
        var plain = server.join("taken");

        assertThat(ann.connection().inbox().awaitClose().code()).isEqualTo(4500);
        assertThat(restored(ann.come())).isFalse();
        assertThat(plain.inbox().awaitClose().code()).isEqualTo(4500);
    }
}
