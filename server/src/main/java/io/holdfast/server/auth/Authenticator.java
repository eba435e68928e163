package io.holdfast.server.auth;

import io.holdfast.server.config.AuthSettings;
import io.holdfast.server.config.ConfigException;
import io.holdfast.server.config.JwtAlgorithm;
import io.holdfast.server.config.StaticToken;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks bearer tokens: first the static ones, then as a JWT. Immutable; a reload makes a new one.
 */
public final class Authenticator {

    /** Everybody, while authentication is off. */
    private static final AuthResult TRUSTED = new AuthResult.Accepted("anonymous", false, null);

    /** More than any of our limits on headers lets through by default; bounds the hashing. */
    private static final int MAX_TOKEN_LENGTH = 8_192;

    private final boolean enabled;
    private final StaticTokens staticTokens;
    private final @Nullable JwtVerifier jwt;

    private Authenticator(boolean enabled, StaticTokens staticTokens, @Nullable JwtVerifier jwt) {
        this.enabled = enabled;
        this.staticTokens = staticTokens;
        this.jwt = jwt;
    }

    /** Reads the token and key files; the message says what is wrong with one of them. */
    public static Authenticator create(AuthSettings settings, InstantSource clock)
            throws ConfigException {
        Set<String> shared = Set.copyOf(settings.sharedPrincipals());
        List<StaticToken> tokens = new ArrayList<>(settings.tokens());
        if (settings.tokensFile().isPresent()) {
            tokens.addAll(TokenFile.read(settings.tokensFile().get()));
        }
        JwtVerifier jwt = null;
        if (settings.jwtAlgorithm().isPresent()) {
            JwtAlgorithm algorithm = settings.jwtAlgorithm().get();
            JwtKeys keys = settings.jwksFile().isPresent()
                    ? JwtKeys.fromKeySet(settings.jwksFile().get(), algorithm)
                    : JwtKeys.fromKeyFile(settings.jwtKeyFile().orElseThrow(), algorithm);
            jwt = new JwtVerifier(
                    keys,
                    settings.jwtIssuer().orElse(null),
                    settings.jwtAudience().orElse(null),
                    shared,
                    clock);
        }
        return new Authenticator(settings.enabled(), new StaticTokens(tokens, shared), jwt);
    }

    /** When false the network is trusted and {@link #authenticate} lets everybody in. */
    public boolean enabled() {
        return enabled;
    }

    /** Thread-safe; costs some microseconds for a static token, tens of them for a signature. */
    public AuthResult authenticate(@Nullable String bearerToken) {
        if (!enabled) {
            return TRUSTED;
        }
        if (bearerToken == null || bearerToken.isEmpty()) {
            return AuthResult.Rejected.because("no token");
        }
        if (bearerToken.length() > MAX_TOKEN_LENGTH) {
            return AuthResult.Rejected.because("token too long");
        }
        AuthResult known = staticTokens.find(bearerToken);
        if (known != null) {
            return known;
        }
        return jwt == null ? AuthResult.Rejected.because("unknown token") : jwt.verify(bearerToken);
    }

    /** The token of an Authorization header (RFC 6750 section 2.1), or null when it has none. */
    public static @Nullable String bearerToken(@Nullable String authorization) {
        String scheme = "Bearer ";
        if (authorization == null || !authorization.regionMatches(true, 0, scheme, 0, 7)) {
            return null;
        }
        String token = authorization.substring(scheme.length()).strip();
        return token.isEmpty() ? null : token;
    }
}
