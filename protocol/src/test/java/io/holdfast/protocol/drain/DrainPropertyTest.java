package io.holdfast.protocol.drain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrainPropertyTest {
    private static final long SECOND = 1_000_000_000L;

    /** Every rule is checked inside the world; a failure names its seed. */
    @Test
    void inAnyWorldADrainKeepsItsScheduleTellsNobodyTwiceCountsEverybodyAndEndsInTime() {
        Set<Class<?>> seen = new HashSet<>();
        for (long seed = 0; seed < 500; seed++) {
            DrainWorld world = new DrainWorld(seed);
            world.run();
            world.outputs.forEach(output -> seen.add(output.getClass()));
        }
        Set<Class<?>> all =
                new HashSet<>(Arrays.asList(DrainOutput.class.getPermittedSubclasses()));
        all.remove(DrainOutput.HaltNow.class);
        assertThat(seen).as("the worlds reach everything").isEqualTo(all);
    }

    @Test
    void theSameSeedGivesTheSameOutputs() {
        for (long seed = 0; seed < 20; seed++) {
            DrainWorld one = new DrainWorld(seed);
            DrainWorld two = new DrainWorld(seed);
            one.run();
            two.run();
            assertThat(one.outputs).as("seed %d", seed).isEqualTo(two.outputs);
        }
    }

    /**
     * Arrivals at the successor: at most {@code drain_rate} in any second [t, t + 1 s), not only
     * in whole ones, if all leave when told, and if all leave at one moment.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void arrivalsOfOneDialectStayAtTheRateInAnySecond(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int rate = random.nextInt(1, 600);
        ArrivalSlots slots = new ArrivalSlots(rate, 1, 0);
        List<Long> atOnce = new ArrayList<>();
        List<Long> together = new ArrayList<>();
        long now = 0;
        for (int i = 0; i < 5_000; i++) {
            // Told at, above or far above the rate, with pauses: late ticks, raised rates, hurry.
            now += random.nextInt(50) == 0
                    ? random.nextLong(SECOND)
                    : random.nextLong(2 * SECOND / rate);
            long after = slots.told(0, 5, now) * SECOND;
            assertThat(after).as("seed %d: the formula", seed).isEqualTo((5 + i / rate) * SECOND);
            atOnce.add(now + after);
            together.add(after);
        }
        assertThat(mostInOneSecond(atOnce)).as("seed %d", seed).isLessThanOrEqualTo(rate);
        assertThat(mostInOneSecond(together)).as("seed %d", seed).isLessThanOrEqualTo(rate);
    }

    /** With several dialects the same holds for every whole second. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void arrivalsOfSeveralDialectsStayAtTheRateInEveryWholeSecond(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int rate = random.nextInt(1, 600);
        int[] bases = {random.nextInt(61), random.nextInt(61), random.nextInt(61)};
        ArrivalSlots slots = new ArrivalSlots(rate, 3, 0);
        Map<Long, Integer> atOnce = new HashMap<>();
        Map<Long, Integer> together = new HashMap<>();
        long now = 0;
        for (int i = 0; i < 6_000; i++) {
            now += i % 2_000 == 0
                    ? random.nextLong(60 * SECOND)
                    : random.nextLong(2 * SECOND / rate);
            int dialect = i / 2_000;
            long after = slots.told(dialect, bases[dialect], now);
            assertThat(after).isGreaterThanOrEqualTo(bases[dialect]);
            atOnce.merge(now / SECOND + after, 1, Integer::sum);
            together.merge(after, 1, Integer::sum);
        }
        assertThat(atOnce.values()).as("seed %d", seed).allMatch(count -> count <= rate);
        assertThat(together.values()).as("seed %d", seed).allMatch(count -> count <= rate);
    }

    private static int mostInOneSecond(List<Long> times) {
        List<Long> sorted = times.stream().sorted().toList();
        int most = 0;
        int from = 0;
        for (int to = 0; to < sorted.size(); to++) {
            while (sorted.get(to) - sorted.get(from) >= SECOND) {
                from++;
            }
            most = Math.max(most, to - from + 1);
        }
        return most;
    }
}
