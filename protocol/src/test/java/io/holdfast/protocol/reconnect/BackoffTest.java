package io.holdfast.protocol.reconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void everyDelayIsWithinWhatItsJitterAllows(long seed) {
        RandomGenerator random = random(seed);
        for (int round = 0; round < 20_000; round++) {
            long firstNanos = random.nextLong(1, Duration.ofMinutes(1).toNanos());
            long capNanos = random.nextLong(firstNanos, Backoff.LONGEST_CAP.toNanos() + 1);
            Jitter jitter = List.of(Jitter.values()).get(random.nextInt(Jitter.values().length));
            Backoff backoff =
                    new Backoff(Duration.ofNanos(firstNanos), Duration.ofNanos(capNanos), jitter);
            int retries = random.nextInt(4) == 0 ? random.nextInt() >>> 1 : random.nextInt(20);
            // Reckoned another way: doubles do not overflow.
            double plain = Math.min((double) capNanos, firstNanos * Math.pow(2, retries));

            long delay = backoff.delayNanos(retries, random);

            String where =
                    "seed %d round %d: %s, %d retries".formatted(seed, round, backoff, retries);
            assertThat((double) backoff.plainNanos(retries)).as(where).isEqualTo(plain);
            switch (jitter) {
                case NONE -> assertThat((double) delay).as(where).isEqualTo(plain);
                case FULL -> assertThat((double) delay).as(where).isBetween(0.0, plain);
                case AROUND ->
                    assertThat((double) delay)
                            .as(where)
                            .isBetween(
                                    plain * 0.9 - 1, Math.min((double) capNanos, plain * 1.1 + 1));
                case ADDED ->
                    assertThat((double) delay).as(where).isBetween(plain, plain * 1.1 + 1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Preset.class)
    void theSameSeedGivesTheSameDelaysAndAnotherOneOthers(Preset preset) {
        assertThat(delays(preset, 7)).containsExactly(delays(preset, 7));
        assertThat(delays(preset, 7)).isNotEqualTo(delays(preset, 8));
    }

    private static long[] delays(Preset preset, long seed) {
        RandomGenerator random = random(seed);
        Backoff backoff = preset.policy().backoff();
        return LongStream.range(0, 50)
                .map(retry -> backoff.delayNanos((int) retry, random))
                .toArray();
    }

    @ParameterizedTest
    @EnumSource(Jitter.class)
    void aWaitThatMustNotBeShortenedNeverIs(Jitter jitter) {
        long waitNanos = Duration.ofSeconds(5).toNanos();
        for (double fraction : new double[] {0, 0.3, 0.999_999}) {
            assertThat(jitter.spreadUpwards(waitNanos, new ScriptedRandom(fraction)))
                    .isBetween(waitNanos, waitNanos * 11 / 10);
        }
    }

    @Test
    void aBackoffThatWouldLoopOrNeverEndIsRefused() {
        assertThatThrownBy(() -> new Backoff(Duration.ZERO, SECOND, Jitter.NONE))
                .hasMessageContaining("in a loop");
        assertThatThrownBy(() -> new Backoff(SECOND, Duration.ofMillis(999), Jitter.NONE))
                .hasMessageContaining("capped");
        assertThatThrownBy(() -> new Backoff(SECOND, Duration.ofDays(2), Jitter.NONE))
                .hasMessageContaining("capped");
    }

    @Test
    void aPolicyWithoutAttemptsOrWithABackwardWaitIsRefused() {
        ReconnectPolicy policy = Preset.BOT.policy();
        assertThatThrownBy(() -> policy.withMaxAttempts(0)).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> policy.withTryAgainLater(Duration.ofSeconds(-1)))
                .hasMessageContaining("expected 0 to");
    }
}
