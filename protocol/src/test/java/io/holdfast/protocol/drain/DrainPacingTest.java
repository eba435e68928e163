package io.holdfast.protocol.drain;

import static io.holdfast.protocol.drain.DrainHarness.dialect;
import static io.holdfast.protocol.drain.DrainHarness.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.holdfast.protocol.drain.DrainInput.Origin;
import io.holdfast.protocol.drain.DrainInput.StoreDone;
import io.holdfast.protocol.drain.DrainInput.Tick;
import io.holdfast.protocol.drain.DrainOutput.Close;
import io.holdfast.protocol.drain.DrainOutput.Cut;
import io.holdfast.protocol.drain.DrainOutput.Finished;
import io.holdfast.protocol.drain.DrainOutput.Tell;
import io.holdfast.protocol.drain.DrainOutput.Warn;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrainPacingTest {

    @ParameterizedTest
    @CsvSource({"100, 500", "1000, 500", "1000, 7", "5000, 333", "100000, 500", "20000, 1000000"})
    void aFleetIsToldWithinItsSizeByTheRate(int clients, int rate) {
        var harness = new DrainHarness(settings(dialect("rooms", 1_800, 5)).withDrainRate(rate));
        harness.start(Origin.SIGNAL, clients);
        harness.runTo(1_000);

        double expected = (double) clients / rate;
        assertThat(harness.all(Tell.class)).hasSize(clients);
        assertThat(harness.timesOf(Tell.class).getLast())
                .isBetween(expected, expected * 1.1 + 0.011);
    }

    @Test
    void atNoMomentHaveMoreBeenToldThanTheRateTimesTheTime() {
        var harness = new DrainHarness(settings(dialect("rooms", 1_800, 5)).withDrainRate(300));
        harness.start(Origin.SIGNAL, 1_000);
        harness.runTo(60);

        List<Double> times = harness.timesOf(Tell.class);
        for (int i = 0; i < times.size(); i++) {
            assertThat(i + 1).isLessThanOrEqualTo((int) Math.floor(times.get(i) * 300 + 1e-6));
        }
    }

    @Test
    void aLateTickCatchesUpToTheScheduleAndNoFurther() {
        var harness = new DrainHarness(settings(dialect("rooms", 1_800, 5)).withDrainRate(100));
        harness.start(Origin.SIGNAL, 1_000);
        harness.sleepTo(3.456);
        harness.input(new Tick());

        assertThat(harness.all(Tell.class)).hasSize(345);
    }

    @Test
    void reconnectAfterIsTheBasePlusTheClientsPlaceByTheRate() {
        var harness = new DrainHarness(settings(dialect("rooms", 1_800, 5)).withDrainRate(10));
        harness.start(Origin.SIGNAL, 35);
        harness.runTo(10);

        List<Tell> tells = harness.all(Tell.class);
        for (int i = 0; i < tells.size(); i++) {
            assertThat(tells.get(i).reconnectAfterSeconds()).isEqualTo(5 + i / 10);
        }
    }

    @Test
    void aFleetThatDoesNotFitItsTimeoutIsToldFasterAndTheStartSaysSoOnce() {
        var harness = new DrainHarness(settings(dialect("rooms", 2, 5)).withDrainRate(10));
        harness.start(Origin.SIGNAL, 100);
        assertThat(harness.all(Warn.class))
                .extracting(Warn::text)
                .singleElement()
                .satisfies(text -> assertThat(text).contains("raised to 50 per second"));

        harness.runTo(10);
        assertThat(harness.timesOf(Tell.class).getLast()).isEqualTo(2.0, within(0.011));
        assertThat(harness.timesOf(Close.class)).hasSize(100).allMatch(time -> time >= 4.0);
        assertThat(harness.all(Tell.class).getLast().reconnectAfterSeconds())
                .as("arrivals keep to drain_rate even where the telling cannot")
                .isEqualTo(5 + 99 / 10);
    }

    @Test
    void terminationGraceCutsAllWaitsSoThatTheStoreFits() {
        var harness = new DrainHarness(
                settings(dialect("rooms", 1_800, 5)).withTerminationGrace(Duration.ofSeconds(25)));
        harness.start(Origin.SIGNAL, 5_000);
        harness.runTo(60);

        assertThat(harness.timesOf(Tell.class).getLast()).isEqualTo(10.0, within(0.011));
        assertThat(harness.timesOf(Close.class)).containsOnly(18.0);
        assertThat(harness.timesOf(Cut.class)).containsOnly(20.0);
        assertThat(harness.timesOf(Finished.class)).containsExactly(25.0);
        assertThat(harness.all(Tell.class).getFirst().timeoutSeconds()).isEqualTo(17);
    }

    @Test
    void aFleetThatDoesNotFitTheTerminationGraceIsToldFasterWithTwoSecondsLeftToTheLast() {
        var harness = new DrainHarness(
                settings(dialect("rooms", 1_800, 5)).withTerminationGrace(Duration.ofSeconds(25)));
        harness.start(Origin.SIGNAL, 32_000);
        harness.runTo(17);

        assertThat(harness.all(Warn.class).getFirst().text()).contains("raised to 2000 per second");
        assertThat(harness.timesOf(Tell.class).getLast()).isEqualTo(16.0, within(0.011));
    }

    @Test
    void aGraceTooShortForAnyWaitTellsAndClosesAllAtOnce() {
        var harness = new DrainHarness(settings(dialect("rooms", 1_800, 5))
                .withDrainDelay(Duration.ofSeconds(10))
                .withTerminationGrace(Duration.ofSeconds(5)));
        harness.start(Origin.SIGNAL, 50);

        assertThat(harness.all(Tell.class)).hasSize(50);
        assertThat(harness.timesOf(Close.class)).hasSize(50).containsOnly(0.0);
    }

    @Test
    void theLongestTimeoutIsToldFirstAndAShorterOneWhenOnlyItsOwnTimeIsLeft() {
        var harness =
                new DrainHarness(settings(dialect("deepstream", 10, 10), dialect("rooms", 60, 5)));
        harness.start(Origin.SIGNAL, 1_000, 500);
        harness.runTo(100);

        List<Double> times = harness.timesOf(Tell.class);
        assertThat(harness.toldIds().getFirst()).as("rooms first").isEqualTo(1_000_000L);
        double roomsEnd = times.get(499) + 60;
        assertThat(times.get(500)).isEqualTo(roomsEnd - 10 - 2, within(0.011));
        assertThat(times.getLast()).isEqualTo(roomsEnd - 10, within(0.011));
        assertThat(harness.timesOf(Close.class))
                .allSatisfy(time -> assertThat(time).isEqualTo(roomsEnd, within(0.011)));
    }

    @Test
    void aShorterDialectIsToldAsSoonAsTheOthersHaveGone() {
        var harness =
                new DrainHarness(settings(dialect("rooms", 60, 5), dialect("deepstream", 10, 10)));
        harness.start(Origin.SIGNAL, 1, 1);
        harness.runTo(5);
        assertThat(harness.toldIds()).containsExactly(0L);
        harness.gone(0);
        harness.runTo(5.1);

        assertThat(harness.toldIds()).containsExactly(0L, 1_000_000L);
        harness.gone(1_000_000);
        harness.input(new StoreDone(true));
        assertThat(harness.exitStatus()).isZero();
    }

    @Test
    void eachDialectsTimeCountsFromItsOwnLastTelling() {
        // Three windows of telling that would overlap if each looked only at its own timeout.
        var harness = new DrainHarness(settings(
                        dialect("rooms", 40, 5),
                        dialect("bot", 20, 60),
                        dialect("deepstream", 15, 10))
                .withDrainRate(10));
        harness.start(Origin.SIGNAL, 10, 100, 100);
        harness.runTo(100);

        List<Double> times = harness.timesOf(Tell.class);
        double roomsEnd = times.get(9) + 40;
        assertThat(times.get(10)).as("bot early").isEqualTo(roomsEnd - 15 - 10 - 10, within(0.12));
        assertThat(times.get(110)).as("deepstream").isEqualTo(roomsEnd - 15 - 10, within(0.12));
        List<Double> closes = harness.timesOf(Close.class);
        assertThat(closes)
                .filteredOn(time -> time < roomsEnd - 1)
                .hasSize(100)
                .allSatisfy(time -> assertThat(time).isEqualTo(times.get(109) + 20, within(0.001)));
    }

    @Test
    void aHundredThousandClientsAreToldAndCounted() {
        var harness = new DrainHarness(settings(dialect("rooms", 1_800, 5)));
        harness.start(Origin.SIGNAL, 100_000);
        harness.runTo(201);
        for (long id = 0; id < 100_000; id++) {
            harness.gone(id);
        }
        harness.input(new StoreDone(true));

        assertThat(harness.verdict().left()).isEqualTo(100_000);
    }
}
