package io.holdfast.protocol.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.limit.PingFlood.Verdict;
import io.holdfast.protocol.limit.RateVerdict.Abusive;
import io.holdfast.protocol.limit.RateVerdict.Allowed;
import io.holdfast.protocol.limit.RateVerdict.Limited;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;

    private final RateLimiter limiter = new RateLimiter(60);

    private void fill(long nowNanos) {
        for (int i = 0; i < 60; i++) {
            assertThat(limiter.judge(nowNanos)).isEqualTo(new Allowed());
        }
    }

    @Test
    void sixtyMessagesAMinutePassAndTheNextIsToldWhenToRetryInWholeSecondsRoundedUp() {
        fill(0);

        assertThat(limiter.judge(1)).isEqualTo(new Limited(60));
        assertThat(limiter.judge(59 * SECOND)).isEqualTo(new Limited(1));
        assertThat(limiter.judge(60 * SECOND - 1)).isEqualTo(new Limited(1));
    }

    @Test
    void messagesThatWereDroppedDoNotExtendTheWindow() {
        fill(0);
        for (int second = 1; second < 60; second++) {
            limiter.judge(second * SECOND);
        }

        assertThat(limiter.judge(60 * SECOND)).isEqualTo(new Allowed());
    }

    @Test
    void zeroIsOff() {
        RateLimiter off = new RateLimiter(0);
        for (int i = 0; i < 1_000; i++) {
            assertThat(off.judge(0)).isEqualTo(new Allowed());
        }
    }

    @Test
    void aFloodThatNeverStopsIsAbusiveAfterSixtySecondsOfNotHeeding() {
        long abusiveAt = -1;
        for (long now = 0; now < 200 * SECOND && abusiveAt < 0; now += 100 * MILLI) {
            if (limiter.judge(now) instanceof Abusive) {
                abusiveAt = now;
            }
        }

        assertThat(abusiveAt).as("limited from 6 s on").isEqualTo(66 * SECOND);
    }

    @Test
    void aClientThatHeedsRetryAfterIsNeverAbusiveHoweverOftenItIsLimited() {
        long now = 0;
        for (int round = 0; round < 20; round++) {
            RateVerdict verdict = limiter.judge(now);
            while (verdict instanceof Allowed) {
                verdict = limiter.judge(now += 10 * MILLI);
            }
            assertThat(verdict).isInstanceOf(Limited.class);
            now += ((Limited) verdict).retryAfterSeconds() * SECOND;
        }
    }

    @Test
    void heedingOnceEndsTheCount() {
        fill(0);
        limiter.judge(SECOND);
        limiter.judge(30 * SECOND);
        assertThat(limiter.judge(60 * SECOND)).isEqualTo(new Allowed());
        for (int i = 0; i < 59; i++) {
            limiter.judge(60 * SECOND);
        }

        assertThat(limiter.judge(61 * SECOND)).as("a new count").isInstanceOf(Limited.class);
        assertThat(limiter.judge(90 * SECOND)).isInstanceOf(Limited.class);
    }

    @Test
    void tenPingsASecondAreAnsweredForEver() {
        PingFlood flood = new PingFlood(10);
        for (int i = 0; i < 1_000; i++) {
            assertThat(flood.judge(i * 100L * MILLI)).isEqualTo(Verdict.ANSWER);
        }
    }

    @Test
    void theEleventhPingInASecondIsNotAnswered() {
        PingFlood flood = new PingFlood(10);
        for (int i = 0; i < 10; i++) {
            assertThat(flood.judge(i)).isEqualTo(Verdict.ANSWER);
        }
        assertThat(flood.judge(11)).isEqualTo(Verdict.IGNORE);
        assertThat(flood.judge(SECOND)).isEqualTo(Verdict.ANSWER);
    }

    @Test
    void howManyPingsAreAnsweredInASecondIsConfigured() {
        PingFlood strict = new PingFlood(1);
        assertThat(strict.judge(0)).isEqualTo(Verdict.ANSWER);
        assertThat(strict.judge(SECOND - 1)).isEqualTo(Verdict.IGNORE);
        assertThat(strict.judge(SECOND)).isEqualTo(Verdict.ANSWER);
    }

    @Test
    void aHundredUnansweredPingsInOneFloodClose() {
        PingFlood flood = new PingFlood(10);
        List<Verdict> verdicts = new ArrayList<>();
        for (int i = 0; i < 110; i++) {
            verdicts.add(flood.judge(i * MILLI));
        }

        assertThat(verdicts.subList(10, 109)).containsOnly(Verdict.IGNORE);
        assertThat(verdicts.getLast()).isEqualTo(Verdict.CLOSE);
    }

    @Test
    void fortyThreePingsASecondAreClosedAfterThreeSecondsOrLittleMore() {
        PingFlood flood = new PingFlood(10);
        long now = 0;
        while (flood.judge(now) != Verdict.CLOSE) {
            now += SECOND / 43;
        }

        assertThat(now).isBetween(2_900 * MILLI, 4_000 * MILLI);
    }

    @Test
    void burstsWithAQuietSecondBetweenThemAreForgiven() {
        PingFlood flood = new PingFlood(10);
        for (int burst = 0; burst < 50; burst++) {
            for (int i = 0; i < 100; i++) {
                assertThat(flood.judge(burst * 2L * SECOND + i)).isNotEqualTo(Verdict.CLOSE);
            }
        }
    }
}
