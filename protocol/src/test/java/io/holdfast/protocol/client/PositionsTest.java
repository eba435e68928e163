package io.holdfast.protocol.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.Limits;
import io.holdfast.protocol.stream.Gap;
import io.holdfast.protocol.stream.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionsTest {
    private static final int STEPS = 20_000;

    private final Positions positions = new Positions();
    private final List<String> gaps = new ArrayList<>();

    private void gap(String stream, Gap gap, boolean announced) {
        gaps.add(stream + " " + gap.from() + "-" + gap.to() + (announced ? "" : "!"));
    }

    /** The client's half of the promise, whatever the server does. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void everySeqIsDeliveredOnceInOrderOrReportedMissing(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        TreeSet<Long> accounted = new TreeSet<>();
        GapListener listener = (stream, gap, announced) -> {
            for (long seq = gap.from(); seq <= gap.to(); seq++) {
                assertThat(accounted.add(seq))
                        .as("seed %d: %d missing twice", seed, seq)
                        .isTrue();
            }
        };
        positions.welcomed(Map.of("lobby", new Position("e", 0)));
        for (int step = 0; step < STEPS; step++) {
            long had = positions
                    .asMap()
                    .getOrDefault("lobby", new Position("e", 0))
                    .seq();
            String where = "seed %d step %d at %d".formatted(seed, step, had);
            long near = Math.max(1, had - 5 + random.nextInt(12));
            if (random.nextInt(4) > 0) {
                Arrival arrival = positions.arrived("lobby", near, listener);
                assertThat(arrival).as(where).isEqualTo(near > had ? Arrival.NEW : Arrival.REPEAT);
                if (arrival == Arrival.NEW) {
                    assertThat(accounted.add(near)).as(where).isTrue();
                }
            } else if (random.nextBoolean()) {
                positions.gap("lobby", near, near + random.nextInt(6), listener);
            } else {
                long head = near + random.nextInt(6);
                long recovered = random.nextLong(Math.min(head, 6) + 1);
                long start = head - recovered;
                Gap gap = start > had && random.nextBoolean() ? Gap.between(had + 1, start) : null;
                positions.resumed(
                        Map.of("lobby", new StreamAnswer("e", head, recovered, gap)), listener);
            }
            long now = positions
                    .asMap()
                    .getOrDefault("lobby", new Position("e", 0))
                    .seq();
            assertThat(now).as(where).isGreaterThanOrEqualTo(had);
            assertThat((long) accounted.size())
                    .as("%s: all accounted for", where)
                    .isEqualTo(now);
        }
    }

    @Test
    void anEpochThatChangedWithoutAWordIsAGap() {
        List<Boolean> announcements = new ArrayList<>();
        positions.welcomed(Map.of("lobby", new Position("e1", 5)));
        positions.resumed(
                Map.of("lobby", new StreamAnswer("e2", 9, 2, null)), (stream, gap, announced) -> {
                    assertThat(gap).isEqualTo(Gap.because(Gap.EPOCH));
                    announcements.add(announced);
                });

        assertThat(announcements).containsExactly(false);
        assertThat(positions.asMap()).containsEntry("lobby", new Position("e2", 7));
    }

    @Test
    void aStreamThatTheClientDidNotNameBeginsAtItsHeadWithItsGap() {
        positions.resumed(
                Map.of("kitchen", new StreamAnswer("k", 4, 0, Gap.between(2, 4))), this::gap);

        assertThat(gaps).containsExactly("kitchen 2-4");
        assertThat(positions.arrived("kitchen", 5, this::gap)).isEqualTo(Arrival.NEW);
    }

    @Test
    void aStreamOrASeqThatCannotBeIsNotKeptTrackOf() {
        positions.joined("lobby", new Position("e", 1));

        assertThat(positions.arrived("x", 1, this::gap)).isEqualTo(Arrival.UNTRACKED);
        assertThat(positions.arrived("lobby", Limits.MAX_SEQ + 1, this::gap))
                .isEqualTo(Arrival.UNTRACKED);
        positions.gap("x", 1, 2, this::gap);
        positions.gap("lobby", 5, 4, this::gap);
        positions.gap("lobby", 0, 4, this::gap);
        assertThat(gaps).isEmpty();
        assertThat(positions.asMap()).containsOnly(Map.entry("lobby", new Position("e", 1)));
        assertThatThrownBy(() -> new StreamAnswer("e", 3, 4, null))
                .hasMessageContaining("expected 0 to head");
    }

    @Test
    void noMoreStreamsAreKeptThanASessionMayHave() {
        for (int i = 0; i <= Positions.MAX_STREAMS; i++) {
            positions.joined("r" + i, new Position("e", 0));
        }
        positions.joined("r0", new Position("e", 9));

        assertThat(positions.asMap())
                .hasSize(Positions.MAX_STREAMS)
                .containsEntry("r0", new Position("e", 9));
        positions.left("r0");
        assertThat(positions.asMap()).hasSize(Positions.MAX_STREAMS - 1);
    }
}
