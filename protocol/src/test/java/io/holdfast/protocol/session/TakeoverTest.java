package io.holdfast.protocol.session;

import static io.holdfast.protocol.session.Takeover.decide;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.session.Takeover.Outcome;
import io.holdfast.protocol.session.Takeover.Owner;
import org.junit.jupiter.api.Test;

class TakeoverTest {
    private static final Owner CONNECTED = new Owner("alice", true, false);
    private static final Owner CONNECTED_AND_TOKEN_SHOWN = new Owner("alice", true, true);
    private static final Owner AWAY = new Owner("alice", false, false);
    private static final Owner AWAY_AND_TOKEN_SHOWN = new Owner("alice", false, true);

    private static Claim plain(String principal) {
        return Claim.plain(principal, false);
    }

    private static Claim resume(String principal) {
        return Claims.resume(principal, "the table has looked at it");
    }

    @Test
    void anIdThatNobodyHasIsFree() {
        assertThat(decide(true, null, plain("alice"))).isEqualTo(Outcome.NEW);
        assertThat(decide(false, null, plain("alice"))).isEqualTo(Outcome.NEW);
    }

    @Test
    void withAuthenticationOffTheNewerWinsWithAnEmptySession() {
        assertThat(decide(false, CONNECTED, plain("mallory"))).isEqualTo(Outcome.REPLACE);
    }

    @Test
    void theSessionTokenOfTheSamePrincipalTakesOver() {
        assertThat(decide(true, CONNECTED_AND_TOKEN_SHOWN, resume("alice")))
                .isEqualTo(Outcome.RESUME);
        assertThat(decide(true, CONNECTED_AND_TOKEN_SHOWN, plain("alice")))
                .isEqualTo(Outcome.REPLACE);
    }

    @Test
    void theSessionTokenRestoresWithAuthenticationOffToo() {
        assertThat(decide(false, AWAY_AND_TOKEN_SHOWN, resume("alice"))).isEqualTo(Outcome.RESUME);
        assertThat(decide(false, AWAY, resume("alice"))).isEqualTo(Outcome.REPLACE);
    }

    @Test
    void theSameIndividualPrincipalTakesOver() {
        Claim individual = new Claim("alice", true, null, true, false, true);

        assertThat(decide(true, CONNECTED, individual))
                .as("resume without the session's token restores nothing")
                .isEqualTo(Outcome.REPLACE);
    }

    @Test
    void aMemberOfAFleetThatSharesATokenCannotThrowOutAnother() {
        assertThat(decide(true, CONNECTED, plain("alice"))).isEqualTo(Outcome.REFUSE);
        assertThat(decide(true, CONNECTED, Claims.pipeline("alice"))).isEqualTo(Outcome.REFUSE);
    }

    @Test
    void anotherPrincipalIsRefusedEvenWithTheTokenAndEvenWhileTheOwnerIsAway() {
        Claim stolen = new Claim("mallory", true, "stolen", true, true, true);

        assertThat(decide(true, CONNECTED_AND_TOKEN_SHOWN, stolen)).isEqualTo(Outcome.REFUSE);
        assertThat(decide(true, AWAY_AND_TOKEN_SHOWN, stolen)).isEqualTo(Outcome.REFUSE);
    }

    @Test
    void aPlainClientOfTheSamePrincipalMayComeBackWhileNobodyIsConnected() {
        assertThat(decide(true, AWAY, plain("alice"))).isEqualTo(Outcome.REPLACE);
    }

    @Test
    void inDeepstreamTheSameIdAndPrincipalRestore() {
        assertThat(decide(true, AWAY, Claims.pipeline("alice"))).isEqualTo(Outcome.RESUME);
        assertThat(decide(false, CONNECTED, Claims.pipeline("alice"))).isEqualTo(Outcome.RESUME);
    }

    @Test
    void inDeepstreamTheIdAloneRestoresNothingOfAnotherPrincipal() {
        assertThat(decide(false, AWAY, Claims.pipeline("bob"))).isEqualTo(Outcome.REPLACE);
    }
}
