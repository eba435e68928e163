package io.holdfast.protocol.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.breaker.BreakerState.Closed;
import io.holdfast.protocol.breaker.BreakerState.HalfOpen;
import io.holdfast.protocol.breaker.BreakerState.Open;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
    private static final long SECOND = 1_000_000_000L;

    private final List<String> changes = new ArrayList<>();
    private final CircuitBreaker breaker = new CircuitBreaker(
            BreakerSettings.DEFAULT,
            (from, to, reason) -> changes.add(from.label() + " -> " + to.label() + ": " + reason));

    private void fail(int times, long nowNanos) {
        for (int i = 0; i < times; i++) {
            breaker.failed(breaker.tryCall(nowNanos), nowNanos);
        }
    }

    @Test
    void fiveFailuresInARowOpenItForSixtySeconds() {
        fail(4, 0);
        assertThat(breaker.tryCall(0)).isNotEqualTo(CircuitBreaker.REFUSED);
        fail(1, SECOND);

        assertThat(breaker.state()).isEqualTo(new Open(61 * SECOND));
        assertThat(breaker.tryCall(SECOND)).isEqualTo(CircuitBreaker.REFUSED);
        assertThat(breaker.tryCall(61 * SECOND - 1)).isEqualTo(CircuitBreaker.REFUSED);
        assertThat(breaker.nanosUntilCall(SECOND)).isEqualTo(60 * SECOND);
        assertThat(breaker.tryCall(61 * SECOND)).isNotEqualTo(CircuitBreaker.REFUSED);
        assertThat(changes)
                .containsExactly(
                        "closed -> open: 5 failures in a row", "open -> half_open: a trial call");
    }

    @Test
    void aSuccessBetweenThemBeginsTheCountAnew() {
        fail(4, 0);
        breaker.succeeded(breaker.tryCall(0));
        fail(4, 0);

        assertThat(breaker.state()).isEqualTo(new Closed(4));
        assertThat(changes).isEmpty();
    }

    @Test
    void whileTheTrialIsOnItsWayAllOthersAreRefused() {
        fail(5, 0);
        long trial = breaker.tryCall(60 * SECOND);

        assertThat(trial).isNotEqualTo(CircuitBreaker.REFUSED);
        assertThat(breaker.tryCall(60 * SECOND)).isEqualTo(CircuitBreaker.REFUSED);
        assertThat(breaker.tryCall(119 * SECOND)).isEqualTo(CircuitBreaker.REFUSED);
    }

    @Test
    void aTrialThatSucceedsClosesItAndOneThatFailsOpensItAgain() {
        fail(5, 0);
        breaker.failed(breaker.tryCall(60 * SECOND), 63 * SECOND);
        assertThat(breaker.state()).isEqualTo(new Open(123 * SECOND));

        breaker.succeeded(breaker.tryCall(123 * SECOND));
        assertThat(breaker.state()).isEqualTo(new Closed(0));
        assertThat(breaker.nanosUntilCall(0)).isZero();
        assertThat(changes)
                .endsWith(
                        "half_open -> open: the trial call failed",
                        "open -> half_open: a trial call",
                        "half_open -> closed: the trial call succeeded");
    }

    @Test
    void aTrialThatWasNotMadeLeavesTheTrialToTheNext() {
        fail(5, 0);
        breaker.cancelled(breaker.tryCall(60 * SECOND), 60 * SECOND);

        assertThat(breaker.state()).isInstanceOf(Open.class);
        assertThat(breaker.tryCall(60 * SECOND)).isNotEqualTo(CircuitBreaker.REFUSED);
    }

    @Test
    void aTrialThatNeverEndsIsLostAfterSixtySecondsAndHasNoSayAnyMore() {
        fail(5, 0);
        long lost = breaker.tryCall(60 * SECOND);
        assertThat(breaker.nanosUntilCall(60 * SECOND)).isEqualTo(60 * SECOND);
        long next = breaker.tryCall(120 * SECOND);

        assertThat(next).isNotIn(CircuitBreaker.REFUSED, lost);
        breaker.succeeded(lost);
        breaker.failed(lost, 121 * SECOND);
        breaker.cancelled(lost, 121 * SECOND);
        assertThat(breaker.state()).isEqualTo(new HalfOpen(180 * SECOND));
        breaker.succeeded(next);
        assertThat(breaker.state()).isEqualTo(new Closed(0));
    }

    @Test
    void callsThatBeganBeforeItOpenedChangeNothingAnyMore() {
        long slow = breaker.tryCall(0);
        fail(5, 0);
        breaker.succeeded(slow);
        assertThat(breaker.state()).isEqualTo(new Open(60 * SECOND));

        breaker.tryCall(60 * SECOND);
        breaker.succeeded(slow);
        assertThat(breaker.state()).isInstanceOf(HalfOpen.class);
    }

    @Test
    void aRefusedCallThatIsReportedAllTheSameChangesNothing() {
        fail(5, 0);
        breaker.succeeded(CircuitBreaker.REFUSED);
        breaker.failed(CircuitBreaker.REFUSED, SECOND);

        assertThat(breaker.state()).isEqualTo(new Open(60 * SECOND));
    }

    @Test
    void settingsOfNothingAreRefused() {
        assertThatThrownBy(() -> new BreakerSettings(0, 1)).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> new BreakerSettings(1, 0)).hasMessageContaining("at least 1");
    }
}
