package io.holdfast.conformance;

import static io.holdfast.conformance.client.BotClient.event;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.BotClient;
import io.holdfast.conformance.client.ResumingBot;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bots where clients must say who they are: by a configured token, or a JSON Web Token. */
class BotAuthenticationIT {
    private static final String OWNER = "the-owners-configured-token";
    private static final String OTHER = "the-others-configured-token";
    private static final String SECRET = "a secret of more than the 32 bytes that HS256 needs";
    /** Seconds; well beyond the 30 that clocks may differ. */
    private static final long HOUR = 3_600;

    private static final Path KEY_FILE = keyFile();
    private static final List<String> secrets = new ArrayList<>(List.of(OWNER, OTHER));
    private static final List<ResumingBot> bots = new ArrayList<>();

    @RegisterExtension
    static final RunningServer fixed = RunningServer.with(
            Settings.QUIET.with(Keys.TOKENS, "owner:" + OWNER + ", other:" + OTHER));

    @RegisterExtension
    static final RunningServer jwt = RunningServer.with(
            Settings.QUIET.with(Keys.JWT_ALGORITHM, "hs256").with(Keys.JWT_KEY_FILE, KEY_FILE));

    private static ResumingBot bot(RunningServer at, String key, String token) {
        var bot = at.closedLater(ResumingBot.withToken(at.process().botPort(), key, token));
        bots.add(bot);
        return bot;
    }

    private static BotClient connect(RunningServer at) {
        return at.closedLater(BotClient.connect(at.process().botPort()));
    }

    private static void refused(RunningServer at, String key, String token, String code) {
        var bot = bot(at, key, token).dial();
        bot.connection().send(bot.hello());
        assertThat(bot.connection().awaitFinalError()).isEqualTo(code);
        assertThat(bot.connection().awaitEnd()).isEqualTo(BotClient.End.FIN);
        assertThat(bot.connection().inbox().isEmpty()).as("and is told nothing").isTrue();
    }

    @AfterAll
    static void noTokenIsInTheLog() throws IOException {
        Files.delete(KEY_FILE);
        for (var server : List.of(fixed, jwt)) {
            var log = String.join("\n", server.process().err().soFar());
            assertThat(log).contains("[CONNECTED]");
            bots.stream()
                    .flatMap(bot -> bot.tokens().stream())
                    .forEach(token -> assertThat(log).doesNotContain(token));
            secrets.forEach(secret -> assertThat(log).doesNotContain(secret));
        }
    }

