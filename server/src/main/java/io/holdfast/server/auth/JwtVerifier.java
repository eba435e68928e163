package io.holdfast.server.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks signed JWTs (RFC 7519) as RFC 8725 advises: the algorithm is the configured one, the
 * signature is checked before any claim is believed, and {@code exp} must be there.
 */
final class JwtVerifier {

    /** Clocks of issuer and server may differ by this much. */
    private static final Duration LEEWAY = Duration.ofSeconds(30);

    private static final int MAX_SUBJECT_LENGTH = 255;

    private final JwtKeys keys;
    private final @Nullable String issuer;
    private final @Nullable String audience;
    private final Set<String> sharedPrincipals;
    private final InstantSource clock;

    JwtVerifier(
            JwtKeys keys,
            @Nullable String issuer,
            @Nullable String audience,
            Set<String> sharedPrincipals,
            InstantSource clock) {
        this.keys = keys;
        this.issuer = issuer;
        this.audience = audience;
        this.sharedPrincipals = sharedPrincipals;
        this.clock = clock;
    }

    AuthResult verify(String token) {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            if (!keys.algorithm().equals(jwt.getHeader().getAlgorithm())) {
                return AuthResult.Rejected.because("token is not signed with " + keys.algorithm());
            }
            if (!isSigned(jwt)) {
                return AuthResult.Rejected.because("token has a wrong signature");
            }
            return judge(jwt.getJWTClaimsSet());
        } catch (ParseException | JOSEException | RuntimeException e) {
            // A parser that meets hostile input; its message may quote the token.
            return AuthResult.Rejected.because("unknown token");
        }
    }

    private boolean isSigned(SignedJWT jwt) throws JOSEException {
        for (JWSVerifier verifier : keys.candidates(jwt.getHeader().getKeyID())) {
            if (jwt.verify(verifier)) {
                return true;
            }
        }
        return false;
    }

    private AuthResult judge(JWTClaimsSet claims) {
        Instant now = clock.instant();
        Date expiry = claims.getExpirationTime();
        Date notBefore = claims.getNotBeforeTime();
        String subject = claims.getSubject();
        if (expiry == null) {
            return AuthResult.Rejected.because("token has no exp");
        }
        if (!now.isBefore(expiry.toInstant().plus(LEEWAY))) {
            return new AuthResult.Rejected("token expired", true);
        }
        if (notBefore != null && now.isBefore(notBefore.toInstant().minus(LEEWAY))) {
            return AuthResult.Rejected.because("token is not valid yet");
        }
        if (issuer != null && !issuer.equals(claims.getIssuer())) {
            return AuthResult.Rejected.because("token is from another issuer");
        }
        if (audience != null && !claims.getAudience().contains(audience)) {
            return AuthResult.Rejected.because("token is for another audience");
        }
        if (subject == null || !isPrintable(subject)) {
            return AuthResult.Rejected.because("token has no usable sub");
        }
        return new AuthResult.Accepted(
                subject, !sharedPrincipals.contains(subject), expiry.toInstant());
    }

    private static boolean isPrintable(String subject) {
        return !subject.isBlank()
                && subject.length() <= MAX_SUBJECT_LENGTH
                && subject.chars().noneMatch(Character::isISOControl);
    }
}
