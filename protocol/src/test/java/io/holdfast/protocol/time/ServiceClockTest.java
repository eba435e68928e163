package io.holdfast.protocol.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceClockTest {
    private static final long MS = 1_000_000;
    private static final long START = -77 * MS;

    private final ServiceClock clock = new ServiceClock(5_000, START);

    @Test
    void itGoesOnFromWhereTheStoreSaysThatItStopped() {
        assertThat(clock.millis(START)).isEqualTo(5_000);
        assertThat(clock.millis(START + MS - 1)).isEqualTo(5_000);
        assertThat(clock.millis(START + MS)).isEqualTo(5_001);
        assertThat(clock.nanos(START + MS)).isEqualTo(5_001 * MS);
        assertThat(clock.running()).isTrue();
    }

    @Test
    void itStandsStillDuringADrain() {
        clock.pause(START + 10 * MS);

        assertThat(clock.running()).isFalse();
        assertThat(clock.millis(START + 10 * MS)).isEqualTo(5_010);
        assertThat(clock.millis(START + 1_800_000 * MS)).isEqualTo(5_010);

        clock.resume(START + 1_800_000 * MS);
        assertThat(clock.millis(START + 1_800_000 * MS)).isEqualTo(5_010);
        assertThat(clock.millis(START + 1_800_001 * MS)).isEqualTo(5_011);
    }

    @Test
    void pausingWhatStandsAndResumingWhatRunsChangesNothing() {
        clock.resume(START + 5 * MS);
        assertThat(clock.millis(START + 10 * MS)).isEqualTo(5_010);

        clock.pause(START + 10 * MS);
        clock.pause(START + 20 * MS);
        assertThat(clock.millis(START + 30 * MS)).isEqualTo(5_010);
        clock.resume(START + 30 * MS);
        clock.resume(START + 35 * MS);
        assertThat(clock.millis(START + 40 * MS)).isEqualTo(5_020);
    }

    @Test
    void whoIsLateIsToldTheTimeThatOthersWereTold() {
        assertThat(clock.nanos(START + 10)).isEqualTo(5_000 * MS + 10);
        assertThat(clock.nanos(START + 4)).isEqualTo(5_000 * MS + 10);
        assertThat(clock.nanos(START - 4)).isEqualTo(5_000 * MS + 10);
        assertThat(clock.nanos(START + 11)).isEqualTo(5_000 * MS + 11);
    }

    @Test
    void aPauseThatComesLateTakesBackNoTimeThatSomebodyWasTold() {
        assertThat(clock.nanos(START + 10)).isEqualTo(5_000 * MS + 10);
        clock.pause(START + 4);
        assertThat(clock.nanos(START + 20)).isEqualTo(5_000 * MS + 10);

        clock.resume(START + 100);
        assertThat(clock.nanos(START + 100)).isEqualTo(5_000 * MS + 10);
        assertThat(clock.nanos(START + 101)).isEqualTo(5_000 * MS + 11);
    }

    @Test
    void itIsRightAcrossTheEndOfTheMachinesClock() {
        ServiceClock late = new ServiceClock(0, Long.MAX_VALUE - 5);

        assertThat(late.nanos(Long.MIN_VALUE + 4)).isEqualTo(10);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void itCountsTheTimeServedAndNeverGoesBack(long seed) {
        Random random = new Random(seed);
        long now = START;
        long served = 5_000 * MS;
        long told = 0;
        boolean runs = true;
        for (int step = 0; step < 50_000; step++) {
            long passed = random.nextInt(1_000);
            now += passed;
            served += runs ? passed : 0;
            switch (random.nextInt(6)) {
                case 0 -> {
                    clock.pause(now);
                    runs = false;
                }
                case 1 -> {
                    clock.resume(now);
                    runs = true;
                }
                case 2 -> { // a thread that has been waiting since it looked at the time
                    long late = clock.nanos(now - random.nextInt(5_000));
                    assertThat(late).as("seed %d step %d", seed, step).isBetween(told, served);
                    told = late;
                }
                default -> {
                    told = clock.nanos(now);
                    assertThat(told).as("seed %d step %d", seed, step).isEqualTo(served);
                }
            }
        }
    }

    @Test
    void aStartThatCannotBeIsRefused() {
        assertThatThrownBy(() -> new ServiceClock(-1, 0)).hasMessageContaining("expected 0 to");
        assertThatThrownBy(() -> new ServiceClock(Long.MAX_VALUE, 0))
                .hasMessageContaining("is damaged");
    }
}
