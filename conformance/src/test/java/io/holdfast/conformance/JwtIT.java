package io.holdfast.conformance;

import static io.holdfast.conformance.client.Json.type;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.conformance.client.Closed;
import io.holdfast.conformance.process.Keys;
import io.holdfast.conformance.process.RunningServer;
import io.holdfast.conformance.process.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** JSON Web Tokens (RFC 7519) signed with HS256, made here byte by byte; and whose a client id is. */
class JwtIT {
    private static final String SECRET = "a secret of more than the 32 bytes that HS256 needs";
    private static final String OTHER_SECRET = "another secret of more than the 32 bytes needed";
    private static final String HS256 = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
    /** Seconds; well beyond the 30 that clocks may differ. */
    private static final long HOUR = 3_600;

    private static final Path KEY_FILE = keyFile();

    @RegisterExtension
    static final RunningServer server = RunningServer.with(
            Settings.QUIET.with(Keys.JWT_ALGORITHM, "hs256").with(Keys.JWT_KEY_FILE, KEY_FILE));

    @AfterAll
    static void removeKey() throws IOException {
        Files.delete(KEY_FILE);
    }

    @Test
    void aGoodTokenIsAcceptedInTheQueryAndInTheHeader() {
        var token = tokenOf("ann");
        var headers = Map.of("Authorization", "Bearer " + token);

        assertThat(type(server.open("/ws/one?token=" + token).next())).isEqualTo("welcome");
        assertThat(type(server.open("/ws/two", headers).next())).isEqualTo("welcome");
    }

    @Test
    void anExpiredTokenIsClosedWith4501SoThatTheClientGetsANewOne() {
        assertThat(server.open("/ws/ann?token=" + expired()).inbox().awaitClose())
                .isEqualTo(new Closed(4501, "Token expired"));
        assertThat(server.open("/deepstream/ws?token=" + expired()).inbox().awaitClose())
                .isEqualTo(new Closed(4501, "Token expired"));
    }

    @Test
    void anExpiredTokenInTheFirstMessageIsClosedWith4501() {
        var app = server.open("/deepstream/ws");
        app.send("{\"type\":\"auth\",\"token\":\"" + expired() + "\"}");

        assertThat(app.inbox().awaitClose().code()).isEqualTo(4501);
    }

    static Stream<Named<String>> wrongTokens() {
        var claims = claims("ann", HOUR);
        return Stream.of(
                Named.of("signed with another key", token(HS256, claims, OTHER_SECRET)),
                Named.of(
                        "expired and signed with another key",
                        token(HS256, claims("ann", -HOUR), OTHER_SECRET)),
                Named.of("no algorithm", part("{\"alg\":\"none\"}") + "." + part(claims) + "."),
                Named.of("another algorithm", token("{\"alg\":\"HS512\"}", claims, SECRET)),
                Named.of("an asymmetric algorithm", token("{\"alg\":\"RS256\"}", claims, SECRET)),
                Named.of("no exp", token(HS256, "{\"sub\":\"ann\"}", SECRET)),
                Named.of("no sub", token(HS256, "{\"exp\":" + (now() + HOUR) + "}", SECRET)),
                Named.of(
                        "not valid yet",
                        token(
                                HS256,
                                "{\"sub\":\"ann\",\"nbf\":%d,\"exp\":%d}"
                                        .formatted(now() + HOUR, now() + 2 * HOUR),
                                SECRET)),
                Named.of("claims changed after signing", forged()),
                Named.of("no signature", part(HS256) + "." + part(claims) + "."),
                Named.of("not three parts", "abc.def"),
                Named.of("claims that are no object", token(HS256, "[]", SECRET)));
    }

    @ParameterizedTest
    @MethodSource("wrongTokens")
    void aWrongTokenIsClosedWith1008(String token) {
        assertThat(server.open("/ws/ann?token=" + token).inbox().awaitClose())
                .isEqualTo(new Closed(1008, "Unauthorized"));
        assertThat(server.process().err().soFar()).noneMatch(line -> line.contains(token));
    }

    @Test
    void aClientIdOfAnotherPrincipalIsRefusedWith1008AndItsOwnerStays() {
        var owner = server.open("/ws/cam?token=" + tokenOf("ann"));
        owner.next("welcome");

        assertThat(server.open("/ws/cam?token=" + tokenOf("mallory"))
                        .inbox()
                        .awaitClose()
                        .code())
                .isEqualTo(1008);
        assertThat(owner.everythingUntilPong()).isEmpty();
    }

    @Test
    void theSamePrincipalTakesItsClientIdOverAndTheOlderConnectionIsClosedWith4500() {
        var older = server.open("/ws/cam?token=" + tokenOf("ann"));
        older.next("welcome");
        var newer = server.open("/ws/cam?token=" + tokenOf("ann"));
        newer.next("welcome");

        assertThat(older.inbox().awaitClose().code()).isEqualTo(4500);
        assertThat(newer.everythingUntilPong()).isEmpty();
    }

    private static String tokenOf(String subject) {
        return token(HS256, claims(subject, HOUR), SECRET);
    }

    private static String expired() {
        return token(HS256, claims("ann", -HOUR), SECRET);
    }

    /** Ann's signature under the claims of somebody else. */
    private static String forged() {
        var parts = tokenOf("ann").split("\\.", -1);
        return parts[0] + "." + part(claims("admin", HOUR)) + "." + parts[2];
    }

    private static String claims(String subject, long secondsLeft) {
        return "{\"sub\":\"%s\",\"exp\":%d}".formatted(subject, now() + secondsLeft);
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }

    private static String token(String header, String claims, String secret) {
        var signed = part(header) + "." + part(claims);
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
            return signed + "." + base64(mac.doFinal(signed.getBytes(UTF_8)));
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
            var file = Files.createTempFile("holdfast-jwt", ".key");
            Files.writeString(file, SECRET + "\n");
            return file;
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }
}
