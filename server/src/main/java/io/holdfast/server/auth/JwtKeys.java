package io.holdfast.server.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import io.holdfast.server.config.ConfigException;
import io.holdfast.server.config.JwtAlgorithm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the one algorithm that was configured. The pairing of algorithm and kind of key is
 * made here, at start, so that no header of a token can bring another pair about.
 */
final class JwtKeys {

    /** RFC 7518 section 3.2: a key for HS256 has at least the 256 bits of its hash. */
    private static final int MIN_HMAC_KEY_BYTES = 32;

    /** RFC 7518 section 3.3. */
    private static final int MIN_RSA_BITS = 2_048;

    /** Without a key id each key is tried; this bounds the work that one token can cause. */
    private static final int MAX_KEYS = 16;

    private record NamedKey(@Nullable String id, JWSVerifier verifier) {}

    private final JWSAlgorithm algorithm;
    private final List<NamedKey> keys;

    private JwtKeys(JwtAlgorithm algorithm, List<NamedKey> keys) {
        this.algorithm = JWSAlgorithm.parse(algorithm.name());
        this.keys = List.copyOf(keys);
    }

    JWSAlgorithm algorithm() {
        return algorithm;
    }

    /** Those with this id, and those that have none; all of them for a token without an id. */
    List<JWSVerifier> candidates(@Nullable String id) {
        return keys.stream()
                .filter(key -> id == null || key.id() == null || id.equals(key.id()))
                .map(NamedKey::verifier)
                .toList();
    }

    static JwtKeys fromKeyFile(Path file, JwtAlgorithm algorithm) throws ConfigException {
        byte[] bytes = SmallFile.read("jwt_key_file", file);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        boolean pem = text.contains("-----BEGIN ");
        try {
            JWSVerifier verifier = switch (algorithm) {
                // A public key used as a shared secret is known to everybody.
                case HS256 -> pem ? null : hmac(withoutNewline(bytes));
                case RS256 -> Pem.publicKey(text) instanceof RSAPublicKey key ? rsa(key) : null;
                case ES256 -> Pem.publicKey(text) instanceof ECPublicKey key ? ec(key) : null;
            };
            if (verifier != null) {
                return new JwtKeys(algorithm, List.of(new NamedKey(null, verifier)));
            }
        } catch (GeneralSecurityException | JOSEException | IllegalArgumentException e) {
            // The cause may quote key material; what is expected says enough.
        }
        throw SmallFile.unusable("jwt_key_file", file, expected(algorithm));
    }

    static JwtKeys fromKeySet(Path file, JwtAlgorithm algorithm) throws ConfigException {
        String text = new String(SmallFile.read("jwks_file", file), StandardCharsets.UTF_8);
        List<NamedKey> keys = new ArrayList<>();
        try {
            for (JWK jwk : JWKSet.parse(text).getKeys()) {
                JWSVerifier verifier =
                        isForSigning(jwk, algorithm) ? verifier(jwk, algorithm) : null;
                if (verifier != null) {
                    keys.add(new NamedKey(jwk.getKeyID(), verifier));
                }
            }
        } catch (ParseException | JOSEException | IllegalArgumentException e) {
            throw SmallFile.unusable("jwks_file", file, "is not a valid JSON Web Key Set");
        }
        if (keys.isEmpty() || keys.size() > MAX_KEYS) {
            throw SmallFile.unusable(
                    "jwks_file",
                    file,
                    "has %d usable keys for %s; allowed: 1 to %d"
                            .formatted(keys.size(), algorithm, MAX_KEYS));
        }
        return new JwtKeys(algorithm, keys);
    }

    private static boolean isForSigning(JWK jwk, JwtAlgorithm algorithm) {
        boolean use = jwk.getKeyUse() == null || jwk.getKeyUse().equals(KeyUse.SIGNATURE);
        boolean pinned =
                jwk.getAlgorithm() == null || jwk.getAlgorithm().getName().equals(algorithm.name());
        return use && pinned;
    }

    private static @Nullable JWSVerifier verifier(JWK jwk, JwtAlgorithm algorithm)
            throws JOSEException {
        return switch (algorithm) {
            case HS256 -> jwk instanceof OctetSequenceKey key ? hmac(key.toByteArray()) : null;
            case RS256 -> jwk instanceof RSAKey key ? rsa(key.toRSAPublicKey()) : null;
            case ES256 -> jwk instanceof ECKey key ? ec(key.toECPublicKey()) : null;
        };
    }

    private static @Nullable JWSVerifier hmac(byte[] key) throws JOSEException {
        return key.length < MIN_HMAC_KEY_BYTES ? null : new MACVerifier(key);
    }

    private static @Nullable JWSVerifier rsa(RSAPublicKey key) {
        return key.getModulus().bitLength() < MIN_RSA_BITS ? null : new RSASSAVerifier(key);
    }

    private static @Nullable JWSVerifier ec(ECPublicKey key) throws JOSEException {
        boolean p256 = Curve.P_256.equals(Curve.forECParameterSpec(key.getParams()));
        return p256 ? new ECDSAVerifier(key) : null;
    }

    /** Editors end a file with a newline that nobody means as part of the secret. */
    private static byte[] withoutNewline(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && (bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) {
            end--;
        }
        return Arrays.copyOf(bytes, end);
    }

    private static String expected(JwtAlgorithm algorithm) {
        return switch (algorithm) {
            case HS256 -> "hs256 needs a secret of 32 bytes or more, not a PEM key";
            case RS256 -> "rs256 needs a PEM RSA public key or certificate of 2048 bits or more";
            case ES256 -> "es256 needs a PEM public key or certificate on the curve P-256";
        };
    }
}
