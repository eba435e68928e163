package io.holdfast.protocol.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.limit.RateVerdict.Allowed;
import io.holdfast.protocol.limit.RateVerdict.Limited;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rate limiter under random traffic, against a list of every message that it let pass. */
class RateLimiterModelTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MINUTE = 60 * SECOND;
    private static final int STEPS = 20_000;

    private final List<Long> allowed = new ArrayList<>();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void itLetsPassWhatFitsIntoEveryMinuteAndNothingElse(long seed) {
        Random random = new Random(seed);
        int max = 1 + random.nextInt(90);
        RateLimiter limiter = new RateLimiter(max);
        // In every other run times are so coarse that many lie exactly a minute apart.
        long grain = seed % 2 == 0 ? SECOND / 8 : 1;
        long now = SECOND;
        long pause = 1;
        int refused = 0;
        for (int step = 0; step < STEPS; step++) {
            String where = "seed %d step %d".formatted(seed, step);
            if (step % 200 == 0) {
                // From a flood to one message every two minutes or so.
                pause = 1 + random.nextLong(1L << random.nextInt(20, 38));
            }
            now += random.nextLong(pause) / grain * grain;
            boolean room = inTheMinuteBefore(now) < max;
            RateVerdict verdict = limiter.judge(now);
            assertThat(verdict instanceof Allowed).as(where).isEqualTo(room);
            if (room) {
                allowed.add(now);
            } else {
                refused++;
                assertRetryAfterIsTheWholeSecondsUntilRoom(verdict, max, now, where);
            }
        }
        assertThat(refused).as("seed %d", seed).isBetween(1, STEPS - 1);
        assertNoMinuteHasMoreThan(max, seed);
    }

    /** A message leaves the window exactly a minute after it came. */
    private int inTheMinuteBefore(long now) {
        int count = 0;
        while (count < allowed.size() && allowed.get(allowed.size() - 1 - count) > now - MINUTE) {
            count++;
        }
        return count;
    }

    private void assertRetryAfterIsTheWholeSecondsUntilRoom(
            RateVerdict verdict, int max, long now, String where) {
        if (verdict instanceof Limited limited) {
            long roomAt = allowed.get(allowed.size() - max) + MINUTE;
            assertThat(now + limited.retryAfterSeconds() * SECOND)
                    .as(where)
                    .isBetween(roomAt, roomAt + SECOND - 1);
        }
    }

    private void assertNoMinuteHasMoreThan(int max, long seed) {
        for (int first = 0; first + max < allowed.size(); first++) {
            assertThat(allowed.get(first + max) - allowed.get(first))
                    .as("seed %d, from message %d on", seed, first)
                    .isGreaterThanOrEqualTo(MINUTE);
        }
    }
}
