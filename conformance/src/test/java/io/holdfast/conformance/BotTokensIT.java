package io.holdfast.conformance;

import static io.holdfast.conformance.client.BotClient.event;
import static io.holdfast.conformance.client.Json.names;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.BotClient;
import io.holdfast.conformance.client.ResumingBot;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import io.holdfast.conformance.process.StoreKeys;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Bots' session tokens: which are good, and for how long. Without authentication. */
class BotTokensIT {
    @RegisterExtension
    static final RunningServer server = RunningServer.with(
            Settings.QUIET.with(StoreKeys.TOKEN_TTL, "10s").with(Keys.BOT_PING_INTERVAL, "2s"));

    private static final List<ResumingBot> bots = new ArrayList<>();

    private static ResumingBot bot(String key) {
        var bot = server.closedLater(ResumingBot.of(server.process().botPort(), key));
        bots.add(bot);
        return bot;
    }

    private static boolean restored(JsonNode welcome) {
        assertThat(welcome.path("session_restored").isBoolean())
                .as(welcome.toString())
                .isTrue();
        return welcome.path("session_restored").asBoolean();
    }

    private static String reauth(String token) {
        return "{\"event\":\"reauth\",\"data\":{\"session_token\":\"" + token + "\"}}";
    }

    /** Run last: the server's log of all tests is looked at. */
    @AfterAll
    static void noTokenIsInTheLog() {
        var log = String.join("\n", server.process().err().soFar());
        assertThat(log).contains("[CONNECTED]");
        bots.stream()
                .flatMap(bot -> bot.tokens().stream())
                .forEach(token -> assertThat(log).doesNotContain(token));
    }

    @Test
    void eachResumeGivesAFreshToken() {
        var ann = bot("fresh");
        ann.come();
        for (var i = 0; i < 3; i++) {
            ann.connection().cut();
            assertThat(restored(ann.comeBack())).isTrue();
        }

        assertThat(ann.tokens()).hasSize(4).doesNotHaveDuplicates();
    }

    @Test
    void aFreshTokenIsPushedBeforeTheOldOneEndsAndIsGood() {
        var ann = bot("pushed");
        assertThat(ann.come().path("expires_in").asInt()).isEqualTo(10);
        var first = ann.token();

        var pushed = ann.readTo("session_token");

        assertThat(names(pushed)).containsExactlyInAnyOrder("event", "data");
        assertThat(names(pushed.path("data")))
                .containsExactlyInAnyOrder("session_token", "expires_in");
        assertThat(pushed.path("data").path("expires_in").asInt()).isEqualTo(10);
        assertThat(ann.token()).isNotEqualTo(first);
        ann.connection().cut();
        assertThat(restored(ann.comeBack())).isTrue();
    }

    @Test
    void theOldTokenIsGoodUntilTheNewOneWasUsedAndNotAfter() {
        var ann = bot("old");
        ann.come();
        var old = ann.token();
        ann.connection().cut();
        assertThat(restored(ann.comeBack())).isTrue();
        ann.connection().cut();

        // As if the answer with the fresh one had been lost.
        ann.token(old);
        assertThat(restored(ann.comeBack())).isTrue();
        ann.connection().cut();
        assertThat(restored(ann.comeBack())).as("with the newest").isTrue();
        ann.connection().cut();
        ann.token(old);
        assertThat(restored(ann.comeBack())).as("with a used one").isFalse();
    }

    @Test
    void reauthWithTheSessionTokenGivesAFreshOne() {
        var ann = bot("reauth");
        ann.come();
        var before = ann.token();
        ann.connection().send(reauth(before));
        ann.readTo("session_token");

        assertThat(ann.token()).isNotEqualTo(before);
        ann.connection().cut();
        assertThat(restored(ann.comeBack())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "é b"})
    void reauthWithAWrongTokenIsUnauthorizedAndTheEnd(String wrong) {
        var ann = bot("reauth-wrong");
        ann.come();
        ann.connection().send(reauth(wrong));

        assertThat(ann.connection().awaitFinalError()).isEqualTo("unauthorized");
        assertThat(ann.connection().awaitEnd()).isEqualTo(BotClient.End.FIN);
        assertThat(restored(ann.comeBack())).as("the session is still its own").isTrue();
    }

    @Test
    void reauthWithTheTokenOfAnotherBotIsUnauthorized() {
        var victim = bot("reauth-victim");
        victim.come();
        var thief = bot("reauth-thief");
        thief.come();
        thief.connection().send(reauth(victim.token()));

        assertThat(thief.connection().awaitFinalError()).isEqualTo("unauthorized");
        victim.readThroughOwn("bot");
    }

    @Test
    void anExpiredTokenRestoresNothingAndIsSaidToBeExpiredAtReauth() {
        var ann = bot("late");
        var bob = bot("reauth-late");
        for (var each : List.of(ann, bob)) {
            each.come();
            each.connection().keepPings();
        }
        var anns = ann.token();
        var bobs = bob.token();
        for (var each : List.of(ann, bob)) {
            // Pushed 2 s before the first one ends; three pings later that has passed.
            each.readTo("session_token");
            for (var pings = 0; pings < 3; pings++) {
                each.readTo("ping");
            }
        }
        ann.connection().cut();
        ann.token(anns);
        bob.connection().send(reauth(bobs));

        assertThat(restored(ann.comeBack())).isFalse();
        assertThat(bob.connection().awaitFinalError()).isEqualTo("token_expired");
    }

    @Test
    void theTokenOfAnotherBotRestoresNothing() {
        var victim = bot("victim");
        victim.come();
        victim.join("private");
        var mallory = bot("mallory");
        mallory.token(victim.token());
        var welcome = mallory.come();

        assertThat(restored(welcome)).isFalse();
        assertThat(names(welcome.path("streams"))).containsExactlyInAnyOrder("bot", "@mallory");
        victim.readThroughOwn("private");
    }

    @Test
    void reauthBeforeHelloIsAnError() {
        var peer = server.closedLater(BotClient.connect(server.process().botPort()));
        var error = peer.ask(reauth("x"), "error");

        assertThat(error.path("data").path("code").asString()).isEqualTo("bad_message");
        assertThat(event(peer.ask("{\"event\":\"ping\"}", "pong"))).isEqualTo("pong");
    }

    @Test
    void theIdsOfALostSessionMayBeUsedAgain() {
        var ann = bot("lost");
        ann.come();
        var id = ann.publish("bot", "\"of the first session\"");
        ann.answerTo(id);
        ann.connection().cut();
        ann.token("wrong");
        assertThat(restored(ann.comeBack())).isFalse();
        // Ids are the session's: the same one is another message now.
        ann.connection().send("{\"event\":\"message\",\"id\":\"" + id + "\",\"data\":\"second\"}");
        ann.readTo(message -> message.path("data").asString("").equals("second"));
    }
}
