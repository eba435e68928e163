package io.holdfast.server.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.protocol.session.Claim;
import io.holdfast.protocol.session.Session;
import io.holdfast.protocol.session.SessionTokens.Worth;
import io.holdfast.server.connection.Clients.Seat;
import io.holdfast.server.metrics.DialectName;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Session tokens of clients that stay connected. */
class ClientTokensTest {
    private static final Duration TTL = Duration.ofHours(1);

    private final TestServer server = new TestServer(Map.of());
    private final Clients clients = server.core.clients();
    private final TestConnection connection = new TestConnection(server);

    /** Requests that were answered, or cannot be. */
    private final AtomicInteger settled = new AtomicInteger();

    @AfterEach
    void stop() {
        server.close();
    }

    private Seat.Taken arrive(String id, @Nullable String token, TestConnection on) {
        Claim claim = new Claim("p", false, token, token != null, false, true);
        Seat seat = clients.arrive(id, claim, DialectName.BOT, TTL, on);
        assertThat(seat).isInstanceOf(Seat.Taken.class);
        return (Seat.Taken) seat;
    }

    /** Asks for a fresh token, having shown this one. */
    private void refresh(Session session, @Nullable String shown) {
        clients.refreshToken(session, shown, settled::incrementAndGet);
    }

    private static String token(Seat.Taken seat) {
        return Objects.requireNonNull(seat.token());
    }

    @Test
    void whoAsksIsGivenAFreshTokenThatIsGood() {
        Seat.Taken seat = arrive("a", null, connection);
        refresh(seat.session(), null);
        await().until(() -> connection.freshTokens.size() == 1);
        String fresh = connection.freshTokens.getFirst();
        assertThat(fresh).isNotEqualTo(token(seat));
        assertThat(clients.worth("a", fresh)).isEqualTo(Worth.GOOD);
        assertThat(arrive("a", fresh, new TestConnection(server)).restored()).isTrue();
    }

    @Test
    void theTokenThatItHadStaysGoodUntilTheFreshOneIsUsed() {
        Seat.Taken seat = arrive("a", null, connection);
        refresh(seat.session(), null);
        await().until(() -> connection.freshTokens.size() == 1);
        assertThat(clients.worth("a", token(seat))).isEqualTo(Worth.GOOD);
        arrive("a", connection.freshTokens.getFirst(), new TestConnection(server));
        assertThat(clients.worth("a", token(seat))).isNotEqualTo(Worth.GOOD);
    }

    @Test
    void theTokenThatItShowsStaysGoodHoweverManyAnswersItMisses() {
        Seat.Taken seat = arrive("a", null, connection);
        for (int asked = 1; asked <= 5; asked++) {
            refresh(seat.session(), token(seat));
            int answers = asked;
            await().until(() -> connection.freshTokens.size() == answers);
            assertThat(clients.worth("a", token(seat))).isEqualTo(Worth.GOOD);
        }
    }

    @Test
    void aRequestIsSettledOnceItsAnswerWasToldOrThereIsNone() {
        Seat.Taken older = arrive("a", null, connection);
        clients.refreshToken(
                older.session(), null, () -> settled.addAndGet(connection.freshTokens.size()));
        await().until(() -> settled.get() == 1);
        arrive("a", null, new TestConnection(server));
        refresh(older.session(), null);
        assertThat(settled).as("it has been replaced").hasValue(2);
    }

    @Test
    void aConnectionThatWasReplacedIsGivenNothing() {
        Seat.Taken older = arrive("a", null, connection);
        TestConnection next = new TestConnection(server);
        Seat.Taken newer = arrive("a", null, next);
        refresh(older.session(), null);
        refresh(newer.session(), null);
        await().until(() -> next.freshTokens.size() == 1);
        assertThat(connection.freshTokens).isEmpty();
    }

    @Test
    void whoDoesNotResumeIsGivenNothing() {
        Claim plain = Claim.plain("p", false);
        Seat.Taken seat =
                (Seat.Taken) clients.arrive("a", plain, DialectName.BOT, Duration.ZERO, connection);
        refresh(seat.session(), null);
        TestConnection other = new TestConnection(server);
        refresh(arrive("b", null, other).session(), null);
        await().until(() -> other.freshTokens.size() == 1);
        assertThat(connection.freshTokens).isEmpty();
    }

    @Test
    void aTokenIsWorthSomethingOnlyForItsOwnClient() {
        String token = token(arrive("a", null, connection));
        arrive("b", null, new TestConnection(server));
        assertThat(clients.worth("a", token)).isEqualTo(Worth.GOOD);
        assertThat(clients.worth("b", token)).isEqualTo(Worth.UNKNOWN);
        assertThat(clients.worth("nobody", token)).isEqualTo(Worth.UNKNOWN);
        assertThat(clients.worth("a", "guessed")).isEqualTo(Worth.UNKNOWN);
    }
}
