package io.holdfast.server.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.session.Claim;
import io.holdfast.protocol.session.Session;
import io.holdfast.protocol.session.SessionRecord;
import io.holdfast.protocol.stream.Position;
import io.holdfast.server.connection.Clients.Left;
import io.holdfast.server.connection.Clients.Seat;
import io.holdfast.server.metrics.DialectName;
import io.holdfast.store.Image;
import io.holdfast.store.Outcome;
import io.holdfast.store.Store;
import io.holdfast.store.StoreException;
import io.holdfast.store.StreamBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientsTest {
    private static final Duration TTL = Duration.ofHours(1);
    private static final Duration GRACE = Duration.ofSeconds(15);
    private static final DialectName ROOMS = DialectName.ROOMS;
    private static final DialectName DEEPSTREAM = DialectName.DEEPSTREAM;

    private final TestServer server = new TestServer(Map.of());
    private final NotingStore store = new NotingStore();
    private final List<String> watched = new ArrayList<>();
    private final Clients.Watch watch = new Clients.Watch() {
        @Override
        public void gone(String clientId) {
            watched.add("gone " + clientId);
        }

        @Override
        public void ended(Session session) {
            watched.add("ended " + session.clientId());
        }
    };

    private boolean authentication;
    private final Clients clients = clients();

    private Clients clients() {
        return new Clients(() -> authentication, 3, () -> TTL, store, watch);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** A store that says that it is durable, and notes the sessions it is given. */
    private static final class NotingStore implements Store {
        final List<String> log = new ArrayList<>();
        boolean durable = true;

        @Override
        public boolean durable() {
            return durable;
        }

        @Override
        public void beginStream(String stream, String epoch) {}

        @Override
        public void append(StreamBatch batch, Outcome outcome) {
            outcome.committed();
        }

        @Override
        public void putSession(SessionRecord session, Outcome outcome) {
            log.add("put " + session.clientId());
            outcome.committed();
        }

        @Override
        public void removeSession(String clientId, long sessionNumber) {
            log.add("remove " + clientId);
        }

        @Override
        public void endStream(String stream, String epoch) {}

        @Override
        public long pendingBytes() {
            return 0;
        }

        @Override
        public boolean available() {
            return true;
        }

        @Override
        public void stop(Image image) {}

        @Override
        public void close() {}
    }

    private TestConnection connection() {
        return new TestConnection(server);
    }

    private static Claim claim(@Nullable String token) {
        return new Claim("p", false, token, token != null, false, true);
    }

    private Seat.Taken plain(String id, DialectName dialect) {
        return taken(
                clients.arrive(id, Claim.plain("p", false), dialect, Duration.ZERO, connection()));
    }

    private Seat.Taken resuming(String id, @Nullable String token) {
        return taken(clients.arrive(id, claim(token), ROOMS, TTL, connection()));
    }

    private static Seat.Taken taken(Seat seat) {
        assertThat(seat).isInstanceOf(Seat.Taken.class);
        return (Seat.Taken) seat;
    }

    private Left leave(String id, Seat.Taken seat) {
        return clients.leave(id, seat.generation(), ROOMS, GRACE, false);
    }

    private Left leaveForGood(String id, Seat.Taken seat, DialectName dialect) {
        return clients.leave(id, seat.generation(), dialect, Duration.ZERO, true);
    }

    private static String token(Seat.Taken seat) {
        return Objects.requireNonNull(seat.token());
    }

    @Test
    void aNewcomerIsFoundUntilItLeaves() {
        TestConnection connection = connection();
        Seat.Taken seat = taken(
                clients.arrive("a", Claim.plain("p", false), ROOMS, Duration.ZERO, connection));
        assertThat(seat.restored()).isFalse();
        assertThat(seat.stillPresent()).isFalse();
        assertThat(seat.token()).as("it does not resume").isNull();
        assertThat(clients.find("a")).isSameAs(connection);
        assertThat(clients.list(null, 9)).containsExactly(connection);
        assertThat(clients.list(DEEPSTREAM, 9)).isEmpty();
        assertThat(clients.list(ROOMS, 0)).isEmpty();
        assertThat(clients.count(ROOMS)).isEqualTo(1);
        assertThat(clients.isReachable("a")).isFalse();
        assertThat(leaveForGood("a", seat, ROOMS)).isEqualTo(Left.GONE);
        assertThat(clients.find("a")).isNull();
        assertThat(clients.count()).isZero();
        assertThat(clients.count(ROOMS)).isZero();
        assertThat(clients.sessions()).isZero();
        assertThat(watched).isEmpty();
        assertThat(store.log).isEmpty();
    }

    @Test
    void aConnectionThatWasAcceptedEarlierIsTheOneToGo() {
        TestConnection abandoned = connection();
        TestConnection used = connection();
        taken(clients.arrive("a", Claim.plain("p", false), ROOMS, Duration.ZERO, used));
        Seat late = clients.arrive("a", Claim.plain("p", false), ROOMS, Duration.ZERO, abandoned);
        assertThat(late)
                .isEqualTo(
                        new Seat.Refused(CloseCode.REPLACED, CloseCode.REPLACED.defaultReason()));
        assertThat(clients.find("a")).isSameAs(used);
        assertThat(used.line.closes()).isEmpty();
    }

    @Test
    void theNewerConnectionOfAClientWinsAndTheOlderIsToldSo() {
        TestConnection older = connection();
        Seat.Taken first =
                taken(clients.arrive("a", Claim.plain("p", false), ROOMS, Duration.ZERO, older));
        Seat.Taken second = plain("a", ROOMS);
        await().until(() -> older.line.closes().equals(List.of(CloseCode.REPLACED.code())));
        assertThat(second.stillPresent()).isTrue();
        assertThat(clients.count(ROOMS)).isEqualTo(1);
        assertThat(leaveForGood("a", first, ROOMS)).isEqualTo(Left.REPLACED);
        assertThat(clients.find("a")).isNotNull();
        assertThat(clients.count(ROOMS)).isEqualTo(1);
        assertThat(leaveForGood("a", second, ROOMS)).isEqualTo(Left.GONE);
    }

    @Test
    void aClientThatGoesOnInAnotherDialectHasLeftTheFirst() {
        Seat.Taken first = plain("a", ROOMS);
        Seat.Taken second = plain("a", DEEPSTREAM);
        assertThat(second.stillPresent()).isFalse();
        assertThat(clients.count(ROOMS)).isZero();
        assertThat(clients.count(DEEPSTREAM)).isEqualTo(1);
        assertThat(leaveForGood("a", first, ROOMS)).isEqualTo(Left.GONE);
        assertThat(clients.count(DEEPSTREAM)).isEqualTo(1);
    }

    @Test
    void anIdThatIsSomebodyElsesIsRefused() {
        authentication = true;
        Seat.Taken owner = resuming("a", null);
        Seat refused = clients.arrive(
                "a", new Claim("q", true, null, false, false, true), ROOMS, TTL, connection());
        assertThat(refused)
                .isInstanceOfSatisfying(
                        Seat.Refused.class,
                        seat -> assertThat(seat.code()).isEqualTo(CloseCode.POLICY_VIOLATION));
        Seat guessed = clients.arrive("a", claim("guessed"), ROOMS, TTL, connection());
        assertThat(guessed).as("a fleet shares the principal").isInstanceOf(Seat.Refused.class);
        assertThat(resuming("a", token(owner)).restored()).isTrue();
    }

    @Test
    void aGuessedTokenRestoresNothing() {
        Seat.Taken owner = resuming("a", null);
        clients.joined("a", owner.generation(), "lobby", new Position("e", 3));
        leave("a", owner);
        Seat.Taken guessed = resuming("a", "guessed");
        assertThat(guessed.restored()).isFalse();
        assertThat(guessed.memberships()).isEmpty();
        assertThat(clients.ownerOf(token(owner))).isNull();
    }

    @Test
    void whenAllSessionsAreConnectedNoMoreAreTaken() {
        plain("a", ROOMS);
        plain("b", ROOMS);
        Seat.Taken away = resuming("c", null);
        Claim fourth = Claim.plain("p", false);
        assertThat(clients.arrive("d", fourth, ROOMS, Duration.ZERO, connection()))
                .isInstanceOfSatisfying(
                        Seat.Refused.class,
                        seat -> assertThat(seat.code()).isEqualTo(CloseCode.TRY_AGAIN_LATER));
        leave("c", away);
        plain("d", ROOMS);
        assertThat(clients.sessions()).isEqualTo(3);
        assertThat(clients.isReachable("c")).isFalse();
        assertThat(watched).containsExactly("gone c", "ended c");
    }

    @Test
    void whoIsBackWithinTheGraceNeverLeft() {
        Seat.Taken first = resuming("a", null);
        clients.joined("a", first.generation(), "lobby", new Position("e", 3));
        clients.handed("a", first.generation(), "lobby", new Position("e", 5));
        assertThat(leave("a", first)).isEqualTo(Left.AWAY);
        assertThat(clients.isReachable("a")).isTrue();
        assertThat(clients.reachable()).isEqualTo(1);
        assertThat(clients.count()).isZero();
        assertThat(clients.ownerOf(token(first))).isEqualTo("a");
        assertThat(clients.ownerOf("unknown")).isNull();
        Seat.Taken back = resuming("a", token(first));
        assertThat(back.restored()).isTrue();
        assertThat(back.stillPresent()).isTrue();
        assertThat(back.session()).isSameAs(first.session());
        assertThat(back.memberships()).containsExactly(Map.entry("lobby", new Position("e", 5)));
        assertThat(token(back)).isNotEqualTo(token(first));
        assertThat(watched).isEmpty();
    }

    @Test
    void anOlderConnectionChangesNothingOfANewerOnesSession() {
        Seat.Taken first = resuming("a", null);
        clients.joined("a", first.generation(), "lobby", new Position("e", 3));
        Seat.Taken second = resuming("a", token(first));
        clients.handed("a", first.generation(), "lobby", new Position("e", 9));
        clients.left("a", first.generation(), "lobby");
        clients.joined("a", first.generation(), "late", new Position("e", 1));
        clients.remember("a", first.generation(), new byte[] {1});
        assertThat(leave("a", first)).isEqualTo(Left.REPLACED);
        assertThat(clients.find("a")).isNotNull();
        leave("a", second);
        Seat.Taken third = resuming("a", token(second));
        assertThat(third.memberships()).containsExactly(Map.entry("lobby", new Position("e", 3)));
        assertThat(third.session().state()).isEmpty();
    }

    @Test
    void aTakeoverWithoutResumeEndsTheSessionAndKeepsTheIdReachable() {
        Seat.Taken first = resuming("a", null);
        Seat.Taken second = resuming("a", null);
        assertThat(second.restored()).isFalse();
        assertThat(second.stillPresent()).isTrue();
        assertThat(watched).containsExactly("ended a");
        assertThat(clients.isReachable("a")).isTrue();
        assertThat(first.session().generation()).isNotEqualTo(first.generation());
        assertThat(clients.ownerOf(token(first))).isNull();
        plain("a", ROOMS);
        assertThat(clients.isReachable("a")).as("it has no stream any more").isFalse();
    }

    @Test
    void aSessionThatEndsForGoodIsForgottenEverywhere() {
        Seat.Taken seat = resuming("a", null);
        assertThat(leaveForGood("a", seat, ROOMS)).isEqualTo(Left.GONE);
        assertThat(clients.isReachable("a")).isFalse();
        assertThat(watched).containsExactly("ended a");
        assertThat(store.log).containsExactly("remove a");
    }

    @Test
    void onlySessionsThatOutliveTheirConnectionAreStored() {
        int[] committed = new int[1];
        Outcome outcome = new Outcome() {
            @Override
            public void committed() {
                committed[0]++;
            }

            @Override
            public void failed(StoreException why) {
                throw new AssertionError(why);
            }
        };
        clients.commit(plain("a", ROOMS).session(), outcome);
        clients.commit(plain("b", DEEPSTREAM).session(), outcome);
        clients.commit(resuming("c", null).session(), outcome);
        assertThat(store.log).containsExactly("put b", "put c");
        store.durable = false;
        clients.commit(
                taken(clients.arrive("c", claim(null), ROOMS, TTL, connection()))
                        .session(),
                outcome);
        assertThat(store.log).containsExactly("put b", "put c", "remove c");
        assertThat(committed[0]).isEqualTo(4);
    }

    @Test
    void aConnectionThatWasReplacedWritesNothingOverItsSuccessorsSession() {
        Seat.Taken older = resuming("a", null);
        Seat.Taken newer = resuming("a", null);
        store.log.clear();
        clients.commit(older.session(), new Outcome() {
            @Override
            public void committed() {
                throw new AssertionError("it was told that its session is stored");
            }

            @Override
            public void failed(StoreException why) {
                throw new AssertionError(why);
            }
        });
        assertThat(store.log).isEmpty();
        assertThat(newer.session().number()).isNotEqualTo(older.session().number());
    }

    @Test
    void anIdWhoseMessageIsGoneIsNotKnownAnyMore() {
        Seat.Taken seat = resuming("a", null);
        seat.session().dedup().remember("kept", "lobby", 2);
        seat.session().dedup().remember("beyond the head", "lobby", 3);
        seat.session().dedup().remember("in no stream", "gone", 1);
        seat.session().dedup().remember("sent to a plain client", "", 0);
        Clients successor = clients();
        successor.restore(clients.records(), Map.of("lobby", 2L), (id, number) -> {});
        Seat.Taken back =
                taken(successor.arrive("a", claim(token(seat)), ROOMS, TTL, connection()));
        assertThat(back.session().dedup().toList())
                .extracting(SessionRecord.Seen::id)
                .containsExactly("kept", "sent to a plain client");
    }

    @Test
    void aSuccessorTakesSessionsOver() {
        Seat.Taken seat = resuming("a", null);
        clients.joined("a", seat.generation(), "lobby", new Position("e", 3));
        seat.session().dedup().remember("i", "lobby", 2);
        clients.stopClocks();
        List<SessionRecord> records = clients.records();
        Clients successor = clients();
        Map<String, Long> numbers = new HashMap<>();
        successor.restore(records, Map.of("lobby", 3L), numbers::put);
        assertThat(numbers).containsExactly(Map.entry("a", seat.session().number()));
        assertThat(successor.isReachable("a")).isTrue();
        assertThat(successor.count()).isZero();
        Seat.Taken back =
                taken(successor.arrive("a", claim(token(seat)), ROOMS, TTL, connection()));
        assertThat(back.restored()).isTrue();
        assertThat(back.memberships()).containsExactly(Map.entry("lobby", new Position("e", 3)));
        assertThat(back.session().dedup().find("i")).isNotNull();
        assertThat(back.generation()).isGreaterThan(seat.generation());
        Map<String, Long> again = new HashMap<>();
        successor.restore(records, Map.of(), again::put);
        assertThat(again).as("its id has a session already").isEmpty();
    }

    @Test
    void theLateEndOfAReplacedConnectionDoesNotSayThatItsSuccessorHasLeft() {
        Seat.Taken first = resuming("a", null);
        Seat.Taken second = resuming("a", token(first));
        assertThat(leave("a", second)).isEqualTo(Left.AWAY);
        // Its closing handshake was with a peer that is no longer there.
        assertThat(leave("a", first)).as("it may still be back in time").isEqualTo(Left.REPLACED);
        Seat.Taken third = plain("b", ROOMS);
        Seat.Taken fourth = plain("b", ROOMS);
        assertThat(leaveForGood("b", fourth, ROOMS)).isEqualTo(Left.GONE);
        assertThat(leaveForGood("b", third, ROOMS)).as("told once").isEqualTo(Left.REPLACED);
    }

    @Test
    void aClientThatWentOnInAnotherDialectHasLeftTheFirstThoughItIsGoneThereToo() {
        Seat.Taken first = plain("a", ROOMS);
        Seat.Taken second = plain("a", DEEPSTREAM);
        assertThat(leaveForGood("a", second, DEEPSTREAM)).isEqualTo(Left.GONE);
        assertThat(leaveForGood("a", first, ROOMS)).isEqualTo(Left.GONE);
    }
}
