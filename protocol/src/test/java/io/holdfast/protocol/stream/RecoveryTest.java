package io.holdfast.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.Limits;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecoveryTest {

    @Test
    void theExampleOfTheSpecificationHolds() {
        assertThat(Recovery.of("k3f", 57, 48, at(41), 0))
                .isEqualTo(new Recovery(48, 10, Gap.between(42, 47)));
    }

    @Test
    void whoMissedNothingRecoversNothingAndHasNoGap() {
        assertThat(Recovery.of("k3f", 57, 48, at(57), 0)).isEqualTo(new Recovery(58, 0, null));
        assertThat(Recovery.of("k3f", 57, 58, at(57), 0)).isEqualTo(new Recovery(58, 0, null));
        assertThat(Recovery.of("k3f", 0, 1, at(0), 0)).isEqualTo(new Recovery(1, 0, null));
    }

    @Test
    void whoIsInsideTheHistoryRecoversEverything() {
        assertThat(Recovery.of("k3f", 57, 48, at(47), 0)).isEqualTo(new Recovery(48, 10, null));
        assertThat(Recovery.of("k3f", 57, 48, at(50), 0)).isEqualTo(new Recovery(51, 7, null));
    }

    @Test
    void aPositionUnderAnotherEpochIsAGapWithoutNumbers() {
        for (long seq : new long[] {0, 41, 57, 99}) {
            assertThat(Recovery.of("k3f", 57, 48, new Position("old", seq), 12))
                    .isEqualTo(new Recovery(58, 0, Gap.because("epoch")));
        }
    }

    @Test
    void aPositionAheadOfTheHeadIsNeverRecovered() {
        assertThat(Recovery.of("k3f", 57, 48, at(58), 12))
                .isEqualTo(new Recovery(58, 0, Gap.because("ahead")));
        assertThat(Recovery.of("k3f", 0, 1, at(Limits.MAX_SEQ), 0))
                .isEqualTo(new Recovery(1, 0, Gap.because("ahead")));
    }

    @Test
    void aStreamThatIsNotNamedStartsAtItsHead() {
        assertThat(Recovery.of("k3f", 57, 48, null, 50))
                .isEqualTo(new Recovery(58, 0, Gap.between(51, 57)));
        assertThat(Recovery.of("k3f", 57, 48, null, 57)).isEqualTo(new Recovery(58, 0, null));
        assertThat(Recovery.of("k3f", 57, 48, null, 60)).isEqualTo(new Recovery(58, 0, null));
    }

    @Test
    void theLastNumberOfAStreamIsReached() {
        assertThat(Recovery.of("k3f", Limits.MAX_SEQ, Limits.MAX_SEQ, at(Limits.MAX_SEQ - 2), 0))
                .isEqualTo(new Recovery(
                        Limits.MAX_SEQ, 1, Gap.between(Limits.MAX_SEQ - 1, Limits.MAX_SEQ - 1)));
    }

    /** All streams of up to 12 messages, with every history and every position. */
    @Test
    void eachMessageIsJudgedLikeTheDefinitionJudgesIt() {
        int cases = 0;
        for (long head = 0; head <= 12; head++) {
            for (long firstKept = 1; firstKept <= head + 1; firstKept++) {
                for (long seq = 0; seq <= head + 2; seq++) {
                    assertThat(Recovery.of("k3f", head, firstKept, at(seq), 3))
                            .as("head %d, kept from %d, at %d", head, firstKept, seq)
                            .isEqualTo(seq > head ? ahead(head) : judged(head, firstKept, seq));
                    assertThat(Recovery.of("k3f", head, firstKept, null, seq))
                            .as("head %d, kept from %d, not named, had %d", head, firstKept, seq)
                            .isEqualTo(judged(head, head + 1, seq));
                    cases++;
                }
            }
        }
        assertThat(cases).isEqualTo(1_001);
    }

    private static Recovery ahead(long head) {
        return new Recovery(head + 1, 0, Gap.because("ahead"));
    }

    private static Recovery judged(long head, long firstKept, long had) {
        long from = head + 1;
        long recovered = 0;
        long firstMissing = 0;
        long lastMissing = 0;
        for (long seq = head; seq > had; seq--) {
            if (seq >= firstKept) {
                from = seq;
                recovered++;
            } else {
                firstMissing = seq;
                lastMissing = Math.max(lastMissing, seq);
            }
        }
        @Nullable Gap gap = lastMissing == 0 ? null : new Gap(null, firstMissing, lastMissing);
        return new Recovery(from, recovered, gap);
    }

    @Test
    void aStreamThatCannotBeIsRefused() {
        assertThatThrownBy(() -> Recovery.of("k3f", -1, 0, null, 0))
                .hasMessageContaining("expected 1 to head + 1");
        assertThatThrownBy(() -> Recovery.of("k3f", 5, 0, null, 0))
                .hasMessageContaining("expected 1 to head + 1");
        assertThatThrownBy(() -> Recovery.of("k3f", 5, 7, null, 0))
                .hasMessageContaining("expected 1 to head + 1");
    }

    @Test
    void aGapHasBoundsOrAReasonButNotBoth() {
        assertThatThrownBy(() -> new Gap(null, 0, 0)).hasMessageContaining("1 <= from <= to");
        assertThatThrownBy(() -> new Gap(null, 5, 4)).hasMessageContaining("1 <= from <= to");
        assertThatThrownBy(() -> new Gap("epoch", 0, 4)).hasMessageContaining("a reason and 0");
        assertThatThrownBy(() -> new Gap("epoch", 1, 0)).hasMessageContaining("a reason and 0");
    }

    @Test
    void whatTheClientNamesCountsMoreThanWhatTheServerKnows() {
        assertThat(Recovery.resumed("k3f", 57, 48, at(50), at(55)))
                .isEqualTo(new Recovery(51, 7, null));
        assertThat(Recovery.resumed("k3f", 57, 48, new Position("old", 50), at(57)))
                .isEqualTo(new Recovery(58, 0, Gap.because("epoch")));
    }

    @Test
    void whoDoesNotNameItsStreamIsToldWhatItMissedSinceTheServerKnew() {
        assertThat(Recovery.resumed("k3f", 57, 48, null, at(50)))
                .isEqualTo(new Recovery(58, 0, Gap.between(51, 57)));
        assertThat(Recovery.resumed("k3f", 57, 48, null, at(57)))
                .isEqualTo(new Recovery(58, 0, null));
    }

    @Test
    void whatTheServerKnowsUnderAnotherEpochIsAGapWithoutNumbers() {
        assertThat(Recovery.resumed("k3f", 57, 48, null, new Position("old", 57)))
                .isEqualTo(new Recovery(58, 0, Gap.because("epoch")));
    }

    @Test
    void whoNeverBelongedToTheStreamStartsAtItsHeadAndHasMissedNothing() {
        assertThat(Recovery.resumed("k3f", 57, 48, null, null))
                .isEqualTo(new Recovery(58, 0, null));
    }

    private static Position at(long seq) {
        return new Position("k3f", seq);
    }
}
