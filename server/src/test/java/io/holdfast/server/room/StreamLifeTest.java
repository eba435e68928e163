package io.holdfast.server.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.stream.Gap;
import io.holdfast.protocol.stream.Position;
import io.holdfast.protocol.stream.Recovery;
import io.holdfast.server.room.RoomsFixture.Client;
import io.holdfast.store.StreamImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long streams and their histories last, and what who comes back is given. */
class StreamLifeTest {
    private static final long TTL = RoomsFixture.TTL_MILLIS;

    private final ScriptedStore store = new ScriptedStore(false);
    private RoomsFixture fixture = new RoomsFixture(2, store);
    private final Client a = fixture.resuming("a", 0);

    @AfterEach
    void close() {
        fixture.close();
    }

    private void publish(String stream, int from, int to) {
        for (int i = from; i <= to; i++) {
            a.publish(stream, "m" + i, null);
        }
    }

    private Recovery recovery(String stream, Position named) {
        Client back = fixture.resuming("back", 1);
        back.resume(stream, named);
        back.leave(stream);
        return back.joined(stream).recovery();
    }

    @Test
    void aRoomsNumberingSurvivesEmptinessForTheLifeOfItsHistory() {
        a.join("x");
        publish("x", 1, 3);
        Position one = a.at("x", 1);
        a.leave("x");
        fixture.pass(TTL - 1);
        Client b = fixture.resuming("b", 1);
        b.resume("x", one);
        assertThat(b.joined("x").epoch()).isEqualTo(one.epoch());
        assertThat(b.joined("x").recovery()).isEqualTo(new Recovery(2, 2, null));
        assertThat(b.heard()).containsExactly("x 2 m2", "x 3 m3");
    }

    @Test
    void aRoomThatWasLeftWithoutAMessageKeepsItsNumberingAsLong() {
        a.join("x");
        publish("x", 1, 1);
        fixture.pass(TTL * 3);
        String epoch = a.joined("x").epoch();
        a.leave("x");
        fixture.pass(TTL - 1);
        assertThat(recovery("x", new Position(epoch, 1))).isEqualTo(new Recovery(2, 0, null));
        fixture.pass(TTL - 1);
        assertThat(recovery("x", new Position(epoch, 0)))
                .isEqualTo(new Recovery(2, 0, Gap.between(1, 1)));
    }

    @Test
    void aRoomEndsWhenNobodyCanComeBackToItAnyMoreAndAnotherBegins() {
        a.join("x");
        publish("x", 1, 3);
        Position one = a.at("x", 1);
        a.leave("x");
        fixture.pass(TTL);
        assertThat(fixture.rooms.count()).isZero();
        assertThat(fixture.rooms.historyBytes()).isZero();
        assertThat(fixture.rooms.historyMessages()).isZero();
        assertThat(store.log()).contains("end x");
        assertThat(recovery("x", one).gap()).isEqualTo(Gap.because(Gap.EPOCH));
    }

    @Test
    void aRoomOfPlainClientsKeepsNothingAndEndsWithTheLastOfThem() {
        Client p = fixture.plain("p", 0);
        Client q = fixture.plain("q", 1);
        p.join("x");
        q.join("x");
        p.publish("x", "one", null);
        assertThat(q.heard()).containsExactly("one");
        assertThat(fixture.rooms.historyMessages()).isZero();
        assertThat(store.log()).isEmpty();
        p.leave("x");
        q.leave("x");
        assertThat(fixture.rooms.count()).isZero();
    }

    @Test
    void aRoomIsKeptFromTheFirstThatCanComeBack() {
        Client p = fixture.plain("p", 1);
        p.join("x");
        Client q = fixture.plain("q", 1);
        q.join("x");
        p.publish("x", "before", null);
        a.join("x");
        assertThat(a.joined("x").head()).isEqualTo(1);
        p.publish("x", "after", null);
        assertThat(a.heard()).containsExactly("x 2 after");
        assertThat(q.heard()).containsExactly("before", "after");
        assertThat(recovery("x", a.at("x", 0)))
                .as("from before it was kept nothing can be given")
                .isEqualTo(new Recovery(2, 1, Gap.between(1, 1)));
    }

    @Test
    void historyIsBoundedByMessagesExactly() {
        fixture.limits(RoomsFixture.limits(10, 5, 1 << 20, 1 << 20));
        a.join("x");
        publish("x", 1, 8);
        assertThat(recovery("x", a.at("x", 0))).isEqualTo(new Recovery(4, 5, Gap.between(1, 3)));
        assertThat(fixture.rooms.historyMessages()).isEqualTo(5);
    }

