package io.holdfast.simulation.run;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the shortest schedule that still fails in the same way: leaves out halves, quarters and
 * so on down to single acts, again and again until nothing more can go (delta debugging, Zeller and
 * Hildebrandt 2002). Components draw from randomness of their own, so what is left stays as it was.
 */
public final class Shrinker {
    /** Runs that one failure may cost. */
    private static final int MAX_RUNS = 3_000;

    private int runs;

    /** @return the run of the shortest schedule found, without its trace; the same if it passes */
    public Outcome shrink(Outcome failing) {
        Outcome best = failing;
        int size = Math.max(1, best.acts().size() / 2);
        while (size >= 1 && runs < MAX_RUNS && failing.failure() != null) {
            Outcome shorter = without(best, size);
            if (shorter != null) {
                best = shorter;
                size = Math.max(1, Math.min(size, best.acts().size() / 2));
            } else {
                size /= 2;
            }
        }
        return best;
    }

    private @Nullable Outcome without(Outcome best, int size) {
        List<Act> acts = best.acts();
        // From the end: what comes late is most often not needed.
        for (int to = acts.size(); to > 0 && runs < MAX_RUNS; to -= size) {
            List<Act> fewer = new ArrayList<>(acts.subList(0, Math.max(0, to - size)));
            fewer.addAll(acts.subList(to, acts.size()));
            runs++;
            Outcome tried = Simulation.run(best.seed(), fewer, 0);
            if (tried.failureKind().equals(best.failureKind())) {
                return tried;
            }
        }
        return null;
    }

    /** Runs made. */
    public int runs() {
        return runs;
    }
}
