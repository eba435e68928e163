package io.holdfast.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.server.config.ConfigException;
import io.holdfast.server.config.ConfigLoader;
import io.holdfast.server.config.ConfigSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StaticTokenTest {

    @TempDir
    private Path directory = Path.of(".");

    @Test
    void withoutAuthenticationEverybodyIsAnonymous() throws ConfigException {
        Authenticator authenticator = authenticator(Map.of());
        assertThat(authenticator.enabled()).isFalse();
        assertThat(authenticator.authenticate(null))
                .isEqualTo(new AuthResult.Accepted("anonymous", false, null));
    }

    @Test
    void aTokenStandsForItsPrincipal() throws ConfigException {
        Authenticator authenticator = authenticator(Map.of(
                "auth.tokens", "alice:one, bob:two:2, *:all, team:us",
                "auth.shared_principals", "team"));
        assertThat(authenticator.authenticate("one")).isEqualTo(accepted("alice", true));
        assertThat(authenticator.authenticate("two:2")).isEqualTo(accepted("bob", true));
        assertThat(authenticator.authenticate("all")).isEqualTo(accepted("*", false));
        assertThat(authenticator.authenticate("us")).isEqualTo(accepted("team", false));
    }

    @Test
    void everythingElseIsRejectedWithoutSayingWhy() throws ConfigException {
        Authenticator authenticator = authenticator(Map.of("auth.tokens", "alice:one"));
        assertThat(authenticator.authenticate("One")).isEqualTo(rejected("unknown token"));
        assertThat(authenticator.authenticate("alice:one")).isEqualTo(rejected("unknown token"));
        assertThat(authenticator.authenticate("")).isEqualTo(rejected("no token"));
        assertThat(authenticator.authenticate(null)).isEqualTo(rejected("no token"));
        assertThat(authenticator.authenticate("x".repeat(8_193)))
                .isEqualTo(rejected("token too long"));
    }

    @Test
    void tokensCanStandInAFileOfTheirOwn() throws Exception {
        Path file = file("# staff\nalice:one\n\n  bob:two  \n");
        Authenticator authenticator = authenticator(Map.of("auth.tokens_file", file.toString()));
        assertThat(authenticator.authenticate("two")).isEqualTo(accepted("bob", true));
    }

    @Test
    void aBrokenTokenFileIsExplainedWithoutQuotingIt() throws IOException {
        Path file = file("alice:one\nsesame\n");
        assertThatThrownBy(() -> authenticator(Map.of("auth.tokens_file", file.toString())))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "[auth] tokens_file = %s: line 2: allowed: principal:token, 10,000 lines at"
                                + " most",
                        file);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "Bearer abc,abc",
                "bearer abc,abc",
                "'Bearer  abc ',abc",
                "Bearer,null",
                "'Bearer ',null",
                "Basic abc,null",
                "Bearerabc,null",
                "null,null"
            })
    void theTokenIsTakenFromTheHeader(String header, String token) {
        assertThat(Authenticator.bearerToken(header)).isEqualTo(token);
    }

    private Path file(String content) throws IOException {
        return Files.writeString(directory.resolve("tokens"), content);
    }

    private static AuthResult accepted(String principal, boolean individual) {
        return new AuthResult.Accepted(principal, individual, null);
    }

    private static AuthResult rejected(String reason) {
        return new AuthResult.Rejected(reason, false);
    }

    private static Authenticator authenticator(Map<String, String> settings)
            throws ConfigException {
        return Authenticator.create(
                ConfigLoader.load(ConfigSources.of(settings)).auth(),
                InstantSource.fixed(TestTokens.NOW));
    }
}
