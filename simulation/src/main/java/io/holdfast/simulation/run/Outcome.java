package io.holdfast.simulation.run;

import io.holdfast.simulation.model.SimulationFailure;
import io.holdfast.simulation.world.Hit;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a run went.
 *
 * @param hash of everything that happened
 * @param steps events of the clock
 * @param simulatedNanos how long the world lasted
 * @param failure null when nobody saw what nobody may see
 * @param trace the last lines, where they were asked for
 */
public record Outcome(
        long seed,
        long hash,
        long steps,
        long simulatedNanos,
        Counts counts,
        @Nullable SimulationFailure failure,
        List<Act> acts,
        List<String> trace) {

    /**
     * What happened how often; says whether a profile reaches what it should.
     *
     * @param paced returns from drains that were held against the rate
     */
    public record Counts(
            long delivered,
            long acked,
            long resumes,
            long drains,
            long kills,
            long restarts,
            long paced,
            Map<Hit, Long> hits) {

        public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, Map.of());

        public long hits(Hit what) {
            return hits.getOrDefault(what, 0L);
        }

        public Counts plus(Counts other) {
            Map<Hit, Long> both = new EnumMap<>(Hit.class);
            both.putAll(hits);
            other.hits.forEach((what, times) -> both.merge(what, times, Long::sum));
            return new Counts(
                    delivered + other.delivered,
                    acked + other.acked,
                    resumes + other.resumes,
                    drains + other.drains,
                    kills + other.kills,
                    restarts + other.restarts,
                    paced + other.paced,
                    both);
        }
    }

    /** What kind of failure it is, so that a shorter schedule can be known to show the same one. */
    public String failureKind() {
        SimulationFailure found = failure;
        return found == null ? "" : found.checker();
    }

    /** For people: the schedule, the last of the trace, and what was wrong. */
    public String report() {
        StringBuilder text = new StringBuilder();
        text.append("schedule of seed ").append(seed).append(":\n");
        acts.forEach(act -> text.append("  ").append(act).append('\n'));
        text.append("trace:\n");
        trace.forEach(line -> text.append("  ").append(line).append('\n'));
        text.append(summary());
        return text.toString();
    }

    public String summary() {
        SimulationFailure found = failure;
        return String.format(
                Locale.ROOT,
                "seed %d, step %d at %.3f s: %s",
                seed,
                steps,
                simulatedNanos / 1e9,
                found == null
                        ? "nothing wrong"
                        : "[" + found.checker() + "] " + found.getMessage());
    }
}
