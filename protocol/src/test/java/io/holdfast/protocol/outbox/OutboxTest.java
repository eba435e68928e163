package io.holdfast.protocol.outbox;

import static io.holdfast.protocol.outbox.Outbox.NEVER;
import static io.holdfast.protocol.outbox.Priority.CRITICAL;
import static io.holdfast.protocol.outbox.Priority.HIGH;
import static io.holdfast.protocol.outbox.Priority.LOW;
import static io.holdfast.protocol.outbox.Priority.NORMAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private final Outbox<String> outbox = new Outbox<>(100);

    @Test
    void anEmptyOutboxHasNothing() {
        assertThat(outbox.isEmpty()).isTrue();
        assertThat(outbox.bytes()).isZero();
        assertThat(outbox.has(LOW)).isFalse();
        assertThat(outbox.poll(LOW, 0)).isNull();
        assertThat(outbox.dropped()).isZero();
        assertThat(outbox.expired()).isZero();
    }

    @Test
    void theMoreImportantGoesFirstAndTheEarlierFirstAmongEquals() {
        offer(LOW, "l1", 1);
        offer(NORMAL, "n1", 1);
        offer(HIGH, "h1", 1);
        offer(LOW, "l2", 1);
        offer(CRITICAL, "c1", 1);
        offer(HIGH, "h2", 1);
        offer(CRITICAL, "c2", 1);
        offer(NORMAL, "n2", 1);

        assertThat(all(0)).containsExactly("c1", "c2", "h1", "h2", "n1", "n2", "l1", "l2");
        assertThat(outbox.isEmpty()).isTrue();
        assertThat(outbox.bytes()).isZero();
    }

    @Test
    void whatIsLessImportantThanAskedForStays() {
        offer(NORMAL, "n", 1);

        assertThat(outbox.has(HIGH)).isFalse();
        assertThat(outbox.poll(HIGH, 0)).isNull();
        assertThat(outbox.has(NORMAL)).isTrue();
        assertThat(outbox.has(LOW)).isTrue();
        offer(CRITICAL, "c", 1);
        assertThat(outbox.has(HIGH)).isTrue();
        assertThat(outbox.poll(HIGH, 0)).isEqualTo("c");
        assertThat(outbox.poll(NORMAL, 0)).isEqualTo("n");
    }

    @Test
    void itHoldsExactlyItsLimit() {
        assertThat(offer(HIGH, "a", 60)).isTrue();
        assertThat(offer(NORMAL, "b", 41)).isFalse();
        assertThat(offer(NORMAL, "c", 40)).isTrue();
        assertThat(offer(CRITICAL, "d", 1)).isFalse();
        assertThat(outbox.bytes()).isEqualTo(100);
        assertThat(outbox.dropped()).isZero();

        assertThat(all(0)).containsExactly("a", "c");
        assertThat(offer(CRITICAL, "d", 100)).isTrue();
    }

    @Test
    void theOldestStatisticsMakeRoomAndNoMoreThanNeeded() {
        offer(LOW, "l1", 40);
        offer(LOW, "l2", 40);
        offer(LOW, "l3", 20);

        assertThat(offer(NORMAL, "n", 41)).isTrue();

        assertThat(outbox.dropped()).isEqualTo(2);
        assertThat(outbox.bytes()).isEqualTo(61);
        assertThat(all(0)).containsExactly("n", "l3");
    }

    @Test
    void newStatisticsReplaceOldOnes() {
        offer(NORMAL, "n", 50);
        offer(LOW, "l1", 50);

        assertThat(offer(LOW, "l2", 50)).isTrue();

        assertThat(outbox.dropped()).isEqualTo(1);
        assertThat(all(0)).containsExactly("n", "l2");
    }

    @Test
    void statisticsWithoutRoomAreDroppedThemselves() {
        offer(NORMAL, "n", 90);
        offer(LOW, "l1", 10);

        assertThat(offer(LOW, "l2", 11)).isTrue();

        assertThat(outbox.dropped()).isEqualTo(1);
        assertThat(all(0)).containsExactly("n", "l1");
    }

    @Test
    void nothingIsDroppedForWhatWouldStillNotFit() {
        offer(HIGH, "h", 50);
        offer(LOW, "l", 50);

        assertThat(offer(CRITICAL, "c", 51)).isFalse();

        assertThat(outbox.dropped()).isZero();
        assertThat(all(0)).containsExactly("h", "l");
    }

    @Test
    void whatIsLargerThanTheOutboxIsRefusedByAnEmptyOneToo() {
        assertThat(offer(CRITICAL, "c", 101)).isFalse();
        assertThat(offer(LOW, "l", Integer.MAX_VALUE)).isTrue();
        assertThat(outbox.dropped()).isEqualTo(1);
        assertThat(outbox.isEmpty()).isTrue();
    }

    @Test
    void anEntryExpiresExactlyAtItsTime() {
        outbox.offer(NORMAL, "a", 10, 500, -500);
        outbox.offer(NORMAL, "b", 10, 501, -500);

        assertThat(outbox.poll(LOW, 500)).isEqualTo("b");
        assertThat(outbox.expired()).isEqualTo(1);
        assertThat(outbox.isEmpty()).isTrue();
    }

    @Test
    void whatHasExpiredIsSkippedOnTheWayToTheNextPriority() {
        outbox.offer(HIGH, "h1", 10, 100, 0);
        outbox.offer(HIGH, "h2", 10, 100, 0);
        outbox.offer(NORMAL, "n", 10, NEVER, 0);

        assertThat(outbox.poll(LOW, 100)).isEqualTo("n");
        assertThat(outbox.expired()).isEqualTo(2);
    }

    @Test
    void onlyWhatHasExpiredIsNothing() {
        outbox.offer(HIGH, "h", 10, 100, 0);
        assertThat(outbox.has(LOW)).isTrue();

        assertThat(outbox.poll(LOW, 100)).isNull();
        assertThat(outbox.has(LOW)).isFalse();
        assertThat(outbox.bytes()).isZero();
    }

    @Test
    void whatHasExpiredAlreadyIsNotTaken() {
        assertThat(outbox.offer(CRITICAL, "c", 1_000, 5, 5)).isTrue();
        assertThat(outbox.isEmpty()).isTrue();
        assertThat(outbox.expired()).isEqualTo(1);
    }

    @Test
    void whatHasExpiredMakesRoomBeforeStatisticsDo() {
        outbox.offer(NORMAL, "n1", 50, 100, 0);
        offer(LOW, "l", 50);

        assertThat(outbox.offer(NORMAL, "n2", 50, NEVER, 100)).isTrue();

        assertThat(outbox.dropped()).isZero();
        assertThat(outbox.expired()).isEqualTo(1);
        assertThat(all(100)).containsExactly("n2", "l");
    }

    @Test
    void statisticsThatExpiredAreNotCountedAsDropped() {
        outbox.offer(LOW, "l1", 50, 100, 0);
        outbox.offer(LOW, "l2", 50, NEVER, 0);

        assertThat(outbox.offer(HIGH, "h", 60, NEVER, 100)).isTrue();

        assertThat(outbox.expired()).isEqualTo(1);
        assertThat(outbox.dropped()).isEqualTo(1);
        assertThat(all(100)).containsExactly("h");
    }

    @Test
    void expiryIsRightAcrossTheEndOfTheClock() {
        outbox.offer(HIGH, "h", 10, Long.MIN_VALUE + 10, Long.MAX_VALUE - 10);

        assertThat(outbox.poll(LOW, Long.MIN_VALUE + 9)).isEqualTo("h");
        outbox.offer(HIGH, "never", 10, NEVER, Long.MAX_VALUE - 10);
        assertThat(outbox.poll(LOW, Long.MIN_VALUE + 9)).isEqualTo("never");
    }

    @Test
    void aBacklogKeepsItsOrderHoweverOftenItGrows() {
        Outbox<Integer> large = new Outbox<>(10_000);
        int in = 0;
        int out = 0;
        for (int round = 0; round < 500; round++) {
            for (int i = 0; i < 7; i++) {
                assertThat(large.offer(HIGH, in++, 1, NEVER, 0)).isTrue();
            }
            for (int i = 0; i < 3; i++) {
                assertThat(large.poll(HIGH, 0)).isEqualTo(out++);
            }
        }
        while (out < in) {
            assertThat(large.poll(HIGH, 0)).isEqualTo(out++);
        }
        assertThat(large.isEmpty()).isTrue();
    }

    @Test
    void limitsAndSizesOfNothingAreRefused() {
        assertThatThrownBy(() -> new Outbox<String>(0)).hasMessageContaining("outbox_limit");
        assertThatThrownBy(() -> offer(HIGH, "h", 0)).hasMessageContaining("at least 1");
    }

    private boolean offer(Priority priority, String entry, int size) {
        return outbox.offer(priority, entry, size, NEVER, 0);
    }

    private List<String> all(long nowNanos) {
        List<String> all = new ArrayList<>();
        for (String e = outbox.poll(LOW, nowNanos); e != null; e = outbox.poll(LOW, nowNanos)) {
            all.add(e);
        }
        return all;
    }
}
