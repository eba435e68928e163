package io.holdfast.protocol.drain;

import static io.holdfast.protocol.drain.DrainHarness.dialect;
import static io.holdfast.protocol.drain.DrainHarness.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.drain.DrainHarness.Timed;
import io.holdfast.protocol.drain.DrainInput.Acknowledged;
import io.holdfast.protocol.drain.DrainInput.Gone;
import io.holdfast.protocol.drain.DrainInput.How;
import io.holdfast.protocol.drain.DrainInput.Joined;
import io.holdfast.protocol.drain.DrainInput.Origin;
import io.holdfast.protocol.drain.DrainInput.StoreDone;
import io.holdfast.protocol.drain.DrainInput.Tick;
import io.holdfast.protocol.drain.DrainInput.Told;
import io.holdfast.protocol.drain.DrainInput.Undelivered;
import io.holdfast.protocol.drain.DrainOutput.Close;
import io.holdfast.protocol.drain.DrainOutput.Cut;
import io.holdfast.protocol.drain.DrainOutput.Finished;
import io.holdfast.protocol.drain.DrainOutput.HealthShuttingDown;
import io.holdfast.protocol.drain.DrainOutput.Progress;
import io.holdfast.protocol.drain.DrainOutput.Refuse;
import io.holdfast.protocol.drain.DrainOutput.RefuseNewcomers;
import io.holdfast.protocol.drain.DrainOutput.Tell;
import io.holdfast.protocol.drain.DrainOutput.Warn;
import io.holdfast.protocol.drain.DrainOutput.WriteStore;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The eight steps of the shutdown sequence, one dialect. */
class DrainSequenceTest {
    private static final DrainSettings ROOMS = settings(dialect("rooms", 30, 5));

    private final DrainHarness harness = new DrainHarness(ROOMS);

    @Test
    void healthChangesBeforeAnythingElseThenNewcomersAreRefused() {
        harness.start(Origin.SIGNAL, 3);

        assertThat(harness.log.stream().map(Timed::output))
                .containsExactly(new HealthShuttingDown("drain-1"), new RefuseNewcomers());
    }

    @Test
    void duringTheDelayEverybodyIsServedAndThoseWhoJoinAreToldToo() {
        var delayed =
                new DrainHarness(ROOMS.withDrainDelay(Duration.ofSeconds(4))).start(Origin.API, 1);
        delayed.input(new Joined(77, 0));
        delayed.runTo(3.9);
        assertThat(delayed.all(RefuseNewcomers.class)).isEmpty();

        delayed.runTo(5);
        assertThat(delayed.timesOf(RefuseNewcomers.class)).containsExactly(4.0);
        assertThat(delayed.toldIds()).containsExactly(0L, 77L);
    }

    @Test
    void whoJoinsAfterTheDelayIsRefusedAndNotCounted() {
        harness.start(Origin.SIGNAL, 1);
        harness.input(new Joined(77, 0));
        harness.gone(0);
        harness.input(new StoreDone(true));

        assertThat(harness.all(Refuse.class)).containsExactly(new Refuse(77));
        assertThat(harness.verdict().clients()).isEqualTo(1);
    }

    @Test
    void everyClientIsToldOnceInOrderWithItsOwnTime() {
        harness.start(Origin.SIGNAL, 3);
        harness.runTo(1);

        assertThat(harness.all(Tell.class))
                .containsExactly(new Tell(0, 5, 30), new Tell(1, 5, 30), new Tell(2, 5, 30));
    }

    @Test
    void theEndIsNoticedInTheCallThatReportsTheLastToGo() {
        harness.start(Origin.SIGNAL, 2);
        harness.runTo(1.234);
        harness.gone(0);
        assertThat(harness.all(WriteStore.class)).isEmpty();
        harness.gone(1);

        assertThat(harness.timesOf(WriteStore.class)).containsExactly(1.234);
        harness.input(new StoreDone(true));
        assertThat(harness.timesOf(Finished.class)).containsExactly(1.234);
        assertThat(harness.exitStatus()).isZero();
    }

