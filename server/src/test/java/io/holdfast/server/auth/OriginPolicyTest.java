package io.holdfast.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.server.config.WebOrigin;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OriginPolicyTest {

    private static final OriginPolicy ONE =
            policy("https://app.example.com", "http://localhost:3000", "https://[2001:db8::1]");

    @Test
    void whoSendsNoOriginIsNoBrowserAndPasses() {
        assertThat(ONE.allows(null)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example.com",
                "HTTPS://App.Example.COM",
                "https://app.example.com:443",
                "http://localhost:3000",
                "https://[2001:db8::1]:443"
            })
    void anAllowedOriginPassesHoweverItIsWritten(String origin) {
        assertThat(ONE.allows(origin)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://app.example.com",
                "https://app.example.com:8443",
                "https://app.example.com.evil.example",
                "https://evil-app.example.com",
                "https://example.com",
                "https://sub.app.example.com",
                "http://localhost",
                "http://localhost:30000",
                "file://",
                "null"
            })
    void anotherOriginIsRefused(String origin) {
        assertThat(ONE.allows(origin)).isFalse();
        assertThat(policy().allows(origin)).as("nothing configured").isTrue();
        assertThat(any().allows(origin)).as("*").isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "*",
                "app.example.com",
                "https://",
                "https:///",
                "https://app.example.com/",
                "https://app.example.com/path",
                "https://app.example.com?x",
                "https://app.example.com#x",
                "https://user@app.example.com",
                "https://app.example.com@evil.example",
                "https://app.example.com:",
                "https://app.example.com:0",
                "https://app.example.com:65536",
                "https://app.example.com:44x",
                "https://app.example.com, https://app.example.com",
                "https://app.example.com https://evil.example",
                "https://app.example.com\u0000",
                "https://app.example.com\n",
                "https://аpp.example.com",
                "https://app.example.com\\.evil.example",
                "https://[::1",
                "https://[localhost]",
                "https://[::1]x",
                "1https://app.example.com",
                "Null"
            })
    void whatIsNoOriginIsRefusedUnderAnyPolicy(String origin) {
        assertThat(ONE.allows(origin)).isFalse();
        assertThat(policy().allows(origin)).isFalse();
        assertThat(any().allows(origin)).isFalse();
    }

    @Test
    void theOpaqueOriginPassesOnlyWhereItIsListed() {
        assertThat(policy("null").allows("null")).isTrue();
        assertThat(policy("null").allows("https://app.example.com")).isFalse();
    }

    private static OriginPolicy any() {
        return OriginPolicy.of(List.of(WebOrigin.ANY));
    }

    private static OriginPolicy policy(String... allowed) {
        return OriginPolicy.of(Arrays.stream(allowed)
                .map(origin -> Objects.requireNonNull(WebOrigin.parse(origin)))
                .toList());
    }
}