    @Test
    void aTurnsMessagesAreTrimmedOneByOne() {
        fixture.limits(RoomsFixture.limits(10, 5, 1 << 20, 1 << 20));
        a.on(() -> {
            for (int i = 1; i <= 7; i++) {
                a.send("x", "m" + i, null);
            }
        });
        fixture.settle();
        a.join("x");
        Client b = fixture.resuming("b", 1);
        b.resume("x", a.at("x", 0));
        assertThat(b.heard()).containsExactly("x 3 m3", "x 4 m4", "x 5 m5", "x 6 m6", "x 7 m7");
    }

    @Test
    void historyIsBoundedByBytes() {
        a.join("x");
        publish("x", 1, 1);
        long one = fixture.rooms.historyBytes();
        fixture.limits(RoomsFixture.limits(10, 1_000, 3 * one, 1 << 20));
        publish("x", 2, 8);
        assertThat(recovery("x", a.at("x", 0))).isEqualTo(new Recovery(6, 3, Gap.between(1, 5)));
        assertThat(fixture.rooms.historyBytes()).isEqualTo(3 * one);
    }

    @Test
    void historyIsBoundedByAge() {
        a.join("x");
        publish("x", 1, 1);
        fixture.pass(TTL / 2);
        publish("x", 2, 2);
        fixture.pass(TTL / 2);
        assertThat(recovery("x", a.at("x", 0))).isEqualTo(new Recovery(2, 1, Gap.between(1, 1)));
        fixture.pass(TTL / 2);
        assertThat(recovery("x", a.at("x", 0))).isEqualTo(new Recovery(3, 0, Gap.between(1, 2)));
        assertThat(fixture.rooms.historyBytes()).isZero();
    }

    @Test
    void allHistoriesTogetherAreBoundedAndTheStreamThatGrowsGivesWay() {
        publish("x", 1, 1);
        long one = fixture.rooms.historyBytes();
        fixture.limits(RoomsFixture.limits(10, 1_000, 1 << 20, 4 * one));
        publish("x", 2, 2);
        for (int i = 1; i <= 6; i++) {
            publish("y", i, i);
            assertThat(fixture.rooms.historyBytes()).isLessThanOrEqualTo(4 * one);
        }
        assertThat(fixture.rooms.historyMessages()).isEqualTo(4);
        a.join("x");
        a.join("y");
        assertThat(recovery("x", a.at("x", 0)).recovered()).isEqualTo(2);
        assertThat(recovery("y", a.at("y", 0)).recovered()).isEqualTo(2);
    }

    @Test
    void aMessageLargerThanAllHistoryIsDeliveredAndNotKept() {
        fixture.limits(RoomsFixture.limits(10, 1_000, 40, 1 << 20));
        a.join("x");
        a.publish("x", "large".repeat(20), null);
        assertThat(a.heard()).hasSize(1);
        assertThat(fixture.rooms.historyBytes()).isZero();
        assertThat(recovery("x", a.at("x", 0)).gap()).isEqualTo(Gap.between(1, 1));
    }

    @Test
    void whatIsForClientThatIsAwayWaitsInItsStream() {
        Client b = fixture.resuming("b", 1);
        b.join(b.own());
        a.publish("@b", "here", "1");
        b.leave(b.own());
        a.publish("@b", "away", "2");
        assertThat(a.answered()).containsExactly("PUBLISHED 1 @b 1", "QUEUED 2 @b 2");
        assertThat(b.heard()).containsExactly("@b 1 here");
        Client again = fixture.back(b, 0);
        again.resume(b.own(), b.at("@b", 1));
        assertThat(again.heard()).containsExactly("@b 2 away");
        a.publish("@b", "again", "3");
        assertThat(a.answered()).last().isEqualTo("PUBLISHED 3 @b 3");
    }

    @Test
    void aPersonalStreamEndsWithItsSession() {
        Client b = fixture.resuming("b", 1);
        b.join(b.own());
        a.publish("@b", "one", "1");
        b.leave(b.own());
        fixture.rooms.ended(b.theSession());
        fixture.settle();
        a.publish("@b", "two", "2");
        assertThat(a.answered()).containsExactly("PUBLISHED 1 @b 1", "NOT_CONNECTED 2 @b");
        assertThat(fixture.rooms.historyBytes()).isZero();
        assertThat(store.log()).contains("end @b");
    }

