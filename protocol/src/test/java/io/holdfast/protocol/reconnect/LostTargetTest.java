package io.holdfast.protocol.reconnect;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.reconnect.Decision.Retry;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Nobody waits for ever for an address that a server named and that is gone. */
class LostTargetTest {
    private static final Target NAMED = new Target("b", 9001);

    private final Reconnect reconnect = new Reconnect(Preset.FEED.policy(), new Random(1));

    private Retry ended(Ending ending, Duration up) {
        return (Retry) reconnect.ended(ending, ServerAdvice.NONE, up.toNanos(), 0);
    }

    private Retry notReady() {
        Ending silent = new Ending.ServerNotReady("health does not answer");
        return (Retry) reconnect.ended(silent, ServerAdvice.NONE, Reconnect.NEVER_UP, 0);
    }

    private void sentAway() {
        Retry sent = ended(new Ending.Closed(4102, "b:9001"), Reconnect.STABLE_AFTER);
        assertThat(sent.target()).isEqualTo(NAMED);
    }

    @Test
    void aTargetThatIsNeverReadyIsGivenUpForTheConfiguredAddress() {
        sentAway();
        for (int i = 1; i < Reconnect.TARGET_ATTEMPTS; i++) {
            assertThat(notReady().target()).isEqualTo(NAMED);
        }
        Retry last = notReady();
        assertThat(last.target()).isNull();
        assertThat(last.countsAsAttempt()).isFalse();
    }

    @Test
    void aTargetThatHasServedInBetweenIsTriedAgainAsOften() {
        sentAway();
        notReady();
        notReady();
        ended(new Ending.Closed(1006, ""), Reconnect.STABLE_AFTER);
        assertThat(notReady().target()).isEqualTo(NAMED);
        assertThat(notReady().target()).isEqualTo(NAMED);
        assertThat(notReady().target()).isNull();
    }

    @Test
    void aTargetThatAcceptsAndDropsIsGivenUpLikeOneThatRefuses() {
        sentAway();
        Ending dropped = new Ending.Closed(1006, "");
        Duration nearly = Reconnect.STABLE_AFTER.minusNanos(1);
        assertThat(ended(dropped, nearly).target()).isEqualTo(NAMED);
        assertThat(ended(new Ending.Closed(1013, ""), nearly).target()).isEqualTo(NAMED);
        assertThat(ended(dropped, nearly).target()).isNull();
    }
}
