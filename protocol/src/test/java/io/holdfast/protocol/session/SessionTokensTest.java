package io.holdfast.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.session.SessionTokens.Worth;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SessionTokensTest {
    private static final long LIFE = 1_000;

    private final RandomGenerator random = Claims.random(3);
    private final SessionTokens tokens = new SessionTokens();

    private String issue(long now) {
        return tokens.issue(random, LIFE, now);
    }

    @Test
    void aTokenIs32BytesIn43UrlSafeCharactersAndNoTwoAreTheSame() {
        Set<String> all = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            String token = issue(0);
            assertThat(token).matches("[A-Za-z0-9_-]{43}");
            assertThat(Base64.getUrlDecoder().decode(token)).hasSize(32);
            all.add(token);
        }
        assertThat(all).hasSize(1_000);
    }

    @Test
    void onlyItsHashIsKept() throws Exception {
        byte[] characters = issue(0).getBytes(StandardCharsets.US_ASCII);

        assertThat(Objects.requireNonNull(tokens.newest(0)).sha256())
                .isEqualTo(MessageDigest.getInstance("SHA-256").digest(characters));
    }

    @Test
    void aTokenIsGoodUntilTheEndOfItsLife() {
        String token = issue(50);

        assertThat(tokens.use(token, 50 + LIFE - 1)).isTrue();
        assertThat(tokens.use(token, 50 + LIFE)).isFalse();
        assertThat(tokens.matches(token, 50 + LIFE)).isFalse();
    }

    @Test
    void aFreshOneIsDueAtFourFifthsOfTheLife() {
        assertThat(tokens.refreshDueNanos()).isEqualTo(Long.MAX_VALUE);
        issue(50);
        assertThat(tokens.refreshDueNanos()).isEqualTo(50 + 800);
    }

    @Test
    void aFirstTokenThatWasNeverUsedStaysGoodWhenAFreshOneIsSent() {
        String first = issue(0);
        String fresh = issue(800);

        assertThat(tokens.matches(first, 900)).isTrue();
        assertThat(tokens.matches(fresh, 900)).isTrue();
    }

    @Test
    void thePreviousOneIsGoodUntilTheNewestIsFirstUsed() {
        String first = issue(0);
        String second = issue(0);

        assertThat(tokens.use(first, 1)).isTrue();
        assertThat(tokens.use(first, 1)).isTrue();
        assertThat(tokens.use(second, 1)).isTrue();
        assertThat(tokens.use(first, 1)).isFalse();
        assertThat(tokens.use(second, 1)).isTrue();
    }

    @Test
    void aTokenMayBeShownAgainAndAgainWhileNoAnswerReachesTheClient() {
        String held = issue(0);
        for (int attempt = 0; attempt < 10; attempt++) {
            assertThat(tokens.use(held, 1)).as("attempt %d", attempt).isTrue();
            issue(1);
        }
    }

    @Test
    void theAnswerToTheLaterOfTwoRacingResumesIsGood() {
        String held = issue(0);
        tokens.use(held, 1);
        String toTheEarlier = issue(1);
        tokens.use(held, 1);
        String toTheLater = issue(1);

        assertThat(tokens.matches(toTheEarlier, 2)).isFalse();
        assertThat(tokens.use(toTheLater, 2)).isTrue();
        assertThat(tokens.use(held, 2)).isFalse();
    }

    @Test
    void ofFreshTokensInARowTheLastTwoAreGoodSinceTheClientHoldsOneOfThem() {
        String held = issue(0);
        tokens.use(held, 1);
        String answer = issue(1);
        String pushed = issue(801);

        assertThat(tokens.matches(held, 802)).isFalse();
        assertThat(tokens.matches(answer, 802)).isTrue();
        assertThat(tokens.matches(pushed, 802)).isTrue();
    }

    @Test
    void lookingAtATokenDoesNotUseIt() {
        String first = issue(0);
        String second = issue(0);
        tokens.matches(second, 1);

        assertThat(tokens.use(first, 1)).isTrue();
    }

    @Test
    void anExpiredNewestOneDoesNotSpoilThePreviousOne() {
        String longLived = tokens.issue(random, 500, 0);
        String shortLived = tokens.issue(random, 10, 0);

        assertThat(tokens.use(shortLived, 20)).isFalse();
        assertThat(tokens.use(longLived, 20)).isTrue();
    }

    @Test
    void whatIsNotATokenNeverMatches() {
        String token = issue(0);

        assertThat(tokens.use(null, 1)).isFalse();
        assertThat(tokens.use("", 1)).isFalse();
        assertThat(tokens.use(token + "=", 1)).isFalse();
        assertThat(tokens.use(token.substring(1), 1)).isFalse();
        assertThat(tokens.use("x".repeat(1_000_000), 1)).isFalse();
        assertThat(tokens.use("é".repeat(43), 1)).isFalse();
        assertThat(new SessionTokens().use(token, 1)).isFalse();
    }

    @Test
    void noSingleChangedCharacterIsTakenForTheToken() {
        String token = issue(0);
        for (int i = 0; i < token.length(); i++) {
            for (char c : "AZaz09-_".toCharArray()) {
                String changed = token.substring(0, i) + c + token.substring(i + 1);
                assertThat(tokens.matches(changed, 1)).isEqualTo(changed.equals(token));
            }
        }
    }

    @Test
    void aTokenIsWorthItsLifeAndIsKnownAsExpiredThen() {
        String token = issue(50);

        assertThat(tokens.worth(token, 50)).isEqualTo(Worth.GOOD);
        assertThat(tokens.worth(token, 50 + LIFE - 1)).isEqualTo(Worth.GOOD);
        assertThat(tokens.worth(token, 50 + LIFE)).isEqualTo(Worth.EXPIRED);
        assertThat(tokens.worth(token, Long.MAX_VALUE / 2)).isEqualTo(Worth.EXPIRED);
    }

    @Test
    void theTokenBeforeTheNewestIsKnownTooAndOlderOnesAreForgotten() {
        String oldest = issue(0);
        String older = issue(100);
        String newest = issue(200);

        assertThat(tokens.worth(newest, LIFE + 150)).isEqualTo(Worth.GOOD);
        assertThat(tokens.worth(older, LIFE + 50)).isEqualTo(Worth.GOOD);
        assertThat(tokens.worth(older, LIFE + 150)).isEqualTo(Worth.EXPIRED);
        assertThat(tokens.worth(oldest, 201)).isEqualTo(Worth.UNKNOWN);
    }

    @Test
    void whatWasNeverIssuedIsWorthNothing() {
        String token = issue(0);

        assertThat(tokens.worth(null, 1)).isEqualTo(Worth.UNKNOWN);
        assertThat(tokens.worth("", 1)).isEqualTo(Worth.UNKNOWN);
        assertThat(tokens.worth(token + "=", 1)).isEqualTo(Worth.UNKNOWN);
        assertThat(tokens.worth("x".repeat(43), 1)).isEqualTo(Worth.UNKNOWN);
        assertThat(new SessionTokens().worth(token, 1)).isEqualTo(Worth.UNKNOWN);
    }

    @Test
    void askingForTheWorthOfATokenDoesNotUseIt() {
        String first = issue(0);
        String second = issue(0);
        tokens.worth(second, 1);

        assertThat(tokens.use(first, 1)).isTrue();
    }
}
