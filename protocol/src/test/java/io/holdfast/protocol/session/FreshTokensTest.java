package io.holdfast.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.session.FreshTokens.Fresh;
import io.holdfast.protocol.session.SessionTokens.Worth;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** From the making of a fresh token to its telling, with a store that may fail. */
class FreshTokensTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Duration TTL = Duration.ofMinutes(2);
    /** Of a token that lives for an hour: "at 80 % of it the server sends a fresh one". */
    private static final long DUE = 2_880 * SECOND;

    private final SessionTable table = new SessionTable(
            () -> true, 10, () -> Duration.ofHours(1), Claims.random(5), (s, e) -> {});
    private final Map<String, String> connections = new HashMap<>();
    private final FreshTokens<String> tokens = new FreshTokens<>(table, connections::get);

    private Session come(String clientId) {
        connections.put(clientId, "connection of " + clientId);
        var seat = (ConnectResult.New)
                table.connect(0, clientId, Claims.first("alice"), "rooms", TTL, 0);
        return seat.session();
    }

    private Fresh<String> ask(Session session) {
        return Objects.requireNonNull(tokens.asked(session, null, SECOND));
    }

    @Test
    void aTokenThatHasGrownOldIsReplacedAndToldOnceCommitted() {
        Session session = come("a");
        assertThat(tokens.due(DUE - 1)).isEmpty();

        List<Fresh<String>> due = tokens.due(DUE);

        assertThat(due).singleElement().satisfies(fresh -> {
            assertThat(fresh.connection()).isEqualTo("connection of a");
            assertThat(fresh.session()).isSameAs(session);
            assertThat(table.worth("a", fresh.token(), DUE)).isEqualTo(Worth.GOOD);
            assertThat(tokens.committed(fresh)).as("told").isTrue();
        });
        assertThat(tokens.untold()).isZero();
        assertThat(tokens.due(DUE)).as("nothing is due twice").isEmpty();
    }

    @Test
    void aTokenWhoseCommitFailedIsNotToldButCommittedAgain() {
        come("a");
        Fresh<String> fresh = tokens.due(DUE).getFirst();
        assertThat(tokens.due(DUE + SECOND)).as("while its commit is under way").isEmpty();
        tokens.failed(fresh);
        assertThat(tokens.untold()).isEqualTo(1);

        assertThat(tokens.due(DUE + SECOND)).containsExactly(fresh);
        tokens.failed(fresh);
        assertThat(tokens.due(DUE + 2 * SECOND)).containsExactly(fresh);
        assertThat(tokens.committed(fresh)).isTrue();
        assertThat(tokens.due(DUE + 3 * SECOND)).isEmpty();
    }

    @Test
    void whoAsksWhileItsCommitsFailIsToldTheNewestAlone() {
        Session session = come("a");
        Fresh<String> first = ask(session);
        tokens.failed(first);
        Fresh<String> second = ask(session);
        tokens.failed(second);

        assertThat(tokens.untold()).as("one for each session").isEqualTo(1);
        assertThat(tokens.due(SECOND)).containsExactly(second);
        assertThat(tokens.committed(second)).isTrue();
    }

    @Test
    void twoThatAreCommittedInOrderAreToldInOrder() {
        Session session = come("a");
        Fresh<String> first = ask(session);
        Fresh<String> second = ask(session);

        assertThat(tokens.committed(first)).isTrue();
        assertThat(tokens.committed(second)).isTrue();
    }

    @Test
    void anOlderTokenIsNeverToldAfterANewerOne() {
        Session session = come("a");
        Fresh<String> first = ask(session);
        Fresh<String> second = ask(session);
        assertThat(tokens.committed(second)).isTrue();

        assertThat(tokens.committed(first)).isFalse();
        tokens.failed(first);
        assertThat(tokens.due(SECOND)).isEmpty();
    }

    @Test
    void nothingIsKeptForWhoHasGoneOrWasReplaced() {
        Session gone = come("gone");
        Session replaced = come("replaced");
        Fresh<String> one = ask(gone);
        Fresh<String> two = ask(replaced);
        tokens.failed(one);
        tokens.failed(two);
        table.disconnect("gone", gone.generation(), Duration.ZERO, SECOND);
        table.connect(1, "replaced", Claims.resume("alice", two.token()), "rooms", TTL, SECOND);

        assertThat(tokens.due(SECOND)).isEmpty();
        assertThat(tokens.untold()).isZero();
        assertThat(tokens.committed(two)).as("told to a connection that is old").isFalse();
    }

    @Test
    void whoIsAwayOrHasNoTokenIsGivenNone() {
        Session away = come("away");
        table.disconnect("away", away.generation(), Duration.ZERO, SECOND);
        assertThat(tokens.asked(away, null, SECOND)).isNull();

        connections.put("plain", "connection of plain");
        var plain = (ConnectResult.New)
                table.connect(0, "plain", Claim.plain("alice", true), "rooms", TTL, 0);
        assertThat(tokens.asked(plain.session(), null, SECOND)).isNull();
        assertThat(tokens.untold()).isZero();
    }

    @Test
    void nobodyIsGivenATokenWithoutAConnectionToTellItOn() {
        Session session = come("a");
        connections.clear();

        assertThat(tokens.asked(session, null, SECOND)).isNull();
        assertThat(tokens.due(DUE)).isEmpty();
    }

    @Test
    void aTokenIsNeverPrinted() {
        Fresh<String> fresh = ask(come("a"));

        assertThat(fresh.toString()).contains("a").doesNotContain(fresh.token());
    }
}
