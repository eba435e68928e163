package io.holdfast.protocol.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.lifecycle.ServerState.Draining;
import io.holdfast.protocol.lifecycle.ServerState.Running;
import io.holdfast.protocol.lifecycle.ServerState.Starting;
import io.holdfast.protocol.lifecycle.ServerState.Stopped;
import io.holdfast.protocol.machine.IllegalTransitionException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerLifecycleTest {
    private final List<String> changes = new ArrayList<>();
    private final ServerLifecycle lifecycle = new ServerLifecycle(
            (from, to, reason) -> changes.add(from.label() + ">" + to.label() + ": " + reason));

    @Test
    void aServerStartsRunsDrainsAndStopsAndEachChangeIsReportedOnce() {
        lifecycle.started();
        lifecycle.drain("d1", "SIGTERM");
        lifecycle.stop(0, "drained");

        assertThat(changes)
                .containsExactly(
                        "starting>running: ready",
                        "running>draining: SIGTERM",
                        "draining>stopped: drained");
        assertThat(lifecycle.state()).isEqualTo(new Stopped(0));
    }

    @Test
    void aCancelledDrainGoesBackToRunningAndMayStartAgain() {
        lifecycle.started();
        lifecycle.drain("d1", "maintenance");
        lifecycle.resume("cancelled");
        lifecycle.drain("d2", "SIGTERM");

        assertThat(lifecycle.state()).isEqualTo(new Draining("SIGTERM", "d2"));
    }

    @Test
    void aHandoverEndsInStoppedOrBackInRunning() {
        lifecycle.started();
        lifecycle.handOver("h1");
        lifecycle.handoverFailed("silence for 10 s");
        assertThat(lifecycle.state()).isEqualTo(new Running());
        lifecycle.handOver("h2");
        lifecycle.stop(0, "handed over");

        assertThat(changes).hasSize(5);
    }

    @Test
    void anIllegalChangeIsRefusedSaysWhatIsAllowedAndChangesNothing() {
        assertThatThrownBy(() -> lifecycle.drain("d1", "SIGTERM"))
                .isInstanceOf(IllegalTransitionException.class)
                .hasMessageContaining("cannot go from Starting to Draining")
                .hasMessageContaining("Running (ready)");

        assertThat(lifecycle.state()).isEqualTo(new Starting());
        assertThat(changes).isEmpty();
    }

    @Test
    void theSameStateCannotBeEnteredTwice() {
        lifecycle.started();
        lifecycle.drain("d1", "SIGTERM");

        assertThatThrownBy(() -> lifecycle.drain("d2", "again"))
                .isInstanceOf(IllegalTransitionException.class);
        assertThat(lifecycle.state()).isEqualTo(new Draining("SIGTERM", "d1"));
    }

    @Test
    void eachWayBackToRunningNeedsItsOwnState() {
        lifecycle.started();
        lifecycle.handOver("h1");

        assertThatThrownBy(() -> lifecycle.resume("cancelled"))
                .isInstanceOf(IllegalTransitionException.class);
        assertThatThrownBy(lifecycle::started).isInstanceOf(IllegalTransitionException.class);
    }

    @Test
    void nothingLeavesStopped() {
        lifecycle.stop(2, "port in use");

        assertThatThrownBy(lifecycle::started)
                .isInstanceOf(IllegalTransitionException.class)
                .hasMessageContaining("only go to nothing");
    }
}
