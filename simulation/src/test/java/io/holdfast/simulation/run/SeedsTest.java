package io.holdfast.simulation.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.simulation.world.Hit;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Many worlds, each by its seed; {@code -Psimulation} tries more of them. */
class SeedsTest {
    private static final int SEEDS = Integer.getInteger("simulation.seeds", 500);

    @Test
    void noSeedShowsAnybodyWhatNobodyMaySee() {
        List<Outcome> outcomes = LongStream.rangeClosed(1, SEEDS)
                .parallel()
                .mapToObj(Simulation::run)
                .toList();

        assertThat(outcomes.stream()
                        .filter(outcome -> outcome.failure() != null)
                        .toList())
                .as("to see one again: ./holdfast-sim --seed N")
                .extracting(Outcome::summary)
                .isEmpty();
        Outcome.Counts all = outcomes.stream()
                .map(Outcome::counts)
                .reduce(Outcome.Counts.NONE, Outcome.Counts::plus);
        // Otherwise the worlds have become too quiet to prove anything.
        assertThat(all.delivered()).isGreaterThan(100L * SEEDS);
        assertThat(all.acked()).isGreaterThan(30L * SEEDS);
        assertThat(all.resumes()).isGreaterThan(5L * SEEDS);
        assertThat(all.drains()).isGreaterThan(SEEDS / 3);
        assertThat(all.kills()).isGreaterThan(SEEDS / 3);
        assertThat(all.paced()).isGreaterThan(SEEDS);
        assertThat(all.hits()).as("each fault strikes").containsOnlyKeys(Hit.values());
        assertThat(all.hits(Hit.POWER_LOSS_WITH_UNSYNCED_BYTES)).isGreaterThan(SEEDS / 20);
        assertThat(all.hits(Hit.KILL_AT_START)).isGreaterThan(SEEDS / 25);
    }
}
