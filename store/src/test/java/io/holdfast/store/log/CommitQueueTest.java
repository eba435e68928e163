package io.holdfast.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.store.Outcomes;
import io.holdfast.store.StreamBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which work a commit takes, and when. */
class CommitQueueTest {
    private static final long MILLI = 1_000_000L;

    private final Outcomes outcomes = new Outcomes();
    private final CommitQueue queue = new CommitQueue(Duration.ofMillis(5));

    private Work append(int seq, int bytes) {
        int[] ends = {bytes};
        var batch = new StreamBatch("s", "e", seq, 0, new byte[bytes], ends, null, 1);
        return new Work.Append(batch, outcomes.named("m" + seq));
    }

    private List<Work> taken() {
        List<Work> works = new ArrayList<>();
        queue.takeInto(works);
        return works;
    }

    @Test
    void theFirstWaitsForOthersAndNoLongerThanTheInterval() {
        queue.add(append(1, 10), 100 * MILLI);
        queue.add(append(2, 10), 103 * MILLI);

        assertThat(queue.waitNanos(103 * MILLI)).isEqualTo(2 * MILLI);
        assertThat(queue.waitNanos(200 * MILLI)).isZero();
    }

    @Test
    void aCommitTakesAllThatWaitsInOrder() {
        Work first = queue.add(append(1, 10), 0);
        Work begin = queue.add(new Work.BeginStream("t", "e"), 0);
        Work last = queue.add(append(2, 10), 0);

        assertThat(taken()).containsExactly(first, begin, last);
        assertThat(queue.isEmpty()).isTrue();
        assertThat(taken()).isEmpty();
    }

    @Test
    void whatIsMoreThanOneCommitTakesIsDueAtOnceAndSplit() {
        int third = (int) (CommitQueue.COMMIT_BYTES / 3) + 1;
        for (int i = 1; i <= 4; i++) {
            queue.add(append(i, third), 0);
        }

        assertThat(queue.waitNanos(0)).isZero();
        assertThat(taken()).hasSize(3);
        assertThat(queue.waitNanos(0)).as("the rest may wait").isEqualTo(5 * MILLI);
        assertThat(taken()).hasSize(1);
    }

    @Test
    void manySmallPiecesAreSplitToo() {
        for (int i = 0; i < CommitQueue.COMMIT_WORKS + 1; i++) {
            queue.add(new Work.EndStream("s" + i, "e"), 0);
        }

        assertThat(taken()).hasSize(CommitQueue.COMMIT_WORKS);
        assertThat(taken()).hasSize(1);
    }

    @Test
    void whatIsTooMuchIsRefusedInItsTurnAndHoldsNothing() {
        int large = 64 << 20;
        int fits = (int) (CommitQueue.MAX_PENDING_BYTES / large);
        byte[] shared = new byte[large];
        int[] ends = {large};
        for (int i = 1; i <= fits; i++) {
            var batch = new StreamBatch("s", "e", i, 0, shared, ends, null, 1);
            assertThat(queue.add(new Work.Append(batch, outcomes.named("m" + i)), 0))
                    .isInstanceOf(Work.Append.class);
        }

        Work refused = queue.add(append(fits + 1, 1), 0);
        Work begin = queue.add(new Work.BeginStream("t", "e"), 0);

        assertThat(refused).isInstanceOf(Work.Refused.class);
        assertThat(refused.bytes()).isZero();
        assertThat(begin).as("nobody waits for it").isInstanceOf(Work.BeginStream.class);
        List<Work> all = queue.takeAll();
        assertThat(all).hasSize(fits + 2).endsWith(refused, begin);
        assertThat(queue.add(append(fits + 2, 1), 0)).isInstanceOf(Work.Append.class);
    }
}
