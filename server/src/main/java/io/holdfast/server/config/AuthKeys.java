package io.holdfast.server.config;

import static io.holdfast.server.config.Section.AUTH;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** [auth]. */
final class AuthKeys {

    private static final ValueType<Optional<Path>> FILE = ValueType.optional(ValueType.path());

    private static final ValueType<StaticToken> TOKEN =
            new ValueType<>("principal:token", StaticToken::parse, StaticToken::reveal);

    private static final ValueType<String> PRINCIPAL = ValueType.parsedText(
            "a principal", text -> StaticToken.isPrincipal(text) ? text : null);

    static final Key<AuthSettings.Mode> ENABLED = Key.of(
            AUTH,
            "enabled",
            ValueType.choice(AuthSettings.Mode.class),
            "auto",
            "Whether clients need a token: auto is on as soon as tokens or a JWT key are"
                    + " configured; on refuses to start without them.");

    static final Key<List<StaticToken>> TOKENS = Key.of(
                    AUTH,
                    "tokens",
                    ValueType.list("entries principal:token", 1_000, TOKEN),
                    "",
                    "Static tokens; principal * is a token shared by many clients; prefer"
                            + " tokens_file, which other users of the host cannot read.")
            .withheld()
            .reloadable();

    static final Key<Optional<Path>> TOKENS_FILE = Key.of(
                    AUTH,
                    "tokens_file",
                    FILE,
                    "",
                    "File with one principal:token per line, # for comments.")
            .reloadable();

    static final Key<List<String>> SHARED_PRINCIPALS = Key.of(
                    AUTH,
                    "shared_principals",
                    ValueType.list("principals", 1_000, PRINCIPAL),
                    "",
                    "Principals used by more than one client, who then cannot take over"
                            + " each other's connections.")
            .reloadable();

    static final Key<Optional<JwtAlgorithm>> JWT_ALGORITHM = Key.of(
                    AUTH,
                    "jwt_algorithm",
                    ValueType.optional(ValueType.choice(JwtAlgorithm.class)),
                    "",
                    "The one signature algorithm that is accepted, whatever a token says;"
                            + " set it to accept JWTs.")
            .reloadable();

    static final Key<Optional<Path>> JWT_KEY_FILE = Key.of(
                    AUTH,
                    "jwt_key_file",
                    FILE,
                    "",
                    "Key for JWTs: the secret itself for hs256 (32 bytes or more), a PEM"
                            + " public key or certificate otherwise.")
            .reloadable();

    static final Key<Optional<Path>> JWKS_FILE = Key.of(
                    AUTH,
                    "jwks_file",
                    FILE,
                    "",
                    "JSON Web Key Set with the keys for JWTs, instead of jwt_key_file;"
                            + " choose it when keys rotate.")
            .reloadable();

    static final Key<Optional<String>> JWT_ISSUER = Key.of(
                    AUTH,
                    "jwt_issuer",
                    ValueType.optional(ValueType.text(1, 1_024)),
                    "",
                    "What the claim iss must be; set it when the key signs for several"
                            + " issuers.")
            .reloadable();

    static final Key<Optional<String>> JWT_AUDIENCE = Key.of(
                    AUTH,
                    "jwt_audience",
                    ValueType.optional(ValueType.text(1, 1_024)),
                    "",
                    "What the claim aud must contain; set it when the issuer also signs"
                            + " for other services.")
            .reloadable();

    static final Key<Duration> SESSION_TOKEN_TTL = Key.of(
                    AUTH,
                    "session_token_ttl",
                    ValueType.duration(Duration.ofSeconds(10), Duration.ofDays(30)),
                    "3600s",
                    "Life of a session token, renewed after 80 % of it; keep a fifth of it above"
                            + " each session_ttl, or a token can end before its session.")
            .reloadable();

    static final List<Key<?>> ALL = List.of(
            ENABLED,
            TOKENS,
            TOKENS_FILE,
            SHARED_PRINCIPALS,
            JWT_ALGORITHM,
            JWT_KEY_FILE,
            JWKS_FILE,
            JWT_ISSUER,
            JWT_AUDIENCE,
            SESSION_TOKEN_TTL);

    private AuthKeys() {}
}
