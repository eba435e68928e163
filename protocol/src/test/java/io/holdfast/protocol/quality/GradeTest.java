package io.holdfast.protocol.quality;

import static io.holdfast.protocol.quality.Grade.FAIR;
import static io.holdfast.protocol.quality.Grade.GOOD;
import static io.holdfast.protocol.quality.Grade.POOR;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GradeTest {
    private static final long MILLI = 1_000_000L;

    @ParameterizedTest(name = "{0} with {1} ms and {2} lost becomes {3}")
    @CsvSource({
        "GOOD, 299, 1, GOOD",
        "GOOD, 300, 0, FAIR",
        "GOOD, 0, 2, FAIR",
        "GOOD, 1000, 0, POOR",
        "GOOD, 0, 4, POOR",
        "GOOD, 999, 3, FAIR",
        "FAIR, 299, 0, FAIR",
        "FAIR, 200, 0, FAIR",
        "FAIR, 199, 1, GOOD",
        "FAIR, 0, 2, FAIR",
        "FAIR, 999, 3, FAIR",
        "FAIR, 1000, 0, POOR",
        "POOR, 999, 0, POOR",
        "POOR, 700, 0, POOR",
        "POOR, 699, 0, FAIR",
        "POOR, 0, 3, POOR",
        "POOR, 0, 2, FAIR",
        "POOR, 250, 0, FAIR",
        "POOR, 199, 1, GOOD"
    })
    void theThresholdsAreAsDocumented(Grade before, int rttMillis, int lost, Grade expected) {
        assertThat(GradeRules.next(before, rttMillis * 1_000, lost)).isEqualTo(expected);
    }

    @Test
    void aValueThatHoversAtAThresholdDoesNotMakeTheGradeFlap() {
        Random random = new Random(1);
        for (int threshold : new int[] {300_000, 1_000_000}) {
            Grade grade = GOOD;
            int changes = 0;
            for (int i = 0; i < 10_000; i++) {
                int rttMicros = threshold - 50_000 + random.nextInt(100_000);
                Grade next = GradeRules.next(grade, rttMicros, 0);
                changes += next == grade ? 0 : 1;
                grade = next;
            }
            assertThat(changes).as("around %d us", threshold).isBetween(1, 2);
        }
    }

    @Test
    void onlyAPoorConnectionIsTreatedInAnotherWay() {
        for (Grade grade : new Grade[] {GOOD, FAIR}) {
            assertThat(grade.pongTimeoutFactor()).isEqualTo(1);
            assertThat(grade.pingIntervalDivisor()).isEqualTo(1);
            assertThat(grade.lowTraffic()).isTrue();
        }
        assertThat(POOR.pongTimeoutFactor()).isEqualTo(2);
        assertThat(POOR.pingIntervalDivisor()).isEqualTo(2);
        assertThat(POOR.lowTraffic()).isFalse();
        assertThat(POOR.label()).isEqualTo("poor");
    }

    @Test
    void twoSlowPongsAtTheBeginningDoNotCount() {
        ConnectionQuality quality = new ConnectionQuality(0);
        quality.answered(3_000 * MILLI);
        quality.answered(3_000 * MILLI);
        assertThat(quality.grade()).isEqualTo(GOOD);

        quality.answered(3_000 * MILLI);
        assertThat(quality.grade()).isEqualTo(POOR);
    }

    @Test
    void oneSlowPongAmongFastOnesDoesNotCount() {
        ConnectionQuality quality = new ConnectionQuality(0);
        for (int i = 0; i < 100; i++) {
            quality.answered(i % 5 == 4 ? 20_000 * MILLI : 20 * MILLI);
            assertThat(quality.grade()).isEqualTo(GOOD);
        }
    }

    @Test
    void aConnectionRecovers() {
        ConnectionQuality quality = new ConnectionQuality(0);
        for (int i = 0; i < 10; i++) {
            quality.answered(2_000 * MILLI);
        }
        quality.lost();
        quality.lost();
        assertThat(quality.grade()).isEqualTo(POOR);

        int pongs = 0;
        while (quality.grade() != GOOD && pongs < 100) {
            quality.answered(20 * MILLI);
            pongs++;
        }
        assertThat(pongs).as("the second loss leaves the last 20 pings").isEqualTo(19);
    }
}
