package io.holdfast.server.room;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FanOutTest {
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final FanOut fanOut = new FanOut("room", 0);

    private void offer(String text) {
        Slab slab = new Slab(allocator, null, 0);
        byte[] bytes = text.getBytes(UTF_8);
        slab.add(bytes, 0, bytes.length, null);
        fanOut.offer(slab);
    }

    private static TestSubscriber subscriber(int number) {
        return new TestSubscriber("c" + number, 0, false);
    }

    @Test
    void aSliceServesSoManyAndNoMore() {
        List<TestSubscriber> all = new ArrayList<>();
        for (int i = 0; i < FanOut.SLICE + 1; i++) {
            all.add(subscriber(i));
            fanOut.add(all.getLast());
        }
        offer("x");
        assertThat(fanOut.deliverSlice()).as("more is waiting").isTrue();
        assertThat(all).filteredOn(one -> one.received.isEmpty()).containsExactly(all.getLast());
        assertThat(fanOut.deliverSlice()).isFalse();
        assertThat(all.getLast().received).containsExactly("x");
        assertThat(allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory())
                .isZero();
    }

    @Test
    void whoComesDuringADeliveryGetsTheNextSlabAndNotThisOne() {
        for (int i = 0; i < FanOut.SLICE; i++) {
            fanOut.add(subscriber(i));
        }
        fanOut.add(subscriber(-1));
        offer("before");
        fanOut.deliverSlice();
        TestSubscriber late = subscriber(-2);
        fanOut.add(late);
        offer("after");
        while (fanOut.deliverSlice()) {
            // Until all is served.
        }
        assertThat(late.received).containsExactly("after");
    }

    @Test
    void aPublisherIsSparedItsOwnThoughAnotherRoomIsServedBetweenTwoSlices() {
        TestSubscriber publisher = subscriber(-1);
        for (int i = 0; i < FanOut.SLICE; i++) {
            fanOut.add(subscriber(i));
        }
        fanOut.add(publisher);
        FanOut other = new FanOut("other", 0);
        other.add(publisher);
        for (FanOut each : List.of(fanOut, other)) {
            Slab slab = new Slab(allocator, null, 0);
            slab.add(new byte[] {'x'}, 0, 1, publisher);
            each.offer(slab);
        }
        assertThat(fanOut.deliverSlice()).isTrue();
        assertThat(other.deliverSlice()).isFalse();
        assertThat(fanOut.deliverSlice()).isFalse();
        assertThat(publisher.received).isEmpty();
    }

    @Test
    void leavingTwiceCountsOnce() {
        TestSubscriber stays = subscriber(1);
        Place place = fanOut.add(subscriber(0));
        fanOut.add(stays);
        fanOut.remove(place);
        fanOut.remove(place);
        assertThat(fanOut.size()).isEqualTo(1);
        offer("x");
        fanOut.deliverSlice();
        assertThat(stays.received).containsExactly("x");
    }

    /** Against a list of who is there: slabs queued after joining and before leaving, in order. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everySubscriberGetsExactlyTheSlabsOfItsTime(long seed) {
        Random random = new Random(seed);
        Map<TestSubscriber, Place> present = new HashMap<>();
        Map<TestSubscriber, List<String>> expected = new HashMap<>();
        int made = 0;
        int slabs = 0;
        for (int step = 0; step < 3_000; step++) {
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3 -> {
                    // Many at once, so that deliveries need several slices.
                    for (int i = random.nextInt(300); i >= 0; i--) {
                        TestSubscriber one = subscriber(made++);
                        present.put(one, fanOut.add(one));
                        expected.put(one, new ArrayList<>());
                    }
                }
                case 4, 5 -> {
                    List<TestSubscriber> leaving = present.keySet().stream()
                            .filter(one -> random.nextInt(6) == 0)
                            .toList();
                    for (TestSubscriber one : leaving) {
                        fanOut.remove(java.util.Objects.requireNonNull(present.remove(one)));
                        // What it had not been given when it left, it does not get any more.
                        List<String> want = java.util.Objects.requireNonNull(expected.remove(one));
                        assertThat(one.received).isEqualTo(want.subList(0, one.received.size()));
                        one.received.add("gone");
                        departed.add(one);
                    }
                }
                case 6, 7 -> {
                    String text = "s" + slabs++;
                    expected.values().forEach(list -> list.add(text));
                    offer(text);
                }
                default -> fanOut.deliverSlice();
            }
            assertThat(fanOut.size()).as("seed %d step %d", seed, step).isEqualTo(present.size());
            if (present.size() > 4_000) {
                present.forEach((one, place) -> fanOut.remove(place));
                present.clear();
                expected.clear();
            }
        }
        while (fanOut.deliverSlice()) {
            // Until all is served.
        }
        assertThat(expected).isNotEmpty();
        expected.forEach((one, want) ->
                assertThat(one.received).as("seed %d %s", seed, one.clientId()).isEqualTo(want));
        assertThat(departed).allMatch(one -> one.received.getLast().equals("gone"));
        assertThat(allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory())
                .as("bytes not given back")
                .isZero();
    }

    private final List<TestSubscriber> departed = new ArrayList<>();
}
