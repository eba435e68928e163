package io.holdfast.protocol.drain;

import static io.holdfast.protocol.drain.DrainHarness.dialect;
import static io.holdfast.protocol.drain.DrainHarness.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.drain.DrainInput.Cancel;
import io.holdfast.protocol.drain.DrainInput.Halt;
import io.holdfast.protocol.drain.DrainInput.Hurry;
import io.holdfast.protocol.drain.DrainInput.Origin;
import io.holdfast.protocol.drain.DrainInput.StoreDone;
import io.holdfast.protocol.drain.DrainOutput.AlreadyDraining;
import io.holdfast.protocol.drain.DrainOutput.CancelRefused;
import io.holdfast.protocol.drain.DrainOutput.Close;
import io.holdfast.protocol.drain.DrainOutput.Cut;
import io.holdfast.protocol.drain.DrainOutput.Finished;
import io.holdfast.protocol.drain.DrainOutput.HaltNow;
import io.holdfast.protocol.drain.DrainOutput.HealthShuttingDown;
import io.holdfast.protocol.drain.DrainOutput.RefuseNewcomers;
import io.holdfast.protocol.drain.DrainOutput.Resume;
import io.holdfast.protocol.drain.DrainOutput.Tell;
import io.holdfast.protocol.drain.DrainOutput.WriteStore;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Second starts, second and third signals, cancelling. */
class DrainInterruptionTest {
    private static final DrainSettings SETTINGS =
            settings(new DialectDrain("bot", Duration.ofSeconds(30), 60, Duration.ofSeconds(5)));

    private final DrainHarness harness = new DrainHarness(SETTINGS);

    @Test
    void aSecondStartIsAnsweredWithTheDrainUnderWay() {
        harness.start(Origin.API, 2).start(Origin.API, 2);
        harness.runTo(1);

        assertThat(harness.all(AlreadyDraining.class))
                .containsExactly(new AlreadyDraining("drain-1"));
        assertThat(harness.all(HealthShuttingDown.class)).hasSize(1);
        assertThat(harness.all(Tell.class)).hasSize(2);
    }

    @Test
    void aSecondSignalClosesAllAtOnceUnpacedAndCutsAfterThreeSeconds() {
        harness.start(Origin.SIGNAL, 2_000);
        harness.runTo(1);
        assertThat(harness.all(Tell.class)).hasSize(500);
        harness.input(new Hurry());

        assertThat(harness.all(Close.class)).hasSize(2_000);
        assertThat(harness.timesOf(Close.class)).containsOnly(1.0);
        harness.runTo(10);
        assertThat(harness.timesOf(Cut.class)).hasSize(2_000).containsOnly(4.0);
    }

    @Test
    void whoWasNotToldWhenTheSecondSignalCameIsToldInTheSameBreathSoThatArrivalsStaySpread() {
        harness.start(Origin.SIGNAL, 2_000);
        harness.input(new Hurry());

        List<Tell> tells = harness.all(Tell.class);
        assertThat(tells).hasSize(2_000);
        assertThat(tells.getLast()).isEqualTo(new Tell(1_999, 63, 0));
    }

    @Test
    void aSecondSignalWithClientsConnectedExitsWithThree() {
        harness.start(Origin.SIGNAL, 1);
        harness.input(new Hurry());
        harness.gone(0);
        harness.input(new StoreDone(true));

        assertThat(harness.exitStatus()).isEqualTo(3);
        assertThat(harness.verdict().outcome()).isEqualTo(Verdict.Outcome.HURRIED);
    }

    @Test
    void aSecondSignalWithNobodyConnectedExitsWithZero() {
        var delayed = new DrainHarness(SETTINGS.withDrainDelay(Duration.ofSeconds(60)))
                .start(Origin.SIGNAL, 0);
        delayed.input(new Hurry());
        delayed.input(new StoreDone(true));

        assertThat(delayed.exitStatus()).isZero();
        assertThat(delayed.timesOf(Finished.class)).containsExactly(0.0);
        assertThat(delayed.all(RefuseNewcomers.class)).hasSize(1);
    }

    @Test
    void aSecondSignalDuringTheForcedCloseShortensItToThreeSeconds() {
        harness.start(Origin.SIGNAL, 1);
        harness.runTo(30.5);
        harness.input(new Hurry());
        harness.runTo(60);

        assertThat(harness.timesOf(Cut.class)).containsExactly(33.5);
        assertThat(harness.all(Close.class)).hasSize(1);
    }

    @Test
    void aSecondSignalWhileTheStoreIsWrittenLeavesItItsTime() {
        harness.start(Origin.SIGNAL, 0);
        harness.input(new Hurry());
        assertThat(harness.all(Finished.class)).isEmpty();
        harness.input(new StoreDone(true));

        assertThat(harness.exitStatus()).isZero();
    }

    @Test
    void aThirdSignalHalts() {
        harness.start(Origin.SIGNAL, 5);
        harness.input(new Hurry());
        harness.input(new Halt());
        harness.runTo(100);

        assertThat(harness.log.getLast().output()).isEqualTo(new HaltNow());
    }

    @Test
    void aDrainFromTheApiCanBeCancelledAndNobodyMoreIsTold() {
        harness.start(Origin.API, 2_000);
        harness.runTo(1);
        harness.input(new Cancel());
        harness.runTo(100);

        Verdict verdict = harness.all(Resume.class).getFirst().verdict();
        assertThat(harness.all(Tell.class)).hasSize(500);
        assertThat(harness.log.getLast().output()).isInstanceOf(Resume.class);
        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.CANCELLED);
        assertThat(verdict.stayed()).isEqualTo(2_000);
        assertThat(verdict.untold()).isEqualTo(1_500);
    }

    @Test
    void afterACancelAnotherDrainMayStart() {
        harness.start(Origin.API, 1);
        harness.input(new Cancel());
        harness.start(Origin.SIGNAL, 1);
        harness.gone(0);

        assertThat(harness.all(WriteStore.class)).hasSize(1);
        assertThat(harness.all(HealthShuttingDown.class)).hasSize(2);
    }

    @Test
    void aDrainFromASignalCannotBeCancelled() {
        harness.start(Origin.SIGNAL, 1);
        harness.input(new Cancel());

        assertThat(harness.all(CancelRefused.class).getFirst().why()).contains("signal");
        assertThat(harness.drain.state()).isInstanceOf(DrainState.Leaving.class);
    }

    @Test
    void aSignalDuringADrainFromTheApiMakesItTheSignals() {
        harness.start(Origin.API, 1).start(Origin.SIGNAL, 1);
        harness.input(new Cancel());

        assertThat(harness.all(CancelRefused.class)).hasSize(1);
    }

    @Test
    void onceConnectionsAreClosedItIsTooLateToCancel() {
        harness.start(Origin.API, 1);
        harness.runTo(31);
        harness.input(new Cancel());

        assertThat(harness.all(CancelRefused.class).getFirst().why()).contains("too late");
    }

    @Test
    void withoutADrainThereIsNothingToCancel() {
        harness.input(new Cancel());

        assertThat(harness.all(CancelRefused.class)).hasSize(1);
    }

    @Test
    void aDialectThatIsClosedFirstEndsTheTimeForCancelling() {
        var two = new DrainHarness(settings(dialect("rooms", 3, 5), dialect("deepstream", 3, 10)));
        two.start(Origin.API, 1, 500);
        two.runTo(3.5);
        two.input(new Cancel());

        assertThat(two.all(Close.class)).hasSize(1);
        assertThat(two.all(CancelRefused.class)).hasSize(1);
    }
}
