package io.holdfast.server.room;

import static io.holdfast.server.room.TestStream.plain;
import static io.holdfast.server.room.TestStream.sequenced;
import static io.holdfast.server.room.TestStream.sequencedText;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FanOutTest {
    private static final int ANY_MESSAGES = 1_000_000;
    private static final long ANY_BYTES = 1L << 40;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final TestStream stream = new TestStream(allocator);
    private final FanOut fanOut = new FanOut(TestStream.NAME, "e", 0, false);
    private final List<Subscription> present = new ArrayList<>();
    private final TestSubscriber plain = TestSubscriber.plain("plain");
    private final TestSubscriber resuming = TestSubscriber.sequenced("resuming");

    private Subscription add(TestSubscriber subscriber) {
        Subscription subscription = Subscription.initial(subscriber, TestStream.NAME);
        fanOut.add(subscription, stream.head);
        present.add(subscription);
        return subscription;
    }

    private Subscription addHeld(TestSubscriber subscriber) {
        Subscription subscription = Subscription.initial(subscriber, TestStream.NAME);
        subscription.hold();
        fanOut.add(subscription, stream.head);
        present.add(subscription);
        return subscription;
    }

    /** One that comes back and is to be sent again what is there from that seq on. */
    private Subscription addReplaying(TestSubscriber subscriber, long from) {
        Subscription subscription = Subscription.initial(subscriber, TestStream.NAME);
        Replay replay = new Replay(stream.history);
        subscription.replay = replay;
        subscription.replayChunk = replay.indexOf(from);
        fanOut.add(subscription, from - 1);
        present.add(subscription);
        return subscription;
    }

    private void crowd(int many) {
        for (int i = 0; i < many; i++) {
            add(TestSubscriber.plain("c" + i));
        }
    }

    private boolean slice() {
        return fanOut.deliverSlice(ANY_MESSAGES, ANY_BYTES);
    }

    private void deliver() {
        deliver(ANY_MESSAGES, ANY_BYTES);
    }

    private void deliver(int maxMessages, long maxBytes) {
        while (fanOut.deliverSlice(maxMessages, maxBytes)) {
            // Until all are served.
        }
    }

    @AfterEach
    void allMemoryIsGivenBack() {
        deliver();
        present.forEach(fanOut::remove);
        stream.releaseHistory();
        assertThat(allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory())
                .as("bytes not given back")
                .isZero();
    }

    @Test
    void aSliceServesSoManyAndNoMore() {
        crowd(FanOut.SLICE);
        add(plain);
        fanOut.offer(stream.messages(1));
        assertThat(slice()).as("more is waiting").isTrue();
        assertThat(plain.received).isEmpty();
        assertThat(slice()).isFalse();
        assertThat(plain.received).isEqualTo(plain(1));
        assertThat(fanOut.kept()).isZero();
    }

    @Test
    void whoComesDuringADeliveryGetsTheNextSlabAndNotThisOne() {
        crowd(FanOut.SLICE + 1);
        fanOut.offer(stream.messages(1));
        slice();
        add(plain);
        add(resuming);
        fanOut.offer(stream.messages(1));
        deliver();
        assertThat(plain.received).isEqualTo(plain(2));
        assertThat(resuming.received).isEqualTo(sequenced(2));
    }

    @Test
    void whoComesBetweenOfferAndDeliveryDoesNotGetWhatWasOfferedBefore() {
        fanOut.offer(stream.messages(1));
        add(plain);
        fanOut.offer(stream.messages(1));
        deliver();
        assertThat(plain.received).isEqualTo(plain(2));
    }

    @Test
    void whoGoesDuringADeliveryMovesNobodyElse() {
        add(TestSubscriber.plain("served"));
        crowd(FanOut.SLICE - 1);
        TestSubscriber leaves = TestSubscriber.plain("leaves");
        Subscription leaving = add(leaves);
        add(plain);
        fanOut.offer(stream.messages(1));
        fanOut.offer(stream.messages(1));
        slice();
        fanOut.remove(present.getFirst());
        fanOut.remove(leaving);
        assertThat(fanOut.size()).isEqualTo(FanOut.SLICE);
        deliver();
        assertThat(leaves.received).isEmpty();
        assertThat(plain.received).isEqualTo(plain(1, 2));
        assertThat(fanOut.size()).isEqualTo(FanOut.SLICE);
        fanOut.remove(present.getLast());
        fanOut.offer(stream.messages(1));
        deliver();
        assertThat(plain.received).as("after the holes were closed").isEqualTo(plain(1, 2));
    }

    @Test
    void whenTheLastGoesDuringADeliveryNothingIsKept() {
        crowd(FanOut.SLICE + 1);
        fanOut.offer(stream.messages(1));
        slice();
        fanOut.offer(stream.messages(1));
        present.forEach(fanOut::remove);
        assertThat(fanOut.size()).isZero();
        deliver();
        assertThat(fanOut.kept()).isZero();
        add(plain);
        fanOut.offer(stream.messages(1));
        deliver();
        assertThat(plain.received).isEqualTo(plain(3));
    }

    @Test
    void leavingTwiceCountsOnce() {
        Subscription leaving = add(TestSubscriber.plain("leaves"));
        add(plain);
        fanOut.remove(leaving);
        fanOut.remove(leaving);
        assertThat(fanOut.size()).isEqualTo(1);
        fanOut.offer(stream.messages(1));
        deliver();
        assertThat(plain.received).isEqualTo(plain(1));
    }

    @Test
    void aPublisherIsSparedItsOwnThoughAnotherStreamIsServedBetweenTwoSlices() {
        crowd(FanOut.SLICE);
        add(plain);
        FanOut other = new FanOut("other", "e", 0, false);
        Subscription there = Subscription.initial(plain, "other");
        other.add(there, 0);
        fanOut.offer(stream.next(plain, null, plain));
        other.offer(stream.next(plain));
        assertThat(slice()).isTrue();
        assertThat(other.deliverSlice(ANY_MESSAGES, ANY_BYTES)).isFalse();
        assertThat(slice()).isFalse();
        assertThat(plain.received).isEqualTo(plain(2));
        other.remove(there);
    }

    @Test
    void aPublisherThatLaggedIsSparedItsOwnToo() {
        Subscription lags = add(plain);
        add(resuming);
        plain.ready = false;
        fanOut.offer(stream.next(null, plain, null));
        fanOut.offer(stream.next(plain));
        deliver();
        plain.ready = true;
        fanOut.feed(lags);
        assertThat(plain.received).isEqualTo(plain(1, 3));
        assertThat(fanOut.kept()).isZero();
    }

    @Test
    void aResumingPublisherGetsItsOwnLiveAndLate() {
        Subscription own = add(resuming);
        fanOut.offer(stream.next(resuming, null));
        deliver();
        resuming.ready = false;
        fanOut.offer(stream.next(resuming));
        deliver();
        resuming.ready = true;
        fanOut.feed(own);
        assertThat(resuming.received).isEqualTo(sequenced(1, 2, 3));
    }

    @Test
    void whoCannotTakeMoreDelaysNobodyAndIsFedInOrderWhenItCan() {
        Subscription lags = add(plain);
        add(resuming);
        plain.ready = false;
        fanOut.offer(stream.messages(2));
        fanOut.offer(stream.messages(1));
        deliver();
        assertThat(resuming.received).isEqualTo(sequenced(1, 2, 3));
        assertThat(plain.received).isEmpty();
        assertThat(lags.lags()).isTrue();
        assertThat(fanOut.kept()).isEqualTo(2);
        plain.ready = true;
        fanOut.offer(stream.messages(1));
        deliver();
        assertThat(plain.received).as("not before what it lacks").isEmpty();
        fanOut.feed(lags);
        assertThat(plain.received).isEqualTo(plain(1, 2, 3, 4));
        assertThat(lags.lags()).isFalse();
        assertThat(fanOut.kept()).isZero();
        fanOut.offer(stream.messages(1));
        deliver();
        assertThat(plain.received).isEqualTo(plain(1, 2, 3, 4, 5));
    }

    @Test
    void whoIsFedInTheMiddleOfADeliveryGetsTheSlabOnce() {
        Subscription passed = add(plain);
        crowd(FanOut.SLICE);
        Subscription waits = add(resuming);
        plain.ready = false;
        fanOut.offer(stream.messages(1));
        slice();
        assertThat(passed.lags()).isTrue();
        plain.ready = true;
        fanOut.feed(passed);
        fanOut.feed(waits);
        assertThat(plain.received).isEqualTo(plain(1));
        assertThat(resuming.received).as("its turn is yet to come").isEmpty();
        deliver();
        assertThat(plain.received).isEqualTo(plain(1));
        assertThat(resuming.received).isEqualTo(sequenced(1));
    }

    @Test
    void oneThatLaggedAndStandsBehindTheDeliveryGetsTheSlabFromIt() {
        crowd(FanOut.SLICE);
        Subscription lags = add(plain);
        plain.ready = false;
        fanOut.offer(stream.messages(1));
        deliver();
        fanOut.offer(stream.messages(1));
        slice();
        plain.ready = true;
        fanOut.feed(lags);
        assertThat(plain.received).isEqualTo(plain(1));
        deliver();
        assertThat(plain.received).isEqualTo(plain(1, 2));
    }

    @Test
    void feedingStopsWhenNoMoreCanBeTakenAndGoesOnFromThere() {
        TestSubscriber one = new TestSubscriber("one", 0, true, WebSocketText.ENCODING) {
            @Override
            public void deliver(io.netty.buffer.ByteBuf framed, int messages) {
                super.deliver(framed, messages);
                ready = false;
            }
        };
        Subscription lags = add(one);
        for (int i = 0; i < 3; i++) {
            fanOut.offer(stream.messages(1));
        }
        deliver();
        assertThat(one.received).isEqualTo(sequenced(1));
        one.ready = true;
        fanOut.feed(lags);
        assertThat(one.received).isEqualTo(sequenced(1, 2));
        assertThat(fanOut.position(lags)).isEqualTo(2);
        one.ready = true;
        fanOut.feed(lags);
        assertThat(one.received).isEqualTo(sequenced(1, 2, 3));
    }

    @Test
    void aPlainSubscriberThatFallsOffIsGivenUpAndTheWindowLetsGo() {
        add(plain);
        plain.ready = false;
        for (int i = 0; i < 5; i++) {
            fanOut.offer(stream.messages(2));
        }
        deliver(10, ANY_BYTES);
        assertThat(plain.fellBehind).as("ten may wait").isFalse();
        assertThat(fanOut.kept()).isEqualTo(5);
        fanOut.offer(stream.messages(2));
        deliver(10, ANY_BYTES);
        assertThat(plain.received).containsExactly("fell behind");
    }

    @Test
    void aResumingSubscriberThatFallsOffHearsOfTheGapBeforeAnythingNewer() {
        Subscription lags = add(resuming);
        fanOut.offer(stream.messages(3));
        deliver();
        resuming.ready = false;
        for (int i = 0; i < 4; i++) {
            fanOut.offer(stream.messages(2));
        }
        deliver(4, ANY_BYTES);
        assertThat(resuming.received).isEqualTo(sequenced(1, 2, 3));
        assertThat(fanOut.kept()).isEqualTo(2);
        resuming.ready = true;
        fanOut.feed(lags);
        List<String> expected = new ArrayList<>(sequenced(1, 2, 3));
        expected.add("gap room 4-7");
        expected.addAll(sequenced(8, 9, 10, 11));
        assertThat(resuming.received).isEqualTo(expected);
        assertThat(resuming.fellBehind).isFalse();
        fanOut.offer(stream.messages(1));
        deliver(4, ANY_BYTES);
        expected.addAll(sequenced(12));
        assertThat(resuming.received).isEqualTo(expected);
    }

    @Test
    void noGapIsAnnouncedForWhatTheHistoryStillHas() {
        Subscription lags = add(resuming);
        resuming.ready = false;
        fanOut.offer(stream.messages(3));
        fanOut.offer(stream.messages(2));
        deliver(4, ANY_BYTES);
        resuming.ready = true;
        fanOut.feed(lags);
        assertThat(resuming.received).isEqualTo(sequenced(1, 2, 3, 4, 5));
    }

    @Test
    void bytesBoundTheWindowToo() {
        Subscription lags = add(resuming);
        resuming.ready = false;
        Slab first = stream.messages(1);
        long bytes = first.length();
        fanOut.offer(first);
        fanOut.offer(stream.messages(1));
        fanOut.offer(stream.messages(1));
        deliver(ANY_MESSAGES, 2 * bytes);
        assertThat(fanOut.kept()).isEqualTo(2);
        resuming.ready = true;
        fanOut.feed(lags);
        assertThat(resuming.received)
                .containsExactly("gap room 1-1", sequencedText(2), sequencedText(3));
    }

    @Test
    void ephemeralMessagesThatFellOffLeaveNoGap() {
        Subscription lags = add(resuming);
        resuming.ready = false;
        fanOut.offer(stream.ephemeral("{}"));
        fanOut.offer(stream.ephemeral("{}"));
        fanOut.offer(stream.messages(1));
        deliver(1, ANY_BYTES);
        resuming.ready = true;
        fanOut.feed(lags);
        assertThat(resuming.received).isEqualTo(sequenced(1));
    }

    @Test
    void aHeldSubscriptionGetsEverythingWhenItIsReleased() {
        Subscription held = addHeld(resuming);
        fanOut.offer(stream.messages(2));
        deliver();
        fanOut.feed(held);
        assertThat(resuming.received).isEmpty();
        held.release();
        fanOut.feed(held);
        assertThat(resuming.received).isEqualTo(sequenced(1, 2));
    }

    @Test
    void whatIsReplayedGoesBeforeWhatIsLiveWithoutGapOrOverlap() {
        fanOut.offer(stream.messages(3));
        fanOut.offer(stream.messages(2));
        deliver();
        Subscription back = addReplaying(resuming, 3);
        fanOut.offer(stream.messages(2));
        deliver();
        assertThat(resuming.received).as("not before it is fed").isEmpty();
        fanOut.feed(back);
        assertThat(resuming.received).isEqualTo(sequenced(3, 4, 5, 6, 7));
        assertThat(back.lags()).isFalse();
        assertThat(fanOut.position(back)).isEqualTo(7);
    }

    @Test
    void aReplayThatIsInterruptedByGoingHoldsNothing() {
        fanOut.offer(stream.messages(3));
        Subscription back = addReplaying(resuming, 1);
        fanOut.remove(back);
        assertThat(back.replay).isNull();
        fanOut.feed(back);
        assertThat(resuming.received).isEmpty();
    }

    @Test
    void whoFallsOffDuringItsReplayGetsTheReplayThenTheGap() {
        fanOut.offer(stream.messages(2));
        deliver();
        Subscription back = addReplaying(resuming, 2);
        for (int i = 0; i < 3; i++) {
            fanOut.offer(stream.messages(1));
        }
        deliver(1, ANY_BYTES);
        fanOut.feed(back);
        assertThat(resuming.received)
                .containsExactly(sequencedText(2), "gap room 3-4", sequencedText(5));
    }

    @Test
    void itsPositionIsTheLastSeqThatASubscriberWasHanded() {
        fanOut.offer(stream.messages(5));
        deliver();
        Subscription subscription = add(resuming);
        assertThat(fanOut.position(subscription)).isEqualTo(5);
        fanOut.offer(stream.messages(1));
        deliver();
        assertThat(fanOut.position(subscription)).isEqualTo(6);
        resuming.ready = false;
        fanOut.offer(stream.messages(1));
        deliver();
        assertThat(fanOut.position(subscription)).isEqualTo(6);
        Subscription held = addHeld(TestSubscriber.sequenced("held"));
        fanOut.offer(stream.messages(1));
        deliver();
        assertThat(fanOut.position(held)).isEqualTo(7);
    }

    @Test
    void whoCannotTakeABroadcastAtOnceGoesWithoutIt() {
        FanOut broadcasts = new FanOut("", "", 0, true);
        Subscription place = Subscription.initial(plain, "");
        broadcasts.add(place, 0);
        plain.ready = false;
        broadcasts.offer(stream.ephemeral("{\"n\":1}"));
        broadcasts.deliverSlice(1, 1);
        assertThat(broadcasts.kept()).isZero();
        assertThat(place.lags()).isFalse();
        plain.ready = true;
        broadcasts.offer(stream.ephemeral("{\"n\":2}"));
        broadcasts.deliverSlice(1, 1);
        assertThat(plain.received).containsExactly("{\"n\":2}");
        broadcasts.remove(place);
    }

    @Test
    void whoLeavesWhileItIsServedOrFedHurtsNobody() {
        class Leaver extends TestSubscriber {
            @Nullable
            Subscription own;

            Leaver(String id) {
                super(id, 0, false, WebSocketText.ENCODING);
            }

            @Override
            public void deliver(io.netty.buffer.ByteBuf framed, int messages) {
                super.deliver(framed, messages);
                Subscription leaving = own;
                if (leaving != null) {
                    fanOut.remove(leaving);
                }
            }
        }
        Leaver live = new Leaver("live");
        Leaver late = new Leaver("late");
        live.own = add(live);
        Subscription lags = add(late);
        late.own = lags;
        add(plain);
        late.ready = false;
        fanOut.offer(stream.messages(1));
        fanOut.offer(stream.messages(1));
        deliver();
        late.ready = true;
        fanOut.feed(lags);
        assertThat(live.received).isEqualTo(plain(1));
        assertThat(late.received).isEqualTo(plain(1));
        assertThat(plain.received).isEqualTo(plain(1, 2));
        assertThat(fanOut.size()).isEqualTo(1);
        assertThat(fanOut.kept()).isZero();
    }
}
