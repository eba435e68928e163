package io.holdfast.protocol.drain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Newcomers, and how they share the successor's seconds with the clients that are told. */
class ArrivalSlotsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int RATE = 10;
    private static final int BASE = 5;

    private final ArrivalSlots slots = new ArrivalSlots(RATE, 1, 0);

    @Test
    void aSingleNewcomerIsToldTheBase() {
        assertThat(slots.newcomer(BASE, 0)).isEqualTo(BASE);
        assertThat(slots.newcomer(BASE, 60 * SECOND)).isEqualTo(BASE);
    }

    @Test
    void aHundredAtOnceAreSpreadOverTenSeconds() {
        Map<Integer, Integer> arrivals = new TreeMap<>();
        for (int i = 0; i < 100; i++) {
            arrivals.merge(slots.newcomer(BASE, 0), 1, Integer::sum);
        }

        assertThat(arrivals.keySet()).containsExactly(5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
        assertThat(arrivals.values()).allMatch(inOneSecond -> inOneSecond == RATE);
    }

    @Test
    void aQuietTimeMakesNobodyWaitLonger() {
        for (int i = 0; i < 100; i++) {
            slots.newcomer(BASE, 0);
        }

        assertThat(slots.newcomer(BASE, 20 * SECOND)).isEqualTo(BASE);
    }

    @Test
    void newcomersTakeTheSecondsThatToldClientsHaveLeft() {
        for (int i = 0; i < RATE; i++) {
            assertThat(slots.told(0, BASE, 0)).isEqualTo(BASE);
        }

        assertThat(slots.newcomer(BASE, 0)).isEqualTo(BASE + 1);
    }

    @Test
    void toldClientsTakeTheSecondsThatNewcomersHaveLeft() {
        for (int i = 0; i < RATE; i++) {
            slots.newcomer(BASE, 0);
        }

        assertThat(slots.told(0, BASE, 0)).isEqualTo(BASE + 1);
    }

    @Test
    void newcomersStepAroundTheMomentAtWhichThoseWhoStayedArrive() {
        for (int i = 0; i < RATE; i++) {
            slots.told(0, BASE, 0);
        }
        slots.closedTogetherAt(20 * SECOND);

        assertThat(slots.newcomer(BASE, 20 * SECOND))
                .as("arrives when those do who are closed now")
                .isEqualTo(BASE + 1);
    }

    @Test
    void clientsToldLaterStepAroundTheNewcomersOfTheEnd() {
        slots.closedTogetherAt(2 * SECOND);
        for (int i = 0; i < RATE; i++) {
            assertThat(slots.newcomer(BASE, 2 * SECOND)).isEqualTo(BASE);
        }

        assertThat(slots.told(0, BASE, 0)).as("closed at 2 s with the others").isEqualTo(BASE + 1);
    }

    @Test
    void noFloodOfNewcomersKeepsAnybodyAwayForMoreThanAnHour() {
        ArrivalSlots slow = new ArrivalSlots(1, 1, 0);
        int longest = 0;
        for (int i = 0; i < 4_000; i++) {
            longest = Math.max(longest, slow.newcomer(BASE, 0));
        }

        assertThat(longest).isEqualTo(3_600);
        assertThat(slow.newcomer(7_200, 0)).as("never less than its base").isEqualTo(7_200);
    }

    @Test
    void aToldClientStepsAroundNewcomersForAMinuteAndNoLonger() {
        for (int i = 0; i < 60 * RATE; i++) {
            slots.newcomer(BASE, 0);
        }
        assertThat(slots.told(0, BASE, 0)).isEqualTo(BASE + 60);

        for (int i = 0; i < 10 * RATE; i++) {
            slots.newcomer(BASE, 0);
        }
        for (int i = 0; i < 2 * RATE - 1; i++) {
            assertThat(slots.told(0, BASE, 0)).as("a flood").isBetween(BASE, BASE + 1);
        }
    }

    /**
     * A fleet that is told at the rate, newcomers who knock at any time, and crowds of them: in no
     * second do more than 105 % of the rate arrive, whether the clients go when told or at the end.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void newcomersAndToldClientsTogetherStayAtTheRate(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int rate = random.nextInt(1, 300);
        int base = random.nextInt(30);
        ArrivalSlots table = new ArrivalSlots(rate, 1, 0);
        long end = (10 + random.nextInt(20)) * SECOND + random.nextLong(SECOND);
        table.closedTogetherAt(end);
        List<Long> atOnce = new ArrayList<>();
        List<Long> together = new ArrayList<>();
        long now = 0;
        int told = 0;
        while (now < end) {
            now += random.nextLong(2 * SECOND / rate / 3);
            if (Pace.allowed(rate, now) > told && told < 10 * rate) {
                told++;
                int after = table.told(0, base, now);
                atOnce.add(now + after * SECOND);
                together.add(end + after * SECOND);
            } else {
                int crowd = random.nextInt(5 * rate) == 0 ? rate : 1;
                for (int i = 0; i < crowd; i++) {
                    long arrival = now + table.newcomer(base, now) * SECOND;
                    atOnce.add(arrival);
                    together.add(arrival);
                }
            }
        }

        int most = Math.max(rate + 1, Math.ceilDiv(105 * rate, 100));
        assertThat(mostInOneSecond(atOnce)).as("seed %d, at once", seed).isBetween(rate, most);
        assertThat(mostInOneSecond(together)).as("seed %d, together", seed).isBetween(rate, most);
    }

    @Test
    void aDrainHandsItsTableToWhoeverRefusesNewcomers() {
        Drain drain = new Drain(DrainSettings.DEFAULT.withDrainRate(1));
        assertThat(drain.slots()).isNull();
        List<ArrivalSlots> handed = new ArrayList<>();
        drain.handle(
                new DrainInput.Start(
                        "d",
                        "test",
                        DrainInput.Origin.SIGNAL,
                        List.of(new long[] {1, 2}, new long[0], new long[0])),
                0,
                output -> {
                    if (output instanceof DrainOutput.RefuseNewcomers) {
                        handed.add(drain.slots());
                    }
                });

        assertThat(handed).hasSize(1).doesNotContainNull();
        Set<Integer> advised = new HashSet<>();
        advised.add(handed.getFirst().newcomer(BASE, SECOND));
        drain.handle(new DrainInput.Tick(), SECOND, output -> {
            if (output instanceof DrainOutput.Tell tell) {
                advised.add(tell.reconnectAfterSeconds());
            }
        });
        assertThat(advised).as("one arrival a second").containsExactlyInAnyOrder(BASE, BASE + 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24, 25, 26, 27, 28, 29, 30})
    void newcomersAloneNeverExceedTheRateInAnySecond(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int rate = random.nextInt(1, 20);
        ArrivalSlots table = new ArrivalSlots(rate, 1, random.nextLong(SECOND));
        List<Long> arrivals = new ArrayList<>();
        long now = 2 * SECOND;
        for (int i = 0; i < 1_000; i++) {
            // Phases that differ by less than the table can tell, and crowds of one moment.
            now += random.nextInt(3) == 0
                    ? SECOND + random.nextLong(-20_000_000, 20_000_000)
                    : random.nextInt(2) * random.nextLong(SECOND / 5);
            arrivals.add(now + table.newcomer(BASE, now) * SECOND);
        }

        assertThat(mostInOneSecond(arrivals)).as("seed %d", seed).isLessThanOrEqualTo(rate);
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
