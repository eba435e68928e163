package io.holdfast.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import io.holdfast.server.config.Config;
import io.holdfast.server.config.ConfigException;
import io.holdfast.server.config.ConfigLoader;
import io.holdfast.server.config.ConfigSources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JwtTest {

    private static final byte[] SECRET =
            "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path directory = Path.of(".");

    @Test
    void aGoodTokenIsAcceptedUntilItsExpiry() throws Exception {
        AuthResult result = hs256().authenticate(hs256Token(TestTokens.claims().build()));
        Instant expiry = TestTokens.NOW.plusSeconds(60);
        assertThat(result).isEqualTo(new AuthResult.Accepted("alice", true, expiry));
    }

    @Test
    void everyAlgorithmWorksWithItsKeyFile() throws Exception {
        RSAKey rsa = new RSAKeyGenerator(2048).generate();
        ECKey ec = new ECKeyGenerator(Curve.P_256).generate();
        JWTClaimsSet claims = TestTokens.claims().build();
        Path rsaPem = file(TestTokens.pem("PUBLIC KEY", rsa.toPublicKey()));
        Authenticator rs256 = authenticator("rs256", "jwt_key_file", rsaPem);
        assertAccepted(rs256, TestTokens.sign(JWSAlgorithm.RS256, new RSASSASigner(rsa), claims));
        Path ecPem = file(TestTokens.pem("PUBLIC KEY", ec.toPublicKey()));
        Authenticator es256 = authenticator("es256", "jwt_key_file", ecPem);
        assertAccepted(es256, TestTokens.sign(JWSAlgorithm.ES256, new ECDSASigner(ec), claims));
    }

    @Test
    void aKeySetIsSearchedByKeyIdAndForTheConfiguredAlgorithmOnly() throws Exception {
        RSAKey first = new RSAKeyGenerator(2048).keyID("first").generate();
        RSAKey second = new RSAKeyGenerator(2048).keyID("second").generate();
        OctetSequenceKey shared =
                new OctetSequenceKey.Builder(SECRET).keyID("shared").build();
        Path keySet = file(new JWKSet(List.of(first, second, shared)).toString(false));
        Authenticator authenticator = authenticator("rs256", "jwks_file", keySet);
        JWSSigner signer = new RSASSASigner(second);
        JWTClaimsSet claims = TestTokens.claims().build();
        assertAccepted(authenticator, TestTokens.sign(rs256Header("second"), signer, claims));
        assertAccepted(authenticator, TestTokens.sign(JWSAlgorithm.RS256, signer, claims));
        assertRejected(
                authenticator,
                TestTokens.sign(rs256Header("first"), signer, claims),
                "token has a wrong signature");
        assertRejected(authenticator, hs256Token(claims), "token is not signed with RS256");
    }

    @Test
    void aTokenThatSaysItNeedsNoSignatureIsRefused() throws Exception {
        String good = hs256Token(TestTokens.claims().build());
        String payload = good.substring(good.indexOf('.') + 1, good.lastIndexOf('.'));
        for (String algorithm : List.of("none", "None", "NONE", "", "HS512", "dir")) {
            String header = TestTokens.base64Url("{\"alg\":\"" + algorithm + "\"}");
            for (String signature : List.of("", good.substring(good.lastIndexOf('.') + 1))) {
                AuthResult result = hs256().authenticate(header + "." + payload + "." + signature);
                assertThat(result).as("alg %s", algorithm).isInstanceOf(AuthResult.Rejected.class);
            }
        }
    }

    @Test
    void aPublicKeyCannotBeUsedAsASharedSecret() throws Exception {
        RSAKey rsa = new RSAKeyGenerator(2048).generate();
        String pem = TestTokens.pem("PUBLIC KEY", rsa.toPublicKey());
        Path pemFile = file(pem);
        Authenticator authenticator = authenticator("rs256", "jwt_key_file", pemFile);
        JWTClaimsSet claims = TestTokens.claims().build();
        MACSigner attacker = new MACSigner(pem.getBytes(StandardCharsets.UTF_8));
        assertRejected(
                authenticator,
                TestTokens.sign(JWSAlgorithm.HS256, attacker, claims),
                "token is not signed with RS256");
        assertThatThrownBy(() -> authenticator("hs256", "jwt_key_file", pemFile))
                .isInstanceOf(ConfigException.class)
                .hasMessageEndingWith("hs256 needs a secret of 32 bytes or more, not a PEM key");
    }

    @Test
    void aKeyInsideTheTokenIsNotBelieved() throws Exception {
        RSAKey ours = new RSAKeyGenerator(2048).generate();
        RSAKey theirs = new RSAKeyGenerator(2048).generate();
        Path pem = file(TestTokens.pem("PUBLIC KEY", ours.toPublicKey()));
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .jwk(theirs.toPublicJWK())
                .build();
        assertRejected(
                authenticator("rs256", "jwt_key_file", pem),
                TestTokens.sign(
                        header, new RSASSASigner(theirs), TestTokens.claims().build()),
                "token has a wrong signature");
    }

    @Test
    void anEmptyEcdsaSignatureIsRefused() throws Exception {
        ECKey ec = new ECKeyGenerator(Curve.P_256).generate();
        Path pem = file(TestTokens.pem("PUBLIC KEY", ec.toPublicKey()));
        Authenticator es256 = authenticator("es256", "jwt_key_file", pem);
        String good = TestTokens.sign(
                JWSAlgorithm.ES256, new ECDSASigner(ec), TestTokens.claims().build());
        String zeros = "A".repeat(86);
        String forged = good.substring(0, good.lastIndexOf('.') + 1) + zeros;
        assertThat(es256.authenticate(forged)).isInstanceOf(AuthResult.Rejected.class);
    }

    @Test
    void timesAreCheckedWithHalfAMinuteOfLeeway() throws Exception {
        Date recently = Date.from(TestTokens.NOW.minusSeconds(29));
        Date before = Date.from(TestTokens.NOW.minusSeconds(30));
        Date soon = Date.from(TestTokens.NOW.plusSeconds(30));
        Date later = Date.from(TestTokens.NOW.plusSeconds(31));
        assertAccepted(
                hs256(), hs256Token(TestTokens.claims().expirationTime(recently).build()));
        assertThat(hs256().authenticate(hs256Token(
                        TestTokens.claims().expirationTime(before).build())))
                .isEqualTo(new AuthResult.Rejected("token expired", true));
        assertAccepted(
                hs256(), hs256Token(TestTokens.claims().notBeforeTime(soon).build()));
        assertRejected(
                hs256(),
                hs256Token(TestTokens.claims().notBeforeTime(later).build()),
                "token is not valid yet");
        assertRejected(
                hs256(),
                hs256Token(TestTokens.claims().expirationTime(null).build()),
                "token has no exp");
    }

    @Test
    void issuerAudienceAndSubjectAreChecked() throws Exception {
        assertRejected(
                hs256(),
                hs256Token(TestTokens.claims().issuer("https://issuer.example/").build()),
                "token is from another issuer");
        assertRejected(
                hs256(),
                hs256Token(TestTokens.claims().audience("Holdfast").build()),
                "token is for another audience");
        assertAccepted(
                hs256(),
                hs256Token(
                        TestTokens.claims().audience(List.of("x", "holdfast")).build()));
        for (String subject : new String[] {null, " ", "a\nb", "x".repeat(256)}) {
            assertRejected(
                    hs256(),
                    hs256Token(TestTokens.claims().subject(subject).build()),
                    "token has no usable sub");
        }
    }

    @Test
    void anExpiredTokenWithAWrongSignatureIsNotCalledExpired() throws Exception {
        String forged = TestTokens.sign(
                JWSAlgorithm.HS256,
                new MACSigner(new byte[32]),
                TestTokens.claims().expirationTime(Date.from(Instant.EPOCH)).build());
        assertRejected(hs256(), forged, "token has a wrong signature");
    }

    @Test
    void garbageIsRefusedQuietly() throws Exception {
        String good = hs256Token(TestTokens.claims().build());
        for (String garbage :
                List.of(".", "..", "a.b.c", good + ".x", good.substring(1), "é.é.é", "{}.{}.{}")) {
            assertThat(hs256().authenticate(garbage))
                    .as(garbage)
                    .isInstanceOf(AuthResult.Rejected.class);
        }
    }

    @Test
    void unusableKeyFilesStopTheStart() throws Exception {
        ECKey p384 = new ECKeyGenerator(Curve.P_384).generate();
        Path wrongCurve = file(TestTokens.pem("PUBLIC KEY", p384.toPublicKey()));
        Path text = file("hello");
        Path emptySet = file("{\"keys\":[]}");
        String set = "is not a valid JSON Web Key Set";
        assertUnusable("es256", "jwt_key_file", wrongCurve, "on the curve P-256");
        assertUnusable("rs256", "jwt_key_file", wrongCurve, "of 2048 bits or more");
        assertUnusable("rs256", "jwt_key_file", text, "of 2048 bits or more");
        assertUnusable("hs256", "jwt_key_file", text, "not a PEM key");
        assertUnusable("hs256", "jwt_key_file", directory, "this user may read");
        assertUnusable("rs256", "jwks_file", text, set);
        assertUnusable(
                "rs256", "jwks_file", emptySet, "has 0 usable keys for RS256; allowed: 1 to 16");
    }

    private void assertUnusable(String algorithm, String key, Path file, String end) {
        assertThatThrownBy(() -> authenticator(algorithm, key, file))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("[auth] " + key + " = " + file + ": ")
                .hasMessageEndingWith(end);
    }

    private Authenticator hs256() throws Exception {
        Path key = Files.write(directory.resolve("hs256"), SECRET);
        Files.writeString(key, "0123456789abcdef0123456789abcdef\n");
        return authenticator("hs256", "jwt_key_file", key);
    }

    private static String hs256Token(JWTClaimsSet claims) throws Exception {
        return TestTokens.sign(JWSAlgorithm.HS256, new MACSigner(SECRET), claims);
    }

    private static JWSHeader rs256Header(String keyId) {
        return new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(keyId).build();
    }

    private Path file(String content) throws IOException {
        return Files.writeString(Files.createTempFile(directory, "key", ""), content);
    }

    private static Authenticator authenticator(String algorithm, String key, Path file)
            throws ConfigException {
        Map<String, String> settings = new HashMap<>();
        settings.put("auth.jwt_algorithm", algorithm);
        settings.put("auth." + key, file.toString());
        settings.put("auth.jwt_issuer", "https://issuer.example");
        settings.put("auth.jwt_audience", "holdfast");
        Config config = ConfigLoader.load(ConfigSources.of(settings));
        return Authenticator.create(config.auth(), InstantSource.fixed(TestTokens.NOW));
    }

    private static void assertAccepted(Authenticator authenticator, String token) {
        assertThat(authenticator.authenticate(token)).isInstanceOf(AuthResult.Accepted.class);
    }

    private static void assertRejected(Authenticator authenticator, String token, String reason) {
        assertThat(authenticator.authenticate(token))
                .isEqualTo(new AuthResult.Rejected(reason, false));
    }
}
