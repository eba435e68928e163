package io.holdfast.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.Limits;
import io.holdfast.protocol.stream.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionTableTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Duration TTL = Duration.ofMinutes(2);
    private static final Duration TOKEN_TTL = Duration.ofHours(1);
    private static final Claim FIRST = Claim.plain("alice", false);
    /** Restored by identity; tokens have tests of their own. */
    private static final Claim RESUME = new Claim("alice", true, null, true, true, false);

    private final List<String> ends = new ArrayList<>();
    private final SessionTable table = table(3);
    private boolean authenticationOn = true;

    private SessionTable table(int max) {
        return new SessionTable(
                () -> authenticationOn,
                max,
                () -> TOKEN_TTL,
                Claims.random(1),
                (session, end) -> ends.add(session.clientId() + " " + end));
    }

    private long connect(String id, long second) {
        ConnectResult result = table.connect(0, id, FIRST, "rooms", TTL, second * SECOND);
        assertThat(result).isInstanceOf(ConnectResult.New.class);
        return ((ConnectResult.New) result).generation();
    }

    @Test
    void authenticationThatIsSwitchedOnLaterCountsFromThenOn() {
        Claim stranger = Claim.plain("mallory", true);
        authenticationOn = false;
        connect("a", 0);
        authenticationOn = true;
        assertThat(table.connect(0, "a", stranger, "rooms", TTL, SECOND))
                .isInstanceOf(ConnectResult.Refused.class);
    }

    @Test
    void whatWasSaidOnAnOlderConnectionDoesNotTakeTheIdFromTheNewerOne() {
        ConnectResult.New newer =
                (ConnectResult.New) table.connect(2, "a", RESUME, "rooms", TTL, 0);
        assertThat(table.connect(1, "a", RESUME, "rooms", TTL, SECOND))
                .isInstanceOf(ConnectResult.Outdated.class);
        assertThat(table.write("a", newer.generation(), new byte[1])).isTrue();

        table.disconnect("a", newer.generation(), Duration.ZERO, 2 * SECOND);
        assertThat(table.connect(1, "a", RESUME, "rooms", TTL, 3 * SECOND))
                .as("nobody is thrown out any more")
                .isInstanceOf(ConnectResult.Restored.class);
        assertThat(table.connect(0, "a", RESUME, "rooms", TTL, 4 * SECOND))
                .isInstanceOf(ConnectResult.Outdated.class);
    }

    @Test
    void anOlderConnectionOfAStrangerIsRefusedAsSuch() {
        table.connect(2, "a", RESUME, "rooms", TTL, 0);
        assertThat(table.connect(1, "a", Claim.plain("mallory", true), "rooms", TTL, SECOND))
                .isInstanceOf(ConnectResult.Refused.class);
    }

    @Test
    void aSessionOutlivesItsConnectionByItsTimeToLive() {
        long generation = connect("a", 0);
        table.disconnect("a", generation, Duration.ZERO, 10 * SECOND);
        assertThat(table.nextExpiryNanos()).hasValue(130 * SECOND);

        assertThat(table.find("a", 130 * SECOND - 1)).isNotNull();
        assertThat(table.find("a", 130 * SECOND)).isNull();
        assertThat(ends).containsExactly("a EXPIRED");
    }

    @Test
    void aSessionThatComesBackInTimeIsRestoredUnderAHigherGeneration() {
        long first = connect("a", 0);
        table.write("a", first, new byte[] {1, 2});
        table.disconnect("a", first, Duration.ZERO, 0);
        ConnectResult result = table.connect(0, "a", RESUME, "rooms", TTL, 60 * SECOND);

        var restored = (ConnectResult.Restored) result;
        assertThat(restored.generation()).isGreaterThan(first);
        assertThat(restored.replaced()).isEmpty();
        assertThat(restored.session().state()).containsExactly(1, 2);
        table.expire(10_000 * SECOND);
        assertThat(table.size()).as("connected sessions do not expire").isEqualTo(1);
    }

    @Test
    void aTakeoverNamesTheGenerationToCloseAndFencesIt() {
        long first = connect("a", 0);
        var restored = (ConnectResult.Restored) table.connect(0, "a", RESUME, "rooms", TTL, SECOND);

        assertThat(restored.replaced()).hasValue(first);
        assertThat(table.write("a", first, new byte[] {9})).isFalse();
        assertThat(table.disconnect("a", first, Duration.ZERO, SECOND)).isFalse();
        assertThat(table.end("a", first)).isFalse();
        assertThat(restored.session().state()).isEmpty();
        assertThat(table.write("a", restored.generation(), new byte[] {9})).isTrue();
    }

    @Test
    void aTakeoverWithoutResumeBeginsAnEmptySession() {
        long first = connect("a", 0);
        table.write("a", first, new byte[] {1});
        Claim noResume = Claim.plain("alice", true);
        var fresh = (ConnectResult.New) table.connect(0, "a", noResume, "rooms", TTL, SECOND);

        assertThat(fresh.replaced()).hasValue(first);
        assertThat(fresh.session().state()).isEmpty();
        assertThat(ends).containsExactly("a REPLACED");
    }

    @Test
    void anotherDialectDoesNotRestoreTheSession() {
        long first = connect("a", 0);
        table.disconnect("a", first, Duration.ZERO, 0);

        assertThat(table.connect(0, "a", RESUME, "deepstream", TTL, 0))
                .isInstanceOf(ConnectResult.New.class);
    }

    @Test
    void somebodyElsesIdIsRefusedAndItsOwnerNoticesNothing() {
        long first = connect("a", 0);
        Claim mallory = new Claim("mallory", true, null, true, true, true);

        assertThat(table.connect(0, "a", mallory, "rooms", TTL, 0))
                .isEqualTo(new ConnectResult.Refused());
        assertThat(table.write("a", first, new byte[1])).isTrue();
    }

    @Test
    void aFullTableDropsWhoHasBeenAwayLongest() {
        long a = connect("a", 0);
        long b = connect("b", 0);
        connect("c", 0);
        table.disconnect("b", b, Duration.ZERO, SECOND);
        table.disconnect("a", a, Duration.ZERO, 2 * SECOND);
        connect("d", 3);

        assertThat(ends).containsExactly("b EVICTED");
        assertThat(table.find("a", 3 * SECOND)).isNotNull();
    }

    @Test
    void aTableFullOfConnectedClientsRefusesMore() {
        List.of("a", "b", "c").forEach(id -> connect(id, 0));

        assertThat(table.connect(0, "d", FIRST, "rooms", TTL, 0))
                .isEqualTo(new ConnectResult.Full(3));
        assertThat(table.connect(0, "a", RESUME, "rooms", TTL, 0))
                .isInstanceOf(ConnectResult.Restored.class);
        assertThat(ends).isEmpty();
    }

    @Test
    void clocksThatAreStoppedTakeNoTimeFromAnySession() {
        long a = connect("a", 0);
        table.disconnect("a", a, Duration.ZERO, 0);
        table.pause(100 * SECOND);
        table.pause(101 * SECOND);
        table.expire(5_000 * SECOND);
        assertThat(table.nextExpiryNanos()).isEmpty();
        Session session = table.find("a", 5_000 * SECOND);
        assertThat(session).isNotNull();
        assertThat(table.remainingNanos(session, 5_000 * SECOND)).isEqualTo(20 * SECOND);

        table.resume(2_000 * SECOND);
        table.resume(2_001 * SECOND);
        assertThat(table.nextExpiryNanos()).hasValue(2_020 * SECOND);
        assertThat(table.find("a", 2_019 * SECOND)).isNotNull();
        assertThat(table.find("a", 2_020 * SECOND)).isNull();
    }

    @Test
    void whoLeavesWhileClocksAreStoppedKeepsItsWholeTime() {
        long a = connect("a", 0);
        table.pause(10 * SECOND);
        table.disconnect("a", a, Duration.ZERO, 500 * SECOND);
        table.resume(1_000 * SECOND);

        assertThat(table.nextExpiryNanos()).hasValue(1_120 * SECOND);
    }

    @Test
    void aFinishedClientLeavesNoSession() {
        assertThat(table.end("a", connect("a", 0))).isTrue();

        assertThat(table.size()).isZero();
        assertThat(ends).containsExactly("a FINISHED");
    }

    @Test
    void aStateThatIsTooLargeIsRefusedWithTheLimit() {
        long a = connect("a", 0);
        byte[] large = new byte[Limits.MAX_SESSION_STATE_BYTES + 1];

        assertThatThrownBy(() -> table.write("a", a, large)).hasMessageContaining("at most 65536");
    }

    @Test
    void aReplacedSessionIsFencedForWhoStillHoldsIt() {
        connect("a", 0);
        Session old = find("a");
        long before = old.generation();
        table.connect(0, "a", Claim.plain("alice", true), "rooms", TTL, SECOND);

        assertThat(old.generation()).isGreaterThan(before);
        assertThat(find("a")).isNotSameAs(old);
        assertThat(find("a").generation()).isGreaterThan(old.generation());
    }

    @Test
    void everySessionHasANumberOfItsOwnEvenUnderTheSameId() {
        long first = connect("a", 0);
        long number = find("a").number();
        table.end("a", first);
        connect("a", 1);

        assertThat(find("a").number()).isNotEqualTo(number).isBetween(0L, (1L << 53) - 1);
    }

    @Test
    void twoTablesGiveDifferentNumbers() {
        SessionTable other =
                new SessionTable(() -> true, 3, () -> TOKEN_TTL, Claims.random(2), (s, e) -> {});
        connect("a", 0);
        other.connect(0, "a", FIRST, "rooms", TTL, 0);
        Session there = other.find("a", 0);

        assertThat(there).isNotNull();
        assertThat(there.number()).isNotEqualTo(find("a").number());
    }

    @Test
    void membershipsAreInTheOrderOfJoiningAndPositionsOnlyRiseUnderOneEpoch() {
        long a = connect("a", 0);
        table.joined("a", a, "lobby", new Position("e1", 4));
        table.joined("a", a, "attic", new Position("e2", 0));
        table.joined("a", a, "cellar", new Position("e3", 9));
        table.handed("a", a, "lobby", new Position("e1", 7));
        table.handed("a", a, "lobby", new Position("e1", 6));
        table.handed("a", a, "nowhere", new Position("e1", 6));
        table.handed("a", a, "cellar", new Position("e4", 2));
        table.left("a", a, "attic");

        assertThat(find("a").memberships())
                .containsExactly(
                        Map.entry("lobby", new Position("e1", 7)),
                        Map.entry("cellar", new Position("e4", 2)));
    }

    @Test
    void whoIsFencedChangesNoMembership() {
        long first = connect("a", 0);
        table.joined("a", first, "lobby", new Position("e1", 4));
        table.connect(0, "a", RESUME, "rooms", TTL, 0);

        assertThat(table.joined("a", first, "attic", new Position("e2", 0))).isFalse();
        assertThat(table.left("a", first, "lobby")).isFalse();
        assertThat(table.handed("a", first, "lobby", new Position("e", 99))).isFalse();
        assertThat(find("a").memberships())
                .containsExactly(Map.entry("lobby", new Position("e1", 4)));
    }

    @Test
    void membershipsThatWereReadDoNotChangeUnderTheReader() {
        long a = connect("a", 0);
        table.joined("a", a, "lobby", new Position("e1", 4));
        Map<String, Position> before = find("a").memberships();
        table.handed("a", a, "lobby", new Position("e1", 5));

        assertThat(before).containsValue(new Position("e1", 4));
        assertThatThrownBy(before::clear).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void aSessionBelongsToABoundedNumberOfStreams() {
        long a = connect("a", 0);
        for (int i = 0; i < Limits.MAX_MEMBERSHIPS; i++) {
            table.joined("a", a, "room" + i, new Position("e", 0));
        }

        assertThat(table.joined("a", a, "room7", new Position("e", 1))).isTrue();
        assertThatThrownBy(() -> table.joined("a", a, "another", new Position("e", 0)))
                .hasMessageContaining("10240 streams");
    }

    @Test
    void aSessionThatDoesNotResumeHasNothingThatResumingNeeds() {
        connect("a", 0);

        assertThat(find("a").resumable()).isFalse();
        assertThat(find("a").tokens()).isNull();
        assertThat(find("a").dedupIfAny()).isNull();
        assertThat(find("a").memberships()).isEmpty();
        assertThat(table.tokenCount()).isZero();
    }

    @Test
    void theDedupWindowIsOneForAllConnectionsOfASession() {
        connect("a", 0);
        find("a").dedup().remember("m1", "lobby", 3);
        table.connect(0, "a", RESUME, "rooms", TTL, 0);

        assertThat(find("a").dedup().find("m1"))
                .isEqualTo(new SessionRecord.Seen("m1", "lobby", 3));
    }

    private Session find(String id) {
        Session session = table.find(id, 0);
        if (session == null) {
            throw new AssertionError("No session for " + id);
        }
        return session;
    }
}