    @Test
    void aServerWithoutClientsIsDoneAtOnce() {
        harness.start(Origin.SIGNAL, 0);

        assertThat(harness.timesOf(WriteStore.class)).containsExactly(0.0);
    }

    @Test
    void whoIsLeftWhenTheTimeAfterTheLastTellingIsUpIsClosedWith1001AndCutTwoSecondsLater() {
        harness.start(Origin.SIGNAL, 1_000);
        harness.runTo(60);

        double lastTold = harness.timesOf(Tell.class).getLast();
        assertThat(lastTold).isCloseTo(2.0, within(0.02));
        assertThat(harness.all(Close.class))
                .hasSize(1_000)
                .allMatch(close -> close.code() == CloseCode.GOING_AWAY
                        && close.reason().equals("Server shutdown timeout"));
        assertThat(harness.timesOf(Close.class)).containsOnly(lastTold + 30);
        assertThat(harness.all(Cut.class)).hasSize(1_000);
        assertThat(harness.timesOf(Cut.class)).containsOnly(lastTold + 32);
    }

    @Test
    void aForcedCloseAtTheTimeoutStillExitsWithZero() {
        harness.start(Origin.SIGNAL, 2);
        harness.runTo(31);
        harness.gone(0);
        harness.runTo(33);
        harness.input(new StoreDone(true));

        assertThat(harness.exitStatus()).isZero();
        assertThat(harness.verdict().forced()).isEqualTo(2);
    }

    @Test
    void aClientThatCannotBeToldDelaysNobody() {
        harness.start(Origin.SIGNAL, 3);
        harness.runTo(0.01);
        harness.input(new Undelivered(0));
        harness.runTo(0.1);

        assertThat(harness.toldIds()).containsExactly(0L, 1L, 2L);
    }

    @Test
    void whoLeavesBeforeItsTurnIsNotToldAndTakesNobodysTurn() {
        harness.start(Origin.SIGNAL, 3);
        harness.gone(1);
        harness.runTo(1);

        assertThat(harness.toldIds()).containsExactly(0L, 2L);
    }

    @Test
    void theVerdictCountsEveryClientOnceByItsEnd() {
        harness.start(Origin.SIGNAL, 6);
        harness.gone(5);
        harness.runTo(1);
        List.of(0L, 1L, 2L, 3L).forEach(id -> harness.input(new Told(id)));
        harness.input(new Undelivered(4));
        harness.input(new Acknowledged(0));
        harness.gone(0);
        harness.input(new Gone(1, How.ACKED_AND_CLOSED));
        harness.input(new Gone(2, How.MOVED));
        harness.input(new Gone(3, How.ERROR));
        harness.runTo(40);
        harness.input(new StoreDone(true));

        Verdict verdict = harness.verdict();
        assertThat(verdict.drainId()).isEqualTo("drain-1");
        assertThat(verdict.clients()).isEqualTo(6);
        assertThat(verdict.told()).isEqualTo(4);
        assertThat(verdict.undelivered()).isEqualTo(1);
        assertThat(verdict.untold()).isEqualTo(1);
        assertThat(verdict.acknowledged()).isEqualTo(2);
        assertThat(verdict.left()).isEqualTo(1);
        assertThat(verdict.moved()).isEqualTo(1);
        assertThat(verdict.failed()).isEqualTo(1);
        assertThat(verdict.forced()).isEqualTo(1);
        assertThat(verdict.arriving().neverCameBack()).as("unknown, not 0").isEmpty();
    }

