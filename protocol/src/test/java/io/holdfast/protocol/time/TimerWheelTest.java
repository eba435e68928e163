package io.holdfast.protocol.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimerWheelTest {

    private static final long TICK = 10;
    private static final long START = -1_000_003;

    private final TimerWheel<Named> wheel = new TimerWheel<>(TICK, 8, START);
    private final List<String> fired = new ArrayList<>();

    @Test
    void anEntryIsDueAtTheFirstTickNotBeforeItsDeadline() {
        wheel.schedule(new Named("a"), START + 21, START);

        advance(29);
        assertThat(fired).isEmpty();
        advance(30);
        assertThat(fired).containsExactly("a");
        assertThat(wheel.size()).isZero();
    }

    @Test
    void anEntryOnATickIsDueAtThatTick() {
        wheel.schedule(new Named("a"), START + 20, START);

        advance(19);
        assertThat(fired).isEmpty();
        advance(20);
        assertThat(fired).containsExactly("a");
    }

    @Test
    void anEntrySeveralRoundsAwayWaitsThroughThem() {
        wheel.schedule(new Named("far"), START + 8 * TICK * 5 + TICK, START);
        wheel.schedule(new Named("near"), START + TICK, START);

        for (long now = 0; now <= 8 * TICK * 5; now += TICK) {
            advance(now);
        }
        assertThat(fired).containsExactly("near");
        advance(8 * TICK * 5 + TICK);
        assertThat(fired).containsExactly("near", "far");
    }

    @Test
    void aPassedDeadlineIsDueAtTheNextTick() {
        advance(55);
        wheel.schedule(new Named("late"), START - 1_000, START + 55);

        advance(59);
        assertThat(fired).isEmpty();
        advance(60);
        assertThat(fired).containsExactly("late");
    }

    @Test
    void aCancelledEntryIsNeverDueAndAMovedOneOnce() {
        Named cancelled = new Named("cancelled");
        Named moved = new Named("moved");
        wheel.schedule(cancelled, START + 20, START);
        wheel.schedule(moved, START + 20, START);
        wheel.schedule(moved, START + 50, START);

        assertThat(wheel.cancel(cancelled)).isTrue();
        assertThat(wheel.cancel(cancelled)).isFalse();
        assertThat(cancelled.isScheduled()).isFalse();
        advance(49);
        assertThat(fired).isEmpty();
        advance(200);
        assertThat(fired).containsExactly("moved");
    }

    @Test
    void entriesOfOneCallComeInOrderOfTheirTicksThenOfScheduling() {
        wheel.schedule(new Named("c"), START + 30, START);
        wheel.schedule(new Named("a"), START + 10, START);
        wheel.schedule(new Named("b"), START + 20, START);
        wheel.schedule(new Named("a2"), START + 9, START);

        advance(70);

        assertThat(fired).containsExactly("a", "a2", "b", "c");
    }

    @Test
    void aCallbackMayRescheduleItselfWithoutLooping() {
        Named again = new Named("again");
        wheel.schedule(again, START + 10, START);

        wheel.advance(START + 50, entry -> {
            fired.add(entry.name);
            wheel.schedule(entry, START, START + 50);
        });

        assertThat(fired).containsExactly("again");
        assertThat(again.isScheduled()).isTrue();
        advance(60);
        assertThat(fired).containsExactly("again", "again");
    }

    @Test
    void aCallbackMayCancelAndMoveEntriesThatAreDueInTheSameCall() {
        Named first = new Named("first");
        Named cancelled = new Named("cancelled");
        Named moved = new Named("moved");
        Named last = new Named("last");
        for (Named entry : List.of(first, cancelled, moved, last)) {
            wheel.schedule(entry, START + 10, START);
        }

        wheel.advance(START + 10, entry -> {
            fired.add(entry.name);
            if (entry == first) {
                assertThat(wheel.cancel(cancelled)).isTrue();
                wheel.schedule(moved, START + 100, START + 10);
            }
        });

        assertThat(fired).containsExactly("first", "last");
        assertThat(wheel.size()).isEqualTo(1);
        advance(100);
        assertThat(fired).containsExactly("first", "last", "moved");
    }

    @Test
    void whenACallbackThrowsTheOthersAreRunByTheNextCall() {
        wheel.schedule(new Named("a"), START + 10, START);
        wheel.schedule(new Named("b"), START + 10, START);

        assertThatThrownBy(() -> wheel.advance(START + 10, entry -> {
                    throw new IllegalStateException("callback of " + entry.name);
                }))
                .hasMessage("callback of a");
        advance(10);

        assertThat(fired).containsExactly("b");
        assertThat(wheel.size()).isZero();
    }

    @Test
    void aCallLongAfterTheLastOneFindsEverythingDue() {
        for (int i = 0; i < 100; i++) {
            wheel.schedule(new Named("e" + i), START + i * 7L, START);
        }

        advance(1_000_000_000_000L);

        assertThat(fired).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void aWheelThatWasEmptyForLongTakesDeadlinesFromThePresent() {
        long later = START + 1_000_000_000_000L;
        wheel.schedule(new Named("a"), later + 15, later);

        wheel.advance(later + 9, entry -> fired.add(entry.name));
        assertThat(fired).isEmpty();
        wheel.advance(later + 20, entry -> fired.add(entry.name));
        assertThat(fired).containsExactly("a");
    }

    @Test
    void timeThatStandsStillOrGoesBackIsIgnored() {
        wheel.schedule(new Named("a"), START + 20, START);
        advance(15);
        advance(15);
        advance(-500);
        assertThat(fired).isEmpty();
        advance(20);
        assertThat(fired).containsExactly("a");
    }

    @Test
    void aWheelNeedsATickAndAPowerOfTwoOfSlots() {
        assertThatThrownBy(() -> new TimerWheel<Named>(0, 8, START))
                .hasMessageContaining("tick is 0 ns");
        assertThatThrownBy(() -> new TimerWheel<Named>(1, 12, START))
                .hasMessageContaining("12 slots");
        assertThatThrownBy(() -> new TimerWheel<Named>(1, Integer.MIN_VALUE, START))
                .hasMessageContaining("power of two");
    }

    private void advance(long sinceStart) {
        wheel.advance(START + sinceStart, entry -> {
            assertThat(entry.isScheduled()).isFalse();
            fired.add(entry.name);
        });
    }

    private static final class Named extends TimerWheel.Entry {
        final String name;

        Named(String name) {
            this.name = name;
        }
    }
}
