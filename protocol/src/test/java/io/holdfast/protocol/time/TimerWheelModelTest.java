package io.holdfast.protocol.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The wheel against a sorted map from (tick, entry) to nothing: the same entries due at the same
 * calls.
 */
class TimerWheelModelTest {

    private static final int ENTRIES = 60;
    private static final int STEPS = 40_000;

    private final Random random = new Random();
    private final SortedMap<Integer, Long> dueTickOf = new TreeMap<>();
    private final Numbered[] entries = new Numbered[ENTRIES];
    private long tickNanos;
    private long start;
    private long now;
    private long lastTick;
    private TimerWheel<Numbered> wheel = new TimerWheel<>(1, 1, 0);

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void agreesWithASortedMapUnderRandomOperations(long seed) {
        random.setSeed(seed);
        tickNanos = 1L + random.nextInt(1_000);
        start = random.nextLong() >> 2;
        now = start;
        wheel = new TimerWheel<>(tickNanos, 1 << random.nextInt(7), start);
        for (int i = 0; i < ENTRIES; i++) {
            entries[i] = new Numbered(i);
        }
        for (int step = 0; step < STEPS; step++) {
            switch (random.nextInt(6)) {
                case 0, 1, 2 -> scheduleOne();
                case 3 -> cancelOne();
                default -> advance("seed %d step %d".formatted(seed, step));
            }
            assertThat(wheel.size()).as("seed %d step %d", seed, step).isEqualTo(dueTickOf.size());
        }
    }

    private void scheduleOne() {
        Numbered entry = entries[random.nextInt(ENTRIES)];
        long range = tickNanos << random.nextInt(12);
        long deadline = now - tickNanos * 2 + random.nextLong(range + 1);
        wheel.schedule(entry, deadline, now);
        dueTickOf.remove(entry.number);
        if (dueTickOf.isEmpty()) {
            lastTick = Math.max(lastTick, tickOf(now));
        }
        long wanted = tickOf(deadline + tickNanos - 1);
        dueTickOf.put(entry.number, Math.max(wanted, lastTick + 1));
    }

    private void cancelOne() {
        int number = random.nextInt(ENTRIES);
        boolean waited = dueTickOf.remove(number) != null;
        assertThat(wheel.cancel(entries[number])).isEqualTo(waited);
    }

    /** The callback itself schedules and cancels at random, and the model follows it. */
    private void advance(String where) {
        now += random.nextLong(tickNanos << random.nextInt(8));
        lastTick = Math.max(lastTick, tickOf(now));
        wheel.advance(now, entry -> {
            Long due = dueTickOf.remove(entry.number);
            if (due == null || due > lastTick) {
                throw new AssertionError(where + ": entry " + entry.number + " was not due");
            }
            if (random.nextInt(4) == 0) {
                scheduleOne();
            }
            if (random.nextInt(4) == 0) {
                cancelOne();
            }
        });
        for (Map.Entry<Integer, Long> waiting : dueTickOf.entrySet()) {
            if (waiting.getValue() <= lastTick) {
                throw new AssertionError(where + ": entry " + waiting.getKey() + " was forgotten");
            }
        }
    }

    private long tickOf(long nanos) {
        return Math.floorDiv(nanos - start, tickNanos);
    }

    private static final class Numbered extends TimerWheel.Entry {
        final int number;

        Numbered(int number) {
            this.number = number;
        }
    }
}
