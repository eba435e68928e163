package io.holdfast.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When the others hear that a client is gone. */
class PresenceGraceTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Duration TTL = Duration.ofMinutes(2);
    private static final Duration GRACE = Duration.ofSeconds(15);
    private static final Claim ALICE = new Claim("alice", true, null, true, true, true);

    private final List<String> heard = new ArrayList<>();
    private final SessionTable table = new SessionTable(
            () -> true,
            2,
            () -> Duration.ofHours(1),
            Claims.random(7),
            new SessionTable.Listener() {
                @Override
                public void ended(Session session, SessionTable.End end) {
                    heard.add(session.clientId() + " " + end);
                }

                @Override
                public void presenceOver(Session session) {
                    heard.add(session.clientId() + " left");
                }
            });

    private long begin(String id) {
        return ((ConnectResult.New) table.connect(0, id, ALICE, "rooms", TTL, 0)).generation();
    }

    private void leave(String id, Duration grace, long second) {
        Session session = table.find(id, second * SECOND);
        assertThat(session).isNotNull();
        table.disconnect(id, session.generation(), grace, second * SECOND);
    }

    private ConnectResult.Restored comeBack(long second) {
        return (ConnectResult.Restored) table.connect(0, "a", ALICE, "rooms", TTL, second * SECOND);
    }

    @Test
    void whoComesBackWithinTheGraceWasNeverGone() {
        begin("a");
        leave("a", GRACE, 0);

        assertThat(comeBack(14).stillPresent()).isTrue();
        table.expire(1_000 * SECOND);
        assertThat(heard).isEmpty();
    }

    @Test
    void whoIsAwayLongerHasLeftOnceAndIsNewToTheOthers() {
        begin("a");
        leave("a", GRACE, 0);
        assertThat(table.nextExpiryNanos()).hasValue(15 * SECOND);
        table.expire(15 * SECOND - 1);
        assertThat(heard).isEmpty();
        table.expire(15 * SECOND);
        table.expire(16 * SECOND);

        assertThat(heard).containsExactly("a left");
        assertThat(table.nextExpiryNanos()).hasValue(120 * SECOND);
        assertThat(comeBack(20).stillPresent()).isFalse();
    }

    @Test
    void eachLeavingHasItsOwnGrace() {
        begin("a");
        leave("a", GRACE, 0);
        comeBack(10);
        leave("a", GRACE, 10);
        table.expire(24 * SECOND);
        assertThat(heard).isEmpty();
        table.expire(25 * SECOND);

        assertThat(heard).containsExactly("a left");
    }

    @Test
    void withoutAGraceTheCallerTellsTheOthersItself() {
        begin("a");
        leave("a", Duration.ZERO, 0);

        assertThat(comeBack(1).stillPresent()).isFalse();
        assertThat(heard).isEmpty();
    }

    @Test
    void whoIsTakenOverWhileConnectedWasNeverGone() {
        begin("a");

        assertThat(comeBack(1).stillPresent()).isTrue();
    }

    @Test
    void anEmptySessionAfterAConnectedOneWasNeverGoneEither() {
        begin("a");
        var fresh = (ConnectResult.New)
                table.connect(0, "a", Claim.plain("alice", true), "rooms", TTL, SECOND);

        assertThat(fresh.stillPresent()).isTrue();
        assertThat(heard).containsExactly("a REPLACED");
    }

    @Test
    void anEmptySessionWithinTheGraceMakesTheOldOneLeaveFirst() {
        begin("a");
        leave("a", GRACE, 0);
        var fresh = (ConnectResult.New)
                table.connect(0, "a", Claim.plain("alice", true), "rooms", TTL, SECOND);

        assertThat(heard).containsExactly("a left", "a REPLACED");
        assertThat(fresh.stillPresent()).isFalse();
    }

    @Test
    void aSessionThatIsEvictedOrFinishedWithinTheGraceLeavesBeforeItEnds() {
        long a = begin("a");
        begin("b");
        leave("a", GRACE, 0);
        leave("b", GRACE, 1);
        table.connect(0, "c", ALICE, "rooms", TTL, 2 * SECOND);
        assertThat(heard).containsExactly("a left", "a EVICTED");
        assertThat(table.end("a", a)).isFalse();

        Session b = table.find("b", 2 * SECOND);
        assertThat(b).isNotNull();
        table.end("b", b.generation());
        assertThat(heard).containsExactly("a left", "a EVICTED", "b left", "b FINISHED");
    }

    @Test
    void aGraceLongerThanTheSessionEndsWithIt() {
        begin("a");
        leave("a", Duration.ofHours(1), 0);
        table.expire(120 * SECOND);

        assertThat(heard).containsExactly("a left", "a EXPIRED");
    }

    @Test
    void leavingAndEndingAreHeardInTheOrderOfTheirTimes() {
        begin("a");
        begin("b");
        leave("a", GRACE, 0);
        leave("b", GRACE, 110);
        table.expire(10_000 * SECOND);

        assertThat(heard).containsExactly("a left", "a EXPIRED", "b left", "b EXPIRED");
    }

    @Test
    void nobodyLeavesWhileClocksAreStopped() {
        begin("a");
        table.pause(0);
        leave("a", GRACE, 5);
        table.expire(5_000 * SECOND);
        table.resume(5_000 * SECOND);
        table.expire(5_015 * SECOND - 1);
        assertThat(heard).isEmpty();
        table.expire(5_015 * SECOND);

        assertThat(heard).containsExactly("a left");
    }
}
