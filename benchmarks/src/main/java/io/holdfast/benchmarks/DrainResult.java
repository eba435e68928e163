package io.holdfast.benchmarks;

import io.holdfast.benchmarks.load.DrainLoad;

import java.util.ArrayList;
import java.util.List;

/**
 * A drain held against what the server promises: paced telling, spread returns, nothing lost.
 *
 * @param rate connections a second
 * @param exitStatus of the server, -1 if it did not end
 */
public record DrainResult(int rate, DrainLoad.Outcome outcome, int exitStatus) {
    /** The promise: N clients are told within N / rate seconds, give or take this. */
    private static final double TOLERANCE = 0.10;

    /** What was promised and did not happen; empty is good. */
    public List<String> broken() {
        List<String> broken = new ArrayList<>();
        int all = outcome.connections();
        expect(broken, outcome.told() == all, outcome.told() + " of " + all + " were told");
        expect(broken, outcome.toldTwice() == 0, outcome.toldTwice() + " were told twice");
        expect(broken, outcome.withoutReconnectAfter() == 0, "warnings without reconnect_after");
        expect(
                broken,
                outcome.lastMessagesBack() == all,
                (all - outcome.lastMessagesBack()) + " last messages lost");
        expect(
                broken,
                outcome.acknowledged() == all,
                (all - outcome.acknowledged()) + " acknowledgements lost");
        expect(
                broken,
                outcome.closed() == all,
                (all - outcome.closed()) + " connections were never closed");
        expect(
                broken,
                outcome.closedOtherwise() == 0,
                outcome.closedOtherwise() + " were not closed with 1000");
        double planned = all / (double) rate;
        boolean paced =
                Math.abs(outcome.toldSeconds() - planned) <= Math.max(1, planned * TOLERANCE);
        expect(
                broken,
                paced,
                "telling took " + outcome.toldSeconds() + " s, planned were " + planned + " s");
        double most = rate * (1 + TOLERANCE);
        expect(
                broken,
                outcome.peakTold() <= most,
                outcome.peakTold() + " were told within one second");
        expect(
                broken,
                outcome.peakArrivals() <= most,
                outcome.peakArrivals() + " are due back within one second");
        expect(broken, exitStatus == 0, "exit status " + exitStatus);
        return broken;
    }

    private static void expect(List<String> broken, boolean kept, String otherwise) {
        if (!kept) {
            broken.add(otherwise);
        }
    }
}
