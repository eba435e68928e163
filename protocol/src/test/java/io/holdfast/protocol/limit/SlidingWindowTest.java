package io.holdfast.protocol.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlidingWindowTest {

    @Test
    void anEventLeavesTheWindowExactlyOneWindowLater() {
        SlidingWindow window = new SlidingWindow(1, 100);

        assertThat(window.tryAcquire(-50)).isTrue();
        assertThat(window.nanosUntilRoom(49)).isEqualTo(1);
        assertThat(window.tryAcquire(49)).isFalse();
        assertThat(window.nanosUntilRoom(50)).isZero();
        assertThat(window.tryAcquire(50)).isTrue();
    }

    @Test
    void anEventThatWasRefusedTakesNoRoom() {
        SlidingWindow window = new SlidingWindow(1, 100);
        window.tryAcquire(0);
        for (int now = 1; now < 100; now++) {
            window.tryAcquire(now);
        }

        assertThat(window.tryAcquire(100)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 8, 9, 60, 1_000})
    void itAgreesWithAListOfAllEvents(int max) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(max);
        SlidingWindow window = new SlidingWindow(max, 1_000);
        Deque<Long> model = new ArrayDeque<>();
        long now = 0;
        for (int i = 0; i < 20_000; i++) {
            now += random.nextInt(10) == 0
                    ? random.nextInt(1_500)
                    : random.nextInt(1_500 / max + 1);
            while (!model.isEmpty() && model.peekFirst() <= now - 1_000) {
                model.removeFirst();
            }
            boolean expected = model.size() < max;
            long wait = expected ? 0 : model.getFirst() + 1_000 - now;
            assertThat(window.nanosUntilRoom(now)).as("seed %d step %d", max, i).isEqualTo(wait);
            assertThat(window.tryAcquire(now)).as("seed %d step %d", max, i).isEqualTo(expected);
            if (expected) {
                model.addLast(now);
            }
            assertThat(window.count(now)).isEqualTo(model.size());
        }
    }

    @Test
    void aWindowOfNothingIsRefused() {
        assertThatThrownBy(() -> new SlidingWindow(0, 1)).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> new SlidingWindow(1, 0)).hasMessageContaining("at least 1");
    }
}