    @Test
    void aLaterSessionOfAClientHasAnotherStreamWhichTheEndOfTheOldOneDoesNotEnd() {
        Client b = fixture.resuming("b", 1);
        b.join(b.own());
        a.publish("@b", "old", null);
        Client later = fixture.resuming("b", 1);
        later.join(later.own());
        fixture.rooms.ended(b.theSession());
        fixture.settle();
        assertThat(later.joined("@b").epoch()).isNotEqualTo(b.joined("@b").epoch());
        assertThat(later.joined("@b").head()).isZero();
        a.publish("@b", "new", null);
        assertThat(later.heard()).containsExactly("@b 1 new");
        assertThat(a.answered()).last().isEqualTo("PUBLISHED null @b 1");
    }

    @Test
    void nobodyReadsTheStreamOfAnother() {
        Client p = fixture.plain("p", 0);
        p.join("@a");
        assertThat(p.answered()).containsExactly("no room @a");
        a.publish("@p", "one", "1");
        assertThat(a.answered()).containsExactly("NOT_CONNECTED 1 @p");
    }

    @Test
    void roomsAboveTheLimitAreRefusedAndRoomsThatWaitForReturnCount() {
        fixture.limits(RoomsFixture.limits(1, 1_000, 1 << 20, 1 << 20));
        a.join("x");
        a.leave("x");
        a.join("y");
        a.publish("z", "one", "1");
        assertThat(a.answered()).containsExactly("no room y", "TOO_MANY_ROOMS 1 z");
        assertThat(a.theSession().dedup().find("1")).isNull();
        fixture.pass(TTL);
        a.join("y");
        assertThat(a.joined).containsKey("y");
    }

    @Test
    void aSubscriptionThatIsHeldIsReplayedAndThenLiveWhenItIsReleased() {
        a.join("x");
        publish("x", 1, 2);
        Client b = fixture.resuming("b", 1);
        Subscription held = Subscription.resumed(b, "x", a.at("x", 1), null);
        held.hold();
        b.subscribe(held);
        publish("x", 3, 3);
        assertThat(b.heard()).isEmpty();
        b.on(() -> b.here().release(held));
        assertThat(b.heard()).containsExactly("x 2 m2", "x 3 m3");
    }

    @Test
    void whoLeavesBeforeItsHomeHasAnsweredIsSentNothing() {
        a.join("x");
        publish("x", 1, 2);
        int away = fixture.awayFrom("x");
        Client b = fixture.resuming("b", away);
        Subscription early = Subscription.resumed(b, "x", a.at("x", 0), null);
        b.on(() -> {
            b.here().subscribe(early, false);
            b.here().unsubscribe(early);
        });
        fixture.settle();
        publish("x", 3, 3);
        assertThat(b.joined).isEmpty();
        assertThat(b.heard()).isEmpty();
    }

    @ParameterizedTest(name = "restored by {0} loops")
    @ValueSource(ints = {1, 3})
    void whatIsFrozenIsRecoveredByASuccessor(int loops) {
        fixture.limits(RoomsFixture.limits(10, 5, 1 << 20, 1 << 20));
        Client b = fixture.resuming("b", 1);
        b.join("x");
        b.join(b.own());
        a.on(() -> {
            for (int i = 1; i <= 4; i++) {
                a.send("x", "m" + i + "é".repeat(60 * i), "i" + i);
            }
        });
        fixture.settle();
        publish("x", 5, 6);
        publish("@b", 1, 2);
        fixture.plain("p", 0).join("plain");
        Map<String, Position> start = Map.of("x", b.at("x", 0), "@b", b.at("@b", 0));
        List<StreamImage> images = new ArrayList<>();
        fixture.rooms.freeze().join().forEach(images::add);
        assertThat(images).extracting(StreamImage::name).containsExactlyInAnyOrder("x", "@b");

        Client before = recovered(fixture, b, start);
        try (RoomsFixture successor = new RoomsFixture(loops, new ScriptedStore(false))) {
            successor.limits(RoomsFixture.limits(10, 5, 1 << 20, 1 << 20));
            successor
                    .rooms
                    .restore(images, Map.of("b", b.theSession().number()))
                    .join();
            assertThat(successor.rooms.count()).isEqualTo(1);
            assertThat(successor.rooms.historyMessages()).isEqualTo(7);
            Client after = recovered(successor, b, start);
            assertThat(after.heard()).hasSize(7).isEqualTo(before.heard());
            assertThat(after.joined).isEqualTo(before.joined);
            assertThat(after.joined("x").recovery())
                    .isEqualTo(new Recovery(2, 5, Gap.between(1, 1)));
            after.publish("x", "goes on", null);
            assertThat(after.heard()).last().isEqualTo("x 7 goes on");
            after.publish("@b", "goes on", null);
            assertThat(after.heard()).last().isEqualTo("@b 3 goes on");
        }
    }