    @Test
    void aGoodTokenIsWelcomed() {
        assertThat(bot(fixed, "ann", OWNER).come().path("client_key").asString())
                .isEqualTo("ann");
        assertThat(bot(jwt, "ann", tokenOf("ann", HOUR))
                        .come()
                        .path("client_key")
                        .asString())
                .isEqualTo("ann");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"event\":\"message\",\"data\":1}",
                "{\"event\":\"ping\"}",
                "{\"event\":\"who\"}",
                "{\"event\":\"hello\",\"data\":{\"client_key\":\"ann\"}}",
                "{\"event\":\"hello\",\"data\":{\"client_key\":\"ann\",\"token\":\"\"}}",
                "{\"event\":\"hello\",\"data\":{\"client_key\":\"ann\",\"token\":\"wrong-one\"}}",
            })
    void whoShowsNoGoodTokenIsUnauthorized(String first) {
        for (var at : List.of(fixed, jwt)) {
            var bot = connect(at).send(first);

            assertThat(bot.awaitFinalError()).isEqualTo("unauthorized");
            assertThat(bot.awaitEnd()).isEqualTo(BotClient.End.FIN);
        }
        secrets.add("wrong-one");
    }

    @Test
    void anExpiredTokenSaysSo() {
        refused(jwt, "ann", tokenOf("ann", -HOUR), "token_expired");
    }

    @Test
    void aSessionTokenDoesNotReplaceCredentials() {
        var ann = bot(fixed, "nobody", OWNER);
        ann.come();
        var stranger = connect(fixed);
        stranger.send(
                "{\"event\":\"hello\",\"data\":{\"client_key\":\"nobody\",\"session_token\":\""
                        + ann.token() + "\"}}");

        assertThat(stranger.awaitFinalError()).isEqualTo("unauthorized");
        ann.readThroughOwn("bot");
    }

    @Test
    void aStolenSessionTokenIsNothingWithoutTheOwnersCredentials() {
        var ann = bot(fixed, "robbed", OWNER);
        ann.come();
        var thief = bot(fixed, "robbed", OTHER);
        thief.token(ann.token());
        thief.dial().connection().send(thief.hello());

        assertThat(thief.connection().awaitFinalError()).isEqualTo("unauthorized");
        ann.readThroughOwn("bot");
        ann.connection().cut();
        assertThat(ann.comeBack().path("session_restored").asBoolean()).isTrue();
    }

    @Test
    void reauthWithATokenOfTheSamePrincipalGoesOnAndGivesAFreshSessionToken() {
        var ann = bot(jwt, "longer", tokenOf("ann", HOUR));
        ann.come();
        var before = ann.token();
        ann.connection().send(reauth(tokenOf("ann", 2 * HOUR)));
        ann.readTo("session_token");

        assertThat(ann.token()).isNotEqualTo(before);
        ann.readThroughOwn("bot");
    }

    @Test
    void reauthWithAWrongTokenIsTheEnd() {
        var wrong = bot(jwt, "wrong", tokenOf("ann", HOUR));
        wrong.come();
        wrong.connection().send(reauth("nonsense-token"));
        assertThat(wrong.connection().awaitFinalError()).isEqualTo("unauthorized");

        var expired = bot(jwt, "expired", tokenOf("ann", HOUR));
        expired.come();
        expired.connection().send(reauth(tokenOf("ann", -HOUR)));
        assertThat(expired.connection().awaitFinalError()).isEqualTo("token_expired");

        var other = bot(jwt, "other", tokenOf("ann", HOUR));
        other.come();
        other.connection().send(reauth(tokenOf("bob", HOUR)));
        assertThat(other.connection().awaitFinalError()).isEqualTo("unauthorized");
        secrets.add("nonsense-token");
    }

    @Test
    void whosePrincipalExpiresIsClosedAndOneThatReauthsInTimeIsNot() {
        // Clocks may differ by 30 s, so these are good for seconds yet.
        var late = bot(jwt, "late", tokenOf("late", -24));
        late.come();
        var early = bot(jwt, "early", tokenOf("early", -24));
        early.come();
        early.connection().send(reauth(tokenOf("early", HOUR)));
        early.readTo("session_token");

        assertThat(late.connection().awaitFinalError()).isEqualTo("token_expired");
        early.readThroughOwn("bot");
        assertThat(event(early.connection().ask("{\"event\":\"ping\"}", "pong")))
                .isEqualTo("pong");
        late.dial().connection().send(late.hello());
        assertThat(late.connection().awaitFinalError())
                .as("a session does not outlive the principal")
                .isEqualTo("token_expired");
    }

    private static String reauth(String token) {
        return "{\"event\":\"reauth\",\"data\":{\"token\":\"" + token + "\"}}";
    }

    private static String tokenOf(String subject, long secondsLeft) {
        var signed = part("{\"alg\":\"HS256\",\"typ\":\"JWT\"}")
                + "."
                + part("{\"sub\":\"%s\",\"exp\":%d}"
                        .formatted(subject, Instant.now().getEpochSecond() + secondsLeft));
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA256"));
            var token = signed + "." + base64(mac.doFinal(signed.getBytes(UTF_8)));
            secrets.add(token);
            return token;
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static String part(String json) {
        return base64(json.getBytes(UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Written when the class is loaded: the server starts before any method of it runs. */
    private static Path keyFile() {
        try {
            return Files.writeString(
                    Files.createTempFile("holdfast-bot-jwt", ".key"), SECRET + "\n");
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }
}
