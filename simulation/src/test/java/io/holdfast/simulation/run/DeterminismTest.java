package io.holdfast.simulation.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A run is its seed and nothing else. */
class DeterminismTest {
    private static final int SEEDS = 1_000;

    @Test
    void aSeedRunTwiceIsTheSameRunOneThousandTimesOfOneThousand() {
        long same = LongStream.rangeClosed(1, SEEDS)
                .parallel()
                .filter(seed -> {
                    Outcome once = Simulation.run(seed);
                    Outcome again = Simulation.run(seed);
                    return once.hash() == again.hash() && once.steps() == again.steps();
                })
                .count();

        assertThat(same).isEqualTo(SEEDS);
    }

    @Test
    void keepingTheTraceForPeopleChangesNothing() {
        assertThat(Simulation.run(42, null, 400).hash())
                .isEqualTo(Simulation.run(42).hash());
    }

    @Test
    void differentSeedsAreDifferentRuns() {
        assertThat(LongStream.rangeClosed(1, 100)
                        .map(seed -> Simulation.run(seed).hash())
                        .distinct())
                .hasSize(100);
    }
}
