package io.holdfast.protocol.drain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NewcomerSlotsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int RATE = 10;

    private final NewcomerSlots slots = new NewcomerSlots();

    @Test
    void aSingleNewcomerIsToldTheBase() {
        assertThat(slots.take(5, RATE, 0)).isEqualTo(5);
        assertThat(slots.take(5, RATE, 60 * SECOND)).isEqualTo(5);
    }

    @Test
    void aThousandAtOnceArriveAtTheRate() {
        Map<Long, Integer> arrivals = new TreeMap<>();
        for (int i = 0; i < 1_000; i++) {
            arrivals.merge(slots.take(5, RATE, 0), 1, Integer::sum);
        }

        assertThat(arrivals).hasSizeBetween(100, 101);
        assertThat(arrivals.values()).allMatch(inOneSecond -> inOneSecond <= RATE);
    }

    @Test
    void aQuietTimeMakesNobodyWaitLonger() {
        for (int i = 0; i < 100; i++) {
            slots.take(5, RATE, 0);
        }

        assertThat(slots.take(5, RATE, 20 * SECOND)).isEqualTo(5);
    }
}
