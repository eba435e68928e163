package io.holdfast.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.session.SessionTokens.Worth;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a session token is worth for a client id, as a client that stays connected asks. */
class TokenWorthTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long TOKEN_LIFE = 3_600 * SECOND;
    private static final Duration TTL = Duration.ofHours(3);

    private final SessionTable table = new SessionTable(
            () -> false, 10, () -> Duration.ofHours(1), Claims.random(1), (session, end) -> {});

    private String connect(String id) {
        ConnectResult result = table.connect(0, id, Claims.first("p"), "bot", TTL, 0);
        assertThat(result).isInstanceOf(ConnectResult.New.class);
        return Objects.requireNonNull(((ConnectResult.New) result).token());
    }

    @Test
    void itIsGoodForItsOwnClientUntilItsLifeEnds() {
        String token = connect("a");

        assertThat(table.worth("a", token, SECOND)).isEqualTo(Worth.GOOD);
        assertThat(table.worth("a", token, TOKEN_LIFE - 1)).isEqualTo(Worth.GOOD);
        assertThat(table.worth("a", token, TOKEN_LIFE)).isEqualTo(Worth.EXPIRED);
    }

    @Test
    void anotherClientsTokenIsWorthNothing() {
        String mine = connect("a");
        String theirs = connect("b");

        assertThat(table.worth("a", theirs, SECOND)).isEqualTo(Worth.UNKNOWN);
        assertThat(table.worth("b", mine, SECOND)).isEqualTo(Worth.UNKNOWN);
        assertThat(table.worth("b", theirs, SECOND)).isEqualTo(Worth.GOOD);
    }

    @Test
    void whereThereIsNoSessionNothingIsWorthAnything() {
        String token = connect("a");

        assertThat(table.worth("nobody", token, SECOND)).isEqualTo(Worth.UNKNOWN);
        assertThat(table.worth("a", "guessed", SECOND)).isEqualTo(Worth.UNKNOWN);
    }

    @Test
    void aClientThatDoesNotResumeHasNoToken() {
        table.connect(0, "plain", Claim.plain("p", false), "bot", TTL, 0);

        assertThat(table.worth("plain", "x".repeat(43), SECOND)).isEqualTo(Worth.UNKNOWN);
    }

    @Test
    void aSessionThatHasEndedTakesItsTokensAlong() {
        String token = connect("a");
        Session session = Objects.requireNonNull(table.find("a", 0));
        table.disconnect("a", session.generation(), Duration.ZERO, 0);

        assertThat(table.worth("a", token, TTL.toNanos() - 1)).isEqualTo(Worth.EXPIRED);
        assertThat(table.worth("a", token, TTL.toNanos())).isEqualTo(Worth.UNKNOWN);
    }

    @Test
    void theFreshTokenIsGoodAndSoIsTheOneThatItReplacesAsLongAsThatLives() {
        String first = connect("a");
        Session session = Objects.requireNonNull(table.find("a", 0));
        long later = 3_000 * SECOND;
        String fresh = Objects.requireNonNull(table.freshToken("a", session.generation(), later));

        assertThat(table.worth("a", fresh, later)).isEqualTo(Worth.GOOD);
        assertThat(table.worth("a", first, later)).isEqualTo(Worth.GOOD);
        assertThat(table.worth("a", first, TOKEN_LIFE)).isEqualTo(Worth.EXPIRED);
        assertThat(table.worth("a", fresh, TOKEN_LIFE)).isEqualTo(Worth.GOOD);
    }

    @Test
    void theTokenThatAClientAsksWithStaysGoodHoweverOftenItHasToAsk() {
        String held = connect("a");
        Session session = Objects.requireNonNull(table.find("a", 0));
        for (int asked = 0; asked < 5; asked++) {
            String fresh = Objects.requireNonNull(
                    table.freshToken("a", session.generation(), held, SECOND));
            assertThat(table.worth("a", held, SECOND)).isEqualTo(Worth.GOOD);
            assertThat(table.worth("a", fresh, SECOND)).isEqualTo(Worth.GOOD);
        }
    }

    @Test
    void theTokenBeforeTheOneThatAClientAsksWithIsGoodNoMore() {
        String first = connect("a");
        Session session = Objects.requireNonNull(table.find("a", 0));
        String second =
                Objects.requireNonNull(table.freshToken("a", session.generation(), first, SECOND));
        table.freshToken("a", session.generation(), second, SECOND);

        assertThat(table.worth("a", first, SECOND)).isNotEqualTo(Worth.GOOD);
        assertThat(table.worth("a", second, SECOND)).isEqualTo(Worth.GOOD);
    }
}
