package io.holdfast.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Session tokens, as a table gives and takes them. */
class SessionResumeTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Duration TTL = Duration.ofMinutes(2);

    private Duration tokenTtl = Duration.ofHours(1);
    private final SessionTable table =
            new SessionTable(() -> true, 10, () -> tokenTtl, Claims.random(5), (s, e) -> {});

    private ConnectResult connect(Claim claim, long second) {
        return table.connect(0, "a", claim, "rooms", TTL, second * SECOND);
    }

    private ConnectResult.New begin() {
        return (ConnectResult.New) connect(Claims.first("alice"), 0);
    }

    private ConnectResult.Restored resume(@Nullable String token, long second) {
        return (ConnectResult.Restored) connect(Claims.resume("alice", token), second);
    }

    @Test
    void aClientThatSpeaksResumeGetsAToken() {
        ConnectResult.New fresh = begin();

        assertThat(fresh.token()).hasSize(43);
        assertThat(fresh.session().resumable()).isTrue();
        assertThat(fresh.stillPresent()).isFalse();
    }

    @Test
    void aPlainClientGetsNone() {
        var fresh = (ConnectResult.New) connect(Claim.plain("alice", true), 0);

        assertThat(fresh.token()).isNull();
        assertThat(table.freshToken("a", fresh.generation(), 0)).isNull();
    }

    @Test
    void eachResumeReturnsAFreshTokenAndTheChainGoesOn() {
        String token = begin().token();
        for (int i = 1; i < 50; i++) {
            ConnectResult.Restored restored = resume(token, i);
            assertThat(restored.token()).isNotNull().isNotEqualTo(token);
            token = restored.token();
            assertThat(table.tokenCount()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void twoResumesThatRaceWithTheSameTokenBothGetInAndTheLaterOwnsTheSession() {
        String token = begin().token();
        ConnectResult.Restored earlier = resume(token, 1);
        ConnectResult.Restored later = resume(token, 1);

        assertThat(later.replaced()).hasValue(earlier.generation());
        assertThat(table.write("a", earlier.generation(), new byte[1])).isFalse();
        assertThat(table.write("a", later.generation(), new byte[1])).isTrue();
        assertThat(resume(later.token(), 2).session()).isSameAs(later.session());
    }

    @Test
    void anOldTokenRestoresNothingOnceANewerOneWasUsed() {
        String first = Objects.requireNonNull(begin().token());
        String second = resume(first, 1).token();
        ConnectResult.Restored latest = resume(second, 2);
        table.disconnect("a", latest.generation(), Duration.ZERO, 3 * SECOND);

        assertThat(table.ownerOf(first, 3 * SECOND)).isNull();
        assertThat(connect(Claims.resume("alice", first), 3))
                .as("nobody is thrown out, but nothing is restored")
                .isInstanceOf(ConnectResult.New.class);
    }

    @Test
    void aTokenOfTheSamePrincipalIsNeededWhileAnotherMemberOfTheFleetIsConnected() {
        begin();

        assertThat(connect(Claims.resume("alice", "A".repeat(43)), 1))
                .isInstanceOf(ConnectResult.Refused.class);
        assertThat(connect(Claims.resume("alice", null), 1))
                .isInstanceOf(ConnectResult.Refused.class);
    }

    @Test
    void aThiefWhoIsRefusedDoesNotUseTheTokenUp() {
        String first = begin().token();
        String second = resume(first, 1).token();
        assertThat(connect(Claims.resume("mallory", second), 2))
                .isInstanceOf(ConnectResult.Refused.class);

        assertThat(resume(first, 3).token()).isNotNull();
    }

    @Test
    void aTokenSaysWhoseSessionItIs() {
        String token = Objects.requireNonNull(begin().token());

        assertThat(table.ownerOf(token, 0)).isEqualTo("a");
        assertThat(table.ownerOf("A".repeat(43), 0)).isNull();
        assertThat(table.ownerOf("", 0)).isNull();
    }

    @Test
    void askingWhoseATokenIsDoesNotUseIt() {
        String first = begin().token();
        ConnectResult.Restored restored = resume(first, 1);
        String second = Objects.requireNonNull(restored.token());
        table.ownerOf(second, 1 * SECOND);

        assertThat(resume(first, 2).session()).isSameAs(restored.session());
    }

    @Test
    void theTokensOfASessionEndWithIt() {
        ConnectResult.New fresh = begin();
        String token = Objects.requireNonNull(fresh.token());
        table.disconnect("a", fresh.generation(), Duration.ZERO, 0);

        assertThat(table.ownerOf(token, 119 * SECOND)).isEqualTo("a");
        assertThat(table.ownerOf(token, 120 * SECOND)).isNull();
        assertThat(table.tokenCount()).isZero();
    }

    @Test
    void theTokenOfAReplacedSessionOpensNothing() {
        String token = Objects.requireNonNull(begin().token());
        connect(Claim.plain("alice", true), 1);

        assertThat(table.ownerOf(token, SECOND)).isNull();
        assertThat(table.tokenCount()).isZero();
    }

    @Test
    void aFreshTokenIsDueAtFourFifthsOfItsLifeAndNotWhileAway() {
        ConnectResult.New fresh = begin();
        assertThat(table.tokensDue(2_880 * SECOND - 1)).isEmpty();
        assertThat(table.tokensDue(2_880 * SECOND)).containsExactly(fresh.session());

        table.disconnect("a", fresh.generation(), Duration.ZERO, 2_880 * SECOND);
        assertThat(table.tokensDue(2_881 * SECOND)).isEmpty();
    }

    @Test
    void whoGotAFreshTokenIsNotDueAndMayUseEither() {
        ConnectResult.New fresh = begin();
        String pushed = table.freshToken("a", fresh.generation(), 2_880 * SECOND);

        assertThat(table.tokensDue(2_881 * SECOND)).isEmpty();
        assertThat(resume(fresh.token(), 2_900).session()).isSameAs(fresh.session());
        assertThat(pushed).isNotNull();
    }

    @Test
    void anOlderConnectionGetsNoFreshToken() {
        ConnectResult.New fresh = begin();
        resume(fresh.token(), 1);

        assertThat(table.freshToken("a", fresh.generation(), SECOND)).isNull();
    }

    @Test
    void tokensDoNotAgeWhileClocksAreStopped() {
        ConnectResult.New fresh = begin();
        table.pause(2_000 * SECOND);
        assertThat(table.tokensDue(9_000 * SECOND)).isEmpty();
        table.resume(9_000 * SECOND);

        assertThat(table.tokensDue(9_879 * SECOND)).isEmpty();
        assertThat(table.tokensDue(9_880 * SECOND)).containsExactly(fresh.session());
        assertThat(table.ownerOf(Objects.requireNonNull(fresh.token()), 10_599 * SECOND))
                .isEqualTo("a");
        assertThat(table.ownerOf(fresh.token(), 10_600 * SECOND)).isNull();
    }

    @Test
    void aChangedLifeHoldsForTheNextToken() {
        ConnectResult.New fresh = begin();
        tokenTtl = Duration.ofSeconds(10);
        String shortLived = table.freshToken("a", fresh.generation(), 0);

        assertThat(table.tokensDue(8 * SECOND)).containsExactly(fresh.session());
        assertThat(table.ownerOf(Objects.requireNonNull(shortLived), 10 * SECOND))
                .isNull();
    }

    @Test
    void aPipelineIsRestoredWithoutATokenAndGetsOneOnceItSpeaksResume() {
        Claim learned = new Claim("alice", true, null, true, true, true);
        var fresh = (ConnectResult.New) connect(Claims.pipeline("alice"), 0);
        assertThat(fresh.session().resumable()).isFalse();
        var restored = (ConnectResult.Restored) connect(learned, 1);

        assertThat(restored.token()).isNotNull();
        assertThat(restored.session().resumable()).isTrue();
    }

    @Test
    void aConnectionThatDoesNotSpeakResumeIsOwedNoFreshToken() {
        begin();
        Claim forgot = new Claim("alice", true, null, true, true, false);
        table.disconnect("a", 1, Duration.ZERO, 0);
        var restored = (ConnectResult.Restored) connect(forgot, 1);

        assertThat(restored.token()).isNull();
        assertThat(table.tokensDue(3_500 * SECOND)).isEqualTo(List.of());
    }

    @Test
    void neitherAClaimNorARefusalShowsTheTokenInALog() {
        assertThat(Claims.resume("alice", "s3cret").toString())
                .contains("alice")
                .doesNotContain("s3cret");
    }
}
