package io.holdfast.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** [auth]. When there is an algorithm, exactly one of the two key files is there. */
public record AuthSettings(
        Mode mode,
        List<StaticToken> tokens,
        Optional<Path> tokensFile,
        List<String> sharedPrincipals,
        Optional<JwtAlgorithm> jwtAlgorithm,
        Optional<Path> jwtKeyFile,
        Optional<Path> jwksFile,
        Optional<String> jwtIssuer,
        Optional<String> jwtAudience,
        Duration sessionTokenTtl) {

    /** AUTO is ON when a token or a JWT key is configured, so that tokens never lie unused. */
    public enum Mode {
        AUTO,
        ON,
        OFF
    }

    public boolean enabled() {
        return mode == Mode.ON || (mode == Mode.AUTO && hasCredentials());
    }

    boolean hasCredentials() {
        return !tokens.isEmpty() || tokensFile.isPresent() || jwtAlgorithm.isPresent();
    }

    static AuthSettings from(Values values) {
        return new AuthSettings(
                values.get(AuthKeys.ENABLED),
                values.get(AuthKeys.TOKENS),
                values.get(AuthKeys.TOKENS_FILE),
                values.get(AuthKeys.SHARED_PRINCIPALS),
                values.get(AuthKeys.JWT_ALGORITHM),
                values.get(AuthKeys.JWT_KEY_FILE),
                values.get(AuthKeys.JWKS_FILE),
                values.get(AuthKeys.JWT_ISSUER),
                values.get(AuthKeys.JWT_AUDIENCE),
                values.get(AuthKeys.SESSION_TOKEN_TTL));
    }
}
