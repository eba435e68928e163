package io.holdfast.protocol.time;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a wall clock that runs otherwise than the monotonic one says. */
class SleepDetectorTest {
    private static final long SECOND = 1_000_000_000L;

    private final SleepDetector detector = new SleepDetector(5 * SECOND, 1_000_000);

    @Test
    void aHostSleptForAsLongAsItsWallClockWentOnAlone() {
        assertThat(detector.hasSlept(6 * SECOND, 1_061_000)).isTrue();
        assertThat(detector.sleptNanos(6 * SECOND, 1_061_000)).isEqualTo(60 * SECOND);
    }

    @Test
    void aSleepIsToldOnce() {
        detector.sleptNanos(6 * SECOND, 1_061_000);

        assertThat(detector.sleptNanos(7 * SECOND, 1_062_000)).isZero();
    }

    @Test
    void clocksThatRunTogetherTellOfNoSleep() {
        assertThat(detector.hasSlept(3_605 * SECOND, 4_600_000)).isFalse();
        assertThat(detector.sleptNanos(3_605 * SECOND, 4_600_000)).isZero();
    }

    @Test
    void aWallClockThatIsSetALittleAheadTellsOfNoSleep() {
        assertThat(detector.sleptNanos(5 * SECOND, 1_010_000)).isZero();
        assertThat(detector.sleptNanos(5 * SECOND, 1_020_001)).isGreaterThan(10 * SECOND);
    }

    @Test
    void aWallClockThatIsSetBackTellsOfNoSleepAndHidesNoneAfterIt() {
        assertThat(detector.sleptNanos(6 * SECOND, 1_000_000 - 3_600_000)).isZero();
        assertThat(detector.sleptNanos(7 * SECOND, 1_000_000 - 3_600_000 + 31_000))
                .isEqualTo(30 * SECOND);
    }
}
