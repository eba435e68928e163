package io.holdfast.protocol.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.Limits;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final HistoryLimits WIDE = new HistoryLimits(1_000, 1_000, 1_000);

    private final List<String> dropped = new ArrayList<>();
    private final History<String> history = new History<>(dropped::add);

    @Test
    void anEmptyHistoryKeepsNothingOfAnyHead() {
        assertThat(history.firstKept(0)).isEqualTo(1);
        assertThat(history.firstKept(41)).isEqualTo(42);
        assertThat(history.chunks()).isZero();
        assertThat(history.messages()).isZero();
        assertThat(history.bytes()).isZero();
        assertThat(history.indexOf(0)).isEqualTo(-1);
        assertThat(history.nextExpiryNanos(WIDE)).isEqualTo(History.NEVER);
        assertThat(history.dropOldest()).isFalse();
        history.expire(Long.MAX_VALUE, WIDE);
        history.clear();
        assertThat(dropped).isEmpty();
    }

    @Test
    void aChunkIsFoundByEachOfItsMessages() {
        history.append("a", 5, 1, 10, 0, WIDE);
        history.append("b", 6, 3, 10, 0, WIDE);
        history.append("c", 9, 2, 10, 0, WIDE);

        assertThat(List.of(history.chunk(0), history.chunk(1), history.chunk(2)))
                .containsExactly("a", "b", "c");
        assertThat(history.indexOf(4)).isEqualTo(-1);
        assertThat(history.indexOf(5)).isZero();
        assertThat(history.indexOf(6)).isEqualTo(1);
        assertThat(history.indexOf(8)).isEqualTo(1);
        assertThat(history.indexOf(9)).isEqualTo(2);
        assertThat(history.indexOf(10)).isEqualTo(2);
        assertThat(history.indexOf(11)).isEqualTo(-1);
        assertThat(history.firstSeq(1)).isEqualTo(6);
        assertThat(history.lastSeq(1)).isEqualTo(8);
        assertThat(history.lastSeq(2)).isEqualTo(10);
        assertThat(history.firstKept(10)).isEqualTo(5);
        assertThat(history.messages()).isEqualTo(6);
        assertThat(history.bytes()).isEqualTo(30);
    }

    @Test
    void theNumberOfMessagesIsExactEvenWithinAChunk() {
        HistoryLimits four = new HistoryLimits(4, 1_000, 1_000);
        history.append("a", 1, 3, 10, 0, four);
        history.append("b", 4, 3, 10, 0, four);

        assertThat(dropped).isEmpty();
        assertThat(history.messages()).isEqualTo(4);
        assertThat(history.firstKept(6)).isEqualTo(3);
        assertThat(history.indexOf(2)).isEqualTo(-1);
        assertThat(history.indexOf(3)).isZero();
        assertThat(history.firstSeq(0)).isEqualTo(1);
        assertThat(history.bytes()).isEqualTo(20);

        history.append("c", 7, 1, 10, 0, four);

        assertThat(dropped).containsExactly("a");
        assertThat(history.firstKept(7)).isEqualTo(4);
        assertThat(history.messages()).isEqualTo(4);
    }

    @Test
    void aChunkOfMoreMessagesThanAreKeptIsTrimmedAtOnce() {
        history.append("a", 1, 10, 10, 0, new HistoryLimits(4, 1_000, 1_000));

        assertThat(dropped).isEmpty();
        assertThat(history.firstKept(10)).isEqualTo(7);
        assertThat(history.messages()).isEqualTo(4);
    }

    @Test
    void theOldestChunksMakeRoomForBytes() {
        HistoryLimits twenty = new HistoryLimits(1_000, 20, 1_000);
        history.append("a", 1, 1, 10, 0, twenty);
        history.append("b", 2, 1, 10, 0, twenty);
        assertThat(dropped).isEmpty();

        history.append("c", 3, 1, 1, 0, twenty);

        assertThat(dropped).containsExactly("a");
        assertThat(history.bytes()).isEqualTo(11);
        assertThat(history.firstKept(3)).isEqualTo(2);
    }

    @Test
    void aChunkThatTakesTheRoomOfAllOthersIsTheFirstOneKept() {
        HistoryLimits twenty = new HistoryLimits(1_000, 20, 1_000);
        history.append("a", 1, 1, 10, 0, twenty);
        history.append("b", 2, 4, 20, 0, twenty);

        assertThat(dropped).containsExactly("a");
        assertThat(history.firstKept(5)).isEqualTo(2);
        assertThat(history.messages()).isEqualTo(4);
    }

    @Test
    void aChunkTooLargeOnItsOwnGoesWithEverythingBeforeIt() {
        HistoryLimits twenty = new HistoryLimits(1_000, 20, 1_000);
        history.append("a", 1, 1, 10, 0, twenty);
        history.append("b", 2, 1, 21, 0, twenty);

        assertThat(dropped).containsExactly("a", "b");
        assertThat(history.firstKept(2)).isEqualTo(3);
        assertThat(history.bytes()).isZero();

        history.append("c", 3, 1, 20, 0, twenty);
        assertThat(history.firstKept(3)).isEqualTo(3);
    }

    @Test
    void aLimitOfZeroKeepsNothing() {
        history.append("a", 1, 1, 10, 0, WIDE);
        history.append("b", 2, 1, 10, 0, new HistoryLimits(0, 1_000, 1_000));
        history.append("c", 3, 1, 1, 0, new HistoryLimits(1_000, 0, 1_000));
        history.append("d", 4, 1, 10, 0, new HistoryLimits(1_000, 1_000, 0));

        assertThat(dropped).containsExactly("a", "b", "c", "d");
        assertThat(history.chunks()).isZero();
    }

    @Test
    void aChunkGoesExactlyAtItsAge() {
        history.append("a", 1, 1, 10, -500, WIDE);
        history.append("b", 2, 1, 10, 100, WIDE);
        assertThat(history.nextExpiryNanos(WIDE)).isEqualTo(500);

        history.expire(499, WIDE);
        assertThat(dropped).isEmpty();

        history.expire(500, WIDE);
        assertThat(dropped).containsExactly("a");
        assertThat(history.nextExpiryNanos(WIDE)).isEqualTo(1_100);
        assertThat(history.firstKept(2)).isEqualTo(2);

        history.expire(1_100, WIDE);
        assertThat(dropped).containsExactly("a", "b");
        assertThat(history.firstKept(2)).isEqualTo(3);
    }

    @Test
    void anAppendLetsGoWhatIsTooOldToo() {
        history.append("a", 1, 1, 10, 0, WIDE);
        history.append("b", 2, 1, 10, 1_000, WIDE);

        assertThat(dropped).containsExactly("a");
    }

    @Test
    void agesAreRightAcrossTheEndOfTheClock() {
        history.append("a", 1, 1, 10, Long.MAX_VALUE, WIDE);
        history.expire(Long.MIN_VALUE + 998, WIDE);
        assertThat(dropped).isEmpty();

        history.expire(Long.MIN_VALUE + 999, WIDE);
        assertThat(dropped).containsExactly("a");
    }

    @Test
    void smallerLimitsHoldFromTheNextCallAndLargerOnesBringNothingBack() {
        for (int seq = 1; seq <= 10; seq++) {
            history.append("" + seq, seq, 1, 10, 0, WIDE);
        }
        history.expire(0, new HistoryLimits(7, 1_000, 1_000));
        assertThat(history.firstKept(10)).isEqualTo(4);

        history.expire(0, new HistoryLimits(1_000, 35, 1_000));
        assertThat(history.firstKept(10)).isEqualTo(8);

        history.expire(0, WIDE);
        assertThat(history.firstKept(10)).isEqualTo(8);
        assertThat(dropped).containsExactly("1", "2", "3", "4", "5", "6", "7");
    }

    @Test
    void theOldestChunkGoesForTheCapOverAllStreams() {
        history.append("a", 1, 5, 10, 0, WIDE);
        history.append("b", 6, 1, 10, 0, WIDE);

        assertThat(history.dropOldest()).isTrue();
        assertThat(dropped).containsExactly("a");
        assertThat(history.firstKept(6)).isEqualTo(6);

        assertThat(history.dropOldest()).isTrue();
        assertThat(history.firstKept(6)).isEqualTo(7);
        assertThat(history.dropOldest()).isFalse();
        assertThat(dropped).containsExactly("a", "b");
    }

    @Test
    void aStreamMayBeginAnewAfterEverythingWasCleared() {
        history.append("a", 7, 3, 10, 0, WIDE);
        history.clear();
        assertThat(dropped).containsExactly("a");

        history.append("b", 1, 1, 10, 0, WIDE);
        assertThat(history.firstKept(1)).isEqualTo(1);
        assertThat(history.messages()).isEqualTo(1);
    }

    @Test
    void aHoleIsRefusedAndChangesNothing() {
        history.append("a", 1, 3, 10, 0, WIDE);

        assertThatThrownBy(() -> history.append("b", 5, 1, 10, 0, WIDE))
                .hasMessageContaining("expected 4");
        assertThatThrownBy(() -> history.append("b", 3, 1, 10, 0, WIDE))
                .hasMessageContaining("expected 4");
        assertThat(history.messages()).isEqualTo(3);
        assertThat(dropped).isEmpty();
    }

    @Test
    void aChunkThatCannotBeIsRefused() {
        assertThatThrownBy(() -> history.append("a", 0, 1, 10, 0, WIDE))
                .hasMessageContaining("from 1 to 9007199254740991");
        assertThatThrownBy(() -> history.append("a", 1, 0, 10, 0, WIDE))
                .hasMessageContaining("at least 1");
        assertThatThrownBy(() -> history.append("a", 1, 1, -1, 0, WIDE))
                .hasMessageContaining("in 0 or more");
        assertThatThrownBy(() -> history.append("a", Limits.MAX_SEQ, 2, 10, 0, WIDE))
                .hasMessageContaining("from 1 to 9007199254740991");
        history.append("a", Limits.MAX_SEQ, 1, 10, 0, WIDE);
        assertThat(history.indexOf(Limits.MAX_SEQ)).isZero();
    }

    @Test
    void aChunkThatIsNotThereCannotBeAskedFor() {
        history.append("a", 1, 1, 10, 0, WIDE);

        assertThatThrownBy(() -> history.chunk(1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> history.firstSeq(1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> history.lastSeq(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void limitsBelowZeroAreRefused() {
        assertThatThrownBy(() -> new HistoryLimits(-1, 0, 0)).hasMessageContaining("0 or more");
        assertThatThrownBy(() -> new HistoryLimits(0, -1, 0)).hasMessageContaining("0 or more");
        assertThatThrownBy(() -> new HistoryLimits(0, 0, -1)).hasMessageContaining("0 or more");
    }
}
