package io.holdfast.server.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.server.room.RoomsFixture.Client;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the store has not committed nobody has been told of. */
class CommitterTest {
    private final ScriptedStore store = new ScriptedStore(true);
    private RoomsFixture fixture = new RoomsFixture(2, store);

    @AfterEach
    void close() {
        fixture.close();
    }

    private Client resuming(String id) {
        return fixture.resuming(id, 0);
    }

    private Client elsewhere(String id) {
        return fixture.resuming(id, 1);
    }

    private void commit() {
        store.commit();
        fixture.settle();
    }

    private void fail() {
        store.fail();
        fixture.settle();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void nothingIsDeliveredOrAckedBeforeItIsCommitted(int loops) {
        fixture.close();
        fixture = new RoomsFixture(loops, store);
        Client a = fixture.resuming("a", 0);
        Client b = fixture.resuming("b", loops - 1);
        Client c = fixture.plain("c", loops / 2);
        for (Client each : List.of(a, b, c)) {
            each.join("x");
        }
        store.hold();
        a.publish("x", "one", "1");
        assertThat(store.held()).isEqualTo(1);
        assertThat(a.answered()).isEmpty();
        assertThat(a.heard()).isEmpty();
        assertThat(b.heard()).isEmpty();
        assertThat(c.heard()).isEmpty();
        assertThat(fixture.rooms.historyMessages()).isZero();
        commit();
        assertThat(a.answered()).containsExactly("PUBLISHED 1 x 1");
        assertThat(a.heard()).containsExactly("x 1 one");
        assertThat(b.heard()).containsExactly("x 1 one");
        assertThat(c.heard()).containsExactly("one");
        assertThat(fixture.rooms.historyMessages()).isEqualTo(1);
    }

    @Test
    void everyCommitLetsThroughItsOwnMessagesOnly() {
        Client a = resuming("a");
        Client b = elsewhere("b");
        b.join("x");
        store.hold();
        a.publish("x", "one", "1");
        a.publish("x", "two", "2");
        store.commitOne();
        fixture.settle();
        assertThat(b.heard()).containsExactly("x 1 one");
        assertThat(a.answered()).containsExactly("PUBLISHED 1 x 1");
        commit();
        assertThat(b.heard()).containsExactly("x 1 one", "x 2 two");
        assertThat(a.answered()).containsExactly("PUBLISHED 1 x 1", "PUBLISHED 2 x 2");
    }

    @Test
    void whoComesBeforeTheCommitGetsTheMessageOnceAndLive() {
        Client a = resuming("a");
        a.join("x");
        store.hold();
        a.publish("x", "one", "1");
        Client joins = elsewhere("b");
        joins.join("x");
        Client resumes = elsewhere("c");
        resumes.resume("x", a.at("x", 0));
        assertThat(joins.joined("x").head())
                .as("what is not committed is no head")
                .isZero();
        assertThat(resumes.joined("x").recovery().recovered()).isZero();
        commit();
        assertThat(joins.heard()).containsExactly("x 1 one");
        assertThat(resumes.heard()).containsExactly("x 1 one");
        Client later = elsewhere("d");
        later.resume("x", a.at("x", 0));
        assertThat(later.joined("x").recovery().recovered()).isEqualTo(1);
        assertThat(later.heard()).containsExactly("x 1 one");
    }

    @Test
    void whoIsAheadOfWhatIsCommittedIsNotRecovered() {
        Client a = resuming("a");
        a.join("x");
        store.hold();
        a.publish("x", "one", "1");
        Client b = elsewhere("b");
        b.resume("x", a.at("x", 1));
        assertThat(b.joined("x").recovery().gap()).isNotNull();
        assertThat(b.joined("x").recovery().recovered()).isZero();
    }

    @Test
    void aFailureRefusesEverythingUncommittedAndSubscribersSeeNoHole() {
        Client a = resuming("a");
        Client b = elsewhere("b");
        b.join("x");
        a.publish("x", "one", "1");
        store.hold();
        a.publish("x", "two", "2");
        a.publish("x", "three", "3");
        fail();
        assertThat(a.answered())
                .containsExactly(
                        "PUBLISHED 1 x 1", "STORE_UNAVAILABLE 2 x", "STORE_UNAVAILABLE 3 x");
        assertThat(a.theSession().dedup().find("1")).isNotNull();
        assertThat(a.theSession().dedup().find("2")).isNull();
        assertThat(a.theSession().dedup().find("3")).isNull();
        a.publish("x", "three", "3");
        assertThat(a.answered()).last().isEqualTo("PUBLISHED 3 x 2");
        assertThat(b.heard()).containsExactly("x 1 one", "x 2 three");
        assertThat(store.log()).noneMatch(line -> line.startsWith("hole"));
    }

    @Test
    void whatWasAcceptedInTheTurnOfTheFailureIsRefusedToo() {
        int home = fixture.rooms.homeOf("x");
        Client a = fixture.resuming("a", home);
        Client b = elsewhere("b");
        b.join("x");
        store.hold();
        a.publish("x", "one", "1");
        a.on(() -> {
            a.send("x", "two", "2");
            store.fail();
            a.send("x", "three", "3");
        });
        fixture.settle();
        assertThat(a.answered())
                .containsExactly(
                        "STORE_UNAVAILABLE 1 x", "STORE_UNAVAILABLE 2 x", "PUBLISHED 3 x 1");
        assertThat(b.heard()).containsExactly("x 1 three");
    }

    @Test
    void aStoreThatFailsWithinTheCallRefusesEachMessage() {
        Client a = resuming("a");
        a.join("x");
        store.failAtOnce(true);
        a.publish("x", "one", "1");
        a.publish("x", "two", "2");
        store.failAtOnce(false);
        a.publish("x", "three", "3");
        assertThat(a.answered())
                .containsExactly(
                        "STORE_UNAVAILABLE 1 x", "STORE_UNAVAILABLE 2 x", "PUBLISHED 3 x 1");
        assertThat(a.heard()).containsExactly("x 1 three");
    }

    @Test
    void aRepeatIsAckedWithTheOriginalSeqAndNotPublishedAgain() {
        Client a = resuming("a");
        a.join("x");
        a.publish("x", "one", "1");
        a.publish("x", "two", "2");
        Client again = fixture.back(a, 1);
        again.publish("x", "one", "1");
        assertThat(again.answered()).containsExactly("REPEATED 1 x 1");
        assertThat(a.heard()).containsExactly("x 1 one", "x 2 two");
    }

    @Test
    void aRepeatOfWhatIsNotCommittedIsAckedWhenItIs() {
        Client a = resuming("a");
        store.hold();
        a.publish("x", "one", "1");
        Client again = fixture.back(a, 1);
        again.publish("x", "one", "1");
        again.publish("x", "two", "2");
        assertThat(again.answered()).isEmpty();
        store.commitOne();
        fixture.settle();
        assertThat(again.answered()).containsExactly("REPEATED 1 x 1");
        assertThat(store.log()).contains("append x 1-1", "append x 2-2").hasSize(3);
    }

    @Test
    void aRepeatOfWhatFailsIsRefusedAndMayBeSentAgain() {
        Client a = resuming("a");
        store.hold();
        a.publish("x", "one", "1");
        Client again = fixture.back(a, 1);
        again.publish("x", "one", "1");
        fail();
        assertThat(again.answered()).containsExactly("STORE_UNAVAILABLE 1 x");
        again.publish("x", "one", "1");
        assertThat(again.answered()).last().isEqualTo("PUBLISHED 1 x 1");
    }

    @Test
    void aFencedPublisherWritesNothing() {
        Client a = resuming("a");
        Client b = elsewhere("b");
        b.join("x");
        Client newer = fixture.back(a, 1);
        a.publish("x", "late", "1");
        assertThat(b.heard()).isEmpty();
        assertThat(a.answered()).isEmpty();
        assertThat(a.theSession().dedup().find("1")).isNull();
        newer.publish("x", "own", "1");
        assertThat(b.heard()).containsExactly("x 1 own");
    }

    @Test
    void theLateSubscribeOfAFencedConnectionDoesNotDisplaceTheNewerOne() {
        Client a = resuming("a");
        Client newer = fixture.back(a, 1);
        newer.join("x");
        newer.join(newer.own());
        a.join("x");
        a.join(a.own());
        assertThat(a.joined).isEmpty();
        Client b = elsewhere("b");
        b.publish("x", "all", null);
        b.publish(newer.own(), "own", null);
        assertThat(newer.heard()).containsExactly("x 1 all", "@a 1 own");
        assertThat(b.answered()).last().isEqualTo("PUBLISHED null @a 1");
        assertThat(a.heard()).isEmpty();
    }

    @Test
    void theLateLeaveOfAnOlderConnectionDoesNotTakeThePlaceOfTheNewerOne() {
        Client a = resuming("a");
        a.join("x");
        a.join(a.own());
        Client newer = fixture.back(a, 1);
        newer.join("x");
        newer.join(newer.own());
        a.leave("x");
        a.leave(a.own());
        Client b = elsewhere("b");
        b.publish("x", "all", null);
        b.publish(newer.own(), "own", null);
        assertThat(newer.heard()).containsExactly("x 1 all", "@a 1 own");
        assertThat(b.answered()).last().isEqualTo("PUBLISHED null @a 1");
    }

    @Test
    void anEphemeralMessageWaitsForThoseBeforeIt() {
        Client a = resuming("a");
        a.join(Rooms.LOBBY);
        store.hold();
        a.publish(Rooms.LOBBY, "one", "1");
        Client b = elsewhere("b");
        b.join(Rooms.LOBBY);
        assertThat(a.heard()).isEmpty();
        commit();
        assertThat(a.heard()).containsExactly("lobby 1 one", "+b");
    }

    @Test
    void anEphemeralMessageBehindAFailureIsDelivered() {
        Client a = resuming("a");
        a.join(Rooms.LOBBY);
        store.hold();
        a.publish(Rooms.LOBBY, "one", "1");
        Client b = elsewhere("b");
        b.join(Rooms.LOBBY);
        fail();
        assertThat(a.heard()).containsExactly("+b");
        a.publish(Rooms.LOBBY, "two", "2");
        assertThat(b.heard()).containsExactly("lobby 1 two");
    }

    @Test
    void aStoreThatTakesNoWorkRefusesAtOnceAndRemembersNothing() {
        Client a = resuming("a");
        a.join("x");
        store.available(false);
        a.publish("x", "one", "1");
        assertThat(a.answered()).containsExactly("STORE_UNAVAILABLE 1 x");
        assertThat(a.theSession().dedup().find("1")).isNull();
        store.available(true);
        store.pending(1_000_001);
        a.publish("x", "one", "1");
        assertThat(a.answered()).last().isEqualTo("OVERLOADED 1 x");
        store.pending(1_000_000);
        a.publish("x", "one", "1");
        assertThat(a.answered()).last().isEqualTo("PUBLISHED 1 x 1");
    }

    @Test
    void aRepeatOfWhatWentIntoAnEndedNumberingIsAckedAtOnce() {
        Client b = elsewhere("b");
        b.join(b.own());
        Client a = resuming("a");
        a.publish("@b", "one", "1");
        a.publish("@b", "two", "2");
        Client later = elsewhere("b");
        later.join(later.own());
        Client again = fixture.back(a, 1);
        again.publish("@b", "two", "2");
        assertThat(again.answered()).containsExactly("REPEATED 2 @b 2");
        assertThat(later.heard()).isEmpty();
    }

    @Test
    void aPersonalStreamThatIsReplacedBeforeItsLastCommitIsForgottenBehindIt() {
        Client b = elsewhere("b");
        b.join(b.own());
        Client a = resuming("a");
        a.publish("@b", "one", "1");
        store.hold();
        a.publish("@b", "two", "2");
        Client later = elsewhere("b");
        later.join(later.own());
        commit();
        assertThat(a.answered()).containsExactly("PUBLISHED 1 @b 1", "QUEUED 2 @b 2");
        assertThat(later.heard()).as("what was for the session before").isEmpty();
        assertThat(fixture.rooms.historyBytes()).isZero();
        assertThat(fixture.rooms.historyMessages()).isZero();
        assertThat(store.log()).containsOnlyOnce("end @b");
        a.publish("@b", "new", "3");
        assertThat(later.heard()).containsExactly("@b 1 new");
    }

    @Test
    void whoPublishesAgainWhenItIsRefusedLeavesNoHole() {
        int home = fixture.rooms.homeOf("x");
        Client b = elsewhere("b");
        b.join("x");
        Client a = fixture.resuming("a", home);
        Eager eager = new Eager(a, home);
        a.publish("x", "one", "1");
        store.hold();
        a.on(() -> eager.send("two", "2"));
        fixture.settle();
        fail();
        assertThat(eager.answers).containsExactly("STORE_UNAVAILABLE 2 x", "PUBLISHED again x 2");
        assertThat(b.heard()).containsExactly("x 1 one", "x 2 again");
        assertThat(store.log()).noneMatch(line -> line.startsWith("hole"));
    }

    /** Publishes on another's behalf, and once more from within the answer when it is refused. */
    private static final class Eager extends TestSubscriber {
        private final Client as;

        Eager(Client as, int loop) {
            super("eager", loop, true, WebSocketText.ENCODING);
            this.as = as;
        }

        void send(String text, String id) {
            byte[] json =
                    ("{\"m\":\"" + text + "\"}").getBytes(java.nio.charset.StandardCharsets.UTF_8);
            as.here().publish(this, "x", json, 0, json.length, id);
        }

        @Override
        public io.holdfast.protocol.session.@Nullable Session session() {
            return as.session();
        }

        @Override
        public void publishRefused(@Nullable String id, String stream, Refusal why) {
            super.publishRefused(id, stream, why);
            send("again", "again");
        }
    }
}
