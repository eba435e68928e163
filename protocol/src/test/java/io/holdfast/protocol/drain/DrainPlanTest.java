package io.holdfast.protocol.drain;

import static io.holdfast.protocol.drain.DrainHarness.dialect;
import static io.holdfast.protocol.drain.DrainHarness.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.holdfast.protocol.drain.DrainInput.Origin;
import io.holdfast.protocol.drain.DrainOutput.Finished;
import io.holdfast.protocol.drain.DrainOutput.Tell;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DrainPlanTest {

    @Test
    void aPlanSaysHowLongTellingTakesAndWhenItEnds() {
        DrainPlan plan = new Drain(settings(dialect("rooms", 1_800, 5))).plan(new int[] {10_000});

        assertThat(plan.ratePerSecond()).isEqualTo(500);
        assertThat(plan.rateRaised()).isFalse();
        assertThat(plan.toldBy()).isEqualTo(Duration.ofSeconds(20));
        assertThat(plan.waitingEnds()).isEqualTo(Duration.ofSeconds(1_820));
        assertThat(plan.endsBy()).isEqualTo(Duration.ofSeconds(1_827));
        assertThat(plan.longestReconnectAfterSeconds()).isEqualTo(5 + 19);
        assertThat(plan.warnings()).isEmpty();
    }

    @Test
    void aPlanThatDoesNotFitSaysWhatIsRaisedAndWhatIsCut() {
        DrainPlan plan = DrainPlan.of(
                settings(dialect("rooms", 1_800, 5)).withTerminationGrace(Duration.ofSeconds(25)),
                new int[] {16_000});

        assertThat(plan.ratePerSecond()).isEqualTo(1_000);
        assertThat(plan.warnings())
                .containsExactly(
                        "drain_rate of 500 per second does not fit 16000 clients into the time"
                                + " there is: raised to 1000 per second.",
                        "termination_grace of 25.0 s cuts the shutdown_timeout of rooms from"
                                + " 1800.0 s to 18.0 s in all.");
    }

    @Test
    void aDrainInWhichNobodyLeavesGoesAsPlanned() {
        DrainSettings settings = DrainSettings.DEFAULT.withDrainDelay(Duration.ofSeconds(3));
        int[] counts = {700, 900, 40};
        DrainPlan plan = DrainPlan.of(settings, counts);
        var harness = new DrainHarness(settings).start(Origin.API, counts);
        harness.runTo(4_000);

        assertThat(plan.steps())
                .extracting(DrainPlan.Step::dialect)
                .containsExactly("rooms", "bot", "deepstream");
        assertThat(harness.timesOf(Tell.class).getLast())
                .isEqualTo(plan.toldBy().toNanos() / 1e9, within(0.05));
        assertThat(harness.timesOf(Finished.class).getFirst())
                .isLessThanOrEqualTo(plan.endsBy().toNanos() / 1e9 + 0.05);
        assertThat(harness.all(Tell.class).stream()
                        .mapToInt(Tell::reconnectAfterSeconds)
                        .max())
                .hasValue(plan.longestReconnectAfterSeconds());
    }

    @Test
    void aPlanNeedsACountForEveryDialect() {
        assertThatThrownBy(() -> DrainPlan.of(DrainSettings.DEFAULT, new int[] {1}))
                .hasMessageContaining("expected 3");
    }

    @Test
    void settingsOutOfRangeSayWhatIsAllowed() {
        assertThatThrownBy(() -> DrainSettings.DEFAULT.withDrainRate(0))
                .hasMessageContaining("drain_rate is 0; expected 1 to");
        assertThatThrownBy(() -> DialectDrain.ROOMS.withTimeout(Duration.ofSeconds(-1)))
                .hasMessageContaining("shutdown_timeout of rooms");
        assertThatThrownBy(() -> DrainSettings.DEFAULT.withTerminationGrace(Duration.ofSeconds(-1)))
                .hasMessageContaining("termination_grace");
    }
}
