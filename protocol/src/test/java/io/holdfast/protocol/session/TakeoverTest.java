package io.holdfast.protocol.session;

import static io.holdfast.protocol.session.Takeover.decide;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.session.Takeover.Outcome;
import io.holdfast.protocol.session.Takeover.Owner;
import org.junit.jupiter.api.Test;

class TakeoverTest {
    private static final Owner CONNECTED = new Owner("alice", true);
    private static final Owner AWAY = new Owner("alice", false);

    private static Claim plain(String principal) {
        return new Claim(principal, false, false, false, false);
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
        Claim resume = new Claim("alice", false, true, true, false);
        Claim noResume = new Claim("alice", false, true, false, false);

        assertThat(decide(true, CONNECTED, resume)).isEqualTo(Outcome.RESUME);
        assertThat(decide(true, CONNECTED, noResume)).isEqualTo(Outcome.REPLACE);
    }

    @Test
    void theSameIndividualPrincipalTakesOver() {
        Claim individual = new Claim("alice", true, false, true, false);

        assertThat(decide(true, CONNECTED, individual))
                .as("resume without the session's token restores nothing")
                .isEqualTo(Outcome.REPLACE);
    }

    @Test
    void aMemberOfAFleetThatSharesATokenCannotThrowOutAnother() {
        assertThat(decide(true, CONNECTED, plain("alice"))).isEqualTo(Outcome.REFUSE);
        assertThat(decide(true, CONNECTED, new Claim("alice", false, false, true, true)))
                .isEqualTo(Outcome.REFUSE);
    }

    @Test
    void anotherPrincipalIsRefusedEvenWithTheTokenAndEvenWhileTheOwnerIsAway() {
        Claim stolen = new Claim("mallory", true, true, true, true);

        assertThat(decide(true, CONNECTED, stolen)).isEqualTo(Outcome.REFUSE);
        assertThat(decide(true, AWAY, stolen)).isEqualTo(Outcome.REFUSE);
    }

    @Test
    void aPlainClientOfTheSamePrincipalMayComeBackWhileNobodyIsConnected() {
        assertThat(decide(true, AWAY, plain("alice"))).isEqualTo(Outcome.REPLACE);
    }

    @Test
    void inDeepstreamTheSameIdAndPrincipalRestore() {
        Claim pipeline = new Claim("alice", false, false, true, true);

        assertThat(decide(true, AWAY, pipeline)).isEqualTo(Outcome.RESUME);
        assertThat(decide(false, CONNECTED, pipeline)).isEqualTo(Outcome.RESUME);
    }
}