    @Test
    void reportsThatComeTwiceOrAboutStrangersChangeNothing() {
        harness.start(Origin.SIGNAL, 1);
        harness.runTo(1);
        harness.input(new Told(0));
        harness.input(new Told(0));
        harness.input(new Told(99));
        harness.gone(99);
        harness.gone(0);
        harness.gone(0);
        harness.input(new StoreDone(true));

        assertThat(harness.verdict().told()).isEqualTo(1);
        assertThat(harness.verdict().left()).isEqualTo(1);
    }

    @Test
    void aProgressLineComesEveryTenSeconds() {
        harness.start(Origin.SIGNAL, 10);
        harness.runTo(1);
        harness.gone(3);
        harness.runTo(25);

        assertThat(harness.timesOf(Progress.class)).containsExactly(10.0, 20.0);
        assertThat(harness.all(Progress.class))
                .containsExactly(new Progress(9, 1, 0, 21), new Progress(9, 1, 0, 11));
    }

    @Test
    void aStoreThatTakesTooLongEndsTheDrainWithAWarningAndStatusOne() {
        harness.start(Origin.SIGNAL, 0);
        harness.runTo(4.9);
        assertThat(harness.all(Finished.class)).isEmpty();
        harness.runTo(5);

        assertThat(harness.exitStatus()).isEqualTo(1);
        assertThat(harness.all(Warn.class).getLast().text()).contains("store was not written");
    }

    @Test
    void aStoreThatFailsEndsTheDrainWithStatusOne() {
        harness.start(Origin.SIGNAL, 0);
        harness.input(new StoreDone(false));

        assertThat(harness.exitStatus()).isEqualTo(1);
    }

    @Test
    void nothingFollowsTheEnd() {
        harness.start(Origin.SIGNAL, 1);
        harness.gone(0);
        harness.input(new StoreDone(true));
        int outputs = harness.log.size();
        harness.start(Origin.SIGNAL, 1);
        harness.input(new DrainInput.Hurry());
        harness.input(new DrainInput.Halt());
        harness.input(new DrainInput.Cancel());
        harness.input(new Tick());
        harness.input(new StoreDone(true));

        assertThat(harness.log).hasSize(outputs);
        assertThat(harness.drain.nextDeadlineNanos()).isEqualTo(Drain.NEVER);
        assertThat(harness.drain.nextDeadlineReason()).isEqualTo(DrainDeadline.NONE);
    }

    @Test
    void anInputFromInsideAnOutputIsRefusedWithTheReason() {
        Drain drain = new Drain(ROOMS);
        var start = new DrainInput.Start("d", "r", Origin.API, DrainHarness.fleets(1));

        assertThatThrownBy(() -> drain.handle(
                        start, 0, output -> drain.handle(new Tick(), 0, ignored -> {})))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("queue it");
    }

    @Test
    void anIdGivenTwiceIsRefusedAndTheDrainDoesNotStart() {
        Drain drain = new Drain(ROOMS);
        var start = new DrainInput.Start("d", "r", Origin.API, List.of(new long[] {4, 4}));

        assertThatThrownBy(() -> drain.handle(start, 0, output -> {}))
                .hasMessageContaining("given to the drain twice");
        assertThat(drain.state()).isInstanceOf(DrainState.Idle.class);
    }

    @Test
    void theNextDeadlineSaysWhy() {
        harness.start(Origin.SIGNAL, 1);
        assertThat(harness.drain.nextDeadlineReason()).isEqualTo(DrainDeadline.TELLING);
        harness.runTo(25);
        assertThat(harness.drain.nextDeadlineReason()).isEqualTo(DrainDeadline.PROGRESS);
        harness.runTo(30.001);
        assertThat(harness.drain.nextDeadlineReason()).isEqualTo(DrainDeadline.TIMEOUT);
        harness.runTo(31);
        assertThat(harness.drain.nextDeadlineReason()).isEqualTo(DrainDeadline.CUT);
        harness.runTo(33);
        assertThat(harness.drain.nextDeadlineReason()).isEqualTo(DrainDeadline.STORE);
    }
}
