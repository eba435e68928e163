package io.holdfast.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who has a personal stream, through the life of its session. */
class ReachableTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Duration TTL = Duration.ofMinutes(2);

    /** What is reachable whenever a session ends. */
    private final List<Integer> whenOneEnds = new ArrayList<>();

    private final SessionTable table = newTable(10);

    private SessionTable newTable(int maxSessions) {
        return new SessionTable(
                () -> false,
                maxSessions,
                () -> Duration.ofHours(1),
                Claims.random(5),
                (session, end) -> whenOneEnds.add(reachable()));
    }

    private int reachable() {
        return table.reachable().size();
    }

    private Session come(Claim claim, long second) {
        ConnectResult result = table.connect(0, "a", claim, "rooms", TTL, second * SECOND);
        return switch (result) {
            case ConnectResult.New fresh -> fresh.session();
            case ConnectResult.Restored restored -> restored.session();
            default -> throw new AssertionError(result);
        };
    }

    private void leave(Session session, long second) {
        table.disconnect("a", session.generation(), Duration.ZERO, second * SECOND);
    }

    @Test
    void whoSpeaksResumeIsReachableWhileItsSessionLasts() {
        assertThat(table.reachable().contains("a")).isFalse();
        Session session = come(Claims.first("alice"), 0);
        assertThat(table.reachable().contains("a")).isTrue();
        leave(session, 1);
        assertThat(table.reachable().contains("a")).as("away").isTrue();

        table.expire(122 * SECOND);
        assertThat(table.reachable().contains("a")).as("over").isFalse();
        assertThat(whenOneEnds).as("the listener finds it done").containsExactly(0);
    }

    @Test
    void whoDoesNotSpeakResumeIsNot() {
        come(Claim.plain("alice", false), 0);

        assertThat(reachable()).isZero();
    }

    @Test
    void aPlainConnectionThatTakesTheIdTakesThePersonalStreamAway() {
        come(Claims.first("alice"), 0);
        come(Claim.plain("alice", false), 1);

        assertThat(table.reachable().contains("a")).isFalse();
    }

    @Test
    void whoIsReplacedByOneThatSpeaksResumeIsReachableAllTheTime() {
        come(Claims.first("alice"), 0);
        come(Claims.first("alice"), 1);

        assertThat(table.reachable().contains("a")).isTrue();
        assertThat(whenOneEnds).as("while the first one ends").containsExactly(1);
    }

    @Test
    void whoSaysGoodbyeIsNotReachable() {
        Session session = come(Claims.first("alice"), 0);
        table.end("a", session.generation());

        assertThat(reachable()).isZero();
    }

    @Test
    void whoIsTakenOverFromAnotherProcessIsReachable() {
        SessionTable other = newTable(10);
        other.restore(table.record(come(Claims.first("alice"), 0), true, 0), 0);

        assertThat(other.reachable().contains("a")).isTrue();
    }
}