    /** A connection of that client's session that comes back there. */
    private static Client recovered(
            RoomsFixture there, Client client, Map<String, Position> positions) {
        Client back = there.again(client);
        for (String stream : List.of("x", "@b")) {
            back.resume(stream, java.util.Objects.requireNonNull(positions.get(stream)));
        }
        return back;
    }

    @Test
    void aPersonalStreamWhoseSessionIsGoneIsNotRestored() {
        Client b = fixture.resuming("b", 1);
        b.join(b.own());
        publish("@b", 1, 2);
        List<StreamImage> images = new ArrayList<>();
        fixture.rooms.freeze().join().forEach(images::add);
        try (RoomsFixture successor = new RoomsFixture(1, new ScriptedStore(false))) {
            successor.rooms.restore(images, Map.of()).join();
            assertThat(successor.rooms.historyBytes()).isZero();
        }
    }

    @Test
    void aRestoredRoomThatNobodyComesBackToEnds() {
        a.join("x");
        publish("x", 1, 2);
        List<StreamImage> images = new ArrayList<>();
        fixture.rooms.freeze().join().forEach(images::add);
        try (RoomsFixture successor = new RoomsFixture(1, new ScriptedStore(false))) {
            successor.rooms.restore(images, Map.of()).join();
            assertThat(successor.rooms.count()).isEqualTo(1);
            successor.pass(TTL);
            assertThat(successor.rooms.count()).isZero();
            assertThat(successor.rooms.historyBytes()).isZero();
        }
    }

    @Test
    void aNumberingThatBeginsWhileTheOldOnesReaderIsThereHasItsOwnPositions() {
        Client b = fixture.resuming("b", 1);
        b.join(b.own());
        publish("@b", 1, 5);
        // A takeover without resume: the older connection is told, and leaves, a moment later.
        Client later = fixture.resuming("b", 1);
        later.join(later.own());
        publish("@b", 6, 6);
        assertThat(b.heard()).as("another session's messages").hasSize(5);
        b.leave(b.own());
        later.stalls();
        publish("@b", 7, 7);
        AtomicReference<@Nullable Position> position = new AtomicReference<>();
        Subscription own = java.util.Objects.requireNonNull(later.subscriptions.get("@b"));
        later.on(() -> position.set(later.here().position(own)));
        assertThat(java.util.Objects.requireNonNull(position.get()).seq()).isEqualTo(1);
        fixture.limits(RoomsFixture.limits(10, 1, 1 << 20, 1 << 20));
        publish("@b", 8, 9);
        later.ready("@b");
        assertThat(later.heard()).containsExactly("@b 1 m6", "gap @b 2-3", "@b 4 m9");
    }

    @Test
    void whatIsPublishedAfterFreezingIsRefusedSinceNoSuccessorWouldHaveIt() {
        a.join("x");
        publish("x", 1, 1);
        Iterable<StreamImage> images = fixture.rooms.freeze().join();
        a.publish("x", "late", "1");
        assertThat(a.heard()).containsExactly("x 1 m1");
        assertThat(a.answered()).last().isEqualTo("STORE_UNAVAILABLE 1 x");
        assertThat(a.theSession().dedup().find("1")).isNull();
        assertThat(images).singleElement().extracting(StreamImage::head).isEqualTo(1L);
    }

    @Test
    void whatWasAcceptedInTheTurnOfTheFreezingIsInTheImage() {
        int home = fixture.rooms.homeOf("x");
        Client c = fixture.resuming("c", home);
        c.join("x");
        List<StreamImage> images = new ArrayList<>();
        c.on(() -> {
            c.send("x", "last", "1");
            // As the image's reader would see it, which need not wait for the turn to end.
            c.here().freeze().forEach(stream -> images.add(stream.image()));
        });
        fixture.settle();
        assertThat(c.answered()).containsExactly("PUBLISHED 1 x 1");
        assertThat(images).singleElement().extracting(StreamImage::head).isEqualTo(1L);
    }

    @Test
    void roomsThatAreRestoredCountThoughTheyAreMoreThanTheLimitNow() {
        a.join("x");
        a.join("y");
        List<StreamImage> images = new ArrayList<>();
        fixture.rooms.freeze().join().forEach(images::add);
        try (RoomsFixture successor = new RoomsFixture(1, new ScriptedStore(false))) {
            successor.limits(RoomsFixture.limits(1, 5, 1 << 20, 1 << 20));
            successor.rooms.restore(images, Map.of()).join();
            assertThat(successor.rooms.count()).isEqualTo(2);
            successor.pass(TTL);
            assertThat(successor.rooms.count()).isZero();
        }
    }
}
