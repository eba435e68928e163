package io.holdfast.protocol.quality;

import static io.holdfast.protocol.quality.Grade.FAIR;
import static io.holdfast.protocol.quality.Grade.GOOD;
import static io.holdfast.protocol.quality.Grade.POOR;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The grade under random pongs, against the thresholds as they are documented and whole lists. */
class GradeModelTest {
    private static final int STEPS = 30_000;
    private static final Grade[] GRADES = Grade.values();

    private final List<Integer> rttMillis = new ArrayList<>();
    private final List<Boolean> lost = new ArrayList<>();

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void theGradeIsThatOfTheMedianOfTenPongsAndTheLossesOfTwentyPings(long seed) {
        Random random = new Random(seed);
        ConnectionQuality quality = new ConnectionQuality(0);
        Grade expected = GOOD;
        Set<Grade> seen = EnumSet.noneOf(Grade.class);
        int changes = 0;
        int slowness = 1;
        int lostIn100 = 0;
        for (int step = 0; step < STEPS; step++) {
            if (step % 60 == 0) { // the link is another one for a while
                slowness = 1 << random.nextInt(4, 12);
                lostIn100 = random.nextInt(3) == 0 ? random.nextInt(40) : 0;
            }
            if (random.nextInt(100) < lostIn100) {
                quality.lost();
                lost.add(true);
                if (random.nextBoolean()) {
                    quality.answeredLate(sample(random, slowness));
                }
            } else {
                quality.answered(sample(random, slowness));
                lost.add(false);
            }
            Grade before = expected;
            expected = graded(before);
            changes += expected == before ? 0 : 1;
            seen.add(expected);
            assertThat(quality.grade()).as("seed %d step %d", seed, step).isEqualTo(expected);
        }
        assertThat(seen).containsExactlyInAnyOrder(GRADES);
        assertThat(changes).isGreaterThan(20);
    }

    private long sample(Random random, int slowness) {
        int millis = random.nextInt(2 * slowness);
        rttMillis.add(millis);
        return millis * 1_000_000L;
    }

    /** A late pong is graded in two steps, of which the second sees everything. */
    private Grade graded(Grade before) {
        List<Integer> recent = last(rttMillis, 10).stream().sorted().toList();
        int median = rttMillis.size() < 3 ? 0 : recent.get((recent.size() - 1) / 2);
        int losses = (int) last(lost, 20).stream().filter(one -> one).count();
        if (median >= 1_000 || losses >= 4) {
            return POOR;
        }
        if (before == POOR && (median >= 700 || losses > 2)) {
            return POOR;
        }
        if (median >= 300 || losses >= 2) {
            return FAIR;
        }
        return before != GOOD && (median >= 200 || losses > 1) ? FAIR : GOOD;
    }

    private static <T> List<T> last(List<T> all, int count) {
        return all.subList(Math.max(0, all.size() - count), all.size());
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void whatIsWorseInNothingIsNeverGradedWorse(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 100_000; i++) {
            int good = random.nextInt(3);
            Grade before = GRADES[good];
            int rttMicros = random.nextInt(1_500_000);
            int losses = random.nextInt(7);
            Grade worse = GradeRules.next(
                    GRADES[random.nextInt(good, 3)],
                    rttMicros + random.nextInt(400_000),
                    losses + random.nextInt(3));
            assertThat(worse)
                    .as("seed %d: %s, %d us, %d lost", seed, before, rttMicros, losses)
                    .isGreaterThanOrEqualTo(GradeRules.next(before, rttMicros, losses));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void theSameValuesTwiceChangeTheGradeOnce(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 100_000; i++) {
            int rttMicros = random.nextInt(1_500_000);
            int losses = random.nextInt(7);
            Grade once = GradeRules.next(GRADES[random.nextInt(3)], rttMicros, losses);
            assertThat(GradeRules.next(once, rttMicros, losses))
                    .as("seed %d: %d us, %d lost", seed, rttMicros, losses)
                    .isEqualTo(once);
        }
    }
}
