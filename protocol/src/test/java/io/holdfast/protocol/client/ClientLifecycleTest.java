package io.holdfast.protocol.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.breaker.BreakerSettings;
import io.holdfast.protocol.reconnect.Ending;
import io.holdfast.protocol.reconnect.Preset;
import io.holdfast.protocol.reconnect.ServerAdvice;
import io.holdfast.protocol.reconnect.StopCause;
import io.holdfast.protocol.reconnect.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the test vectors of module conformance do not show: what is asked of it, and its advice. */
class ClientLifecycleTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = 1_000 * SECOND;

    private final List<String> outputs = new ArrayList<>();
    private final ClientLifecycle client = new ClientLifecycle(
            ClientSettings.of(Preset.BOT.policy()),
            RandomGeneratorFactory.of("L64X128MixRandom").create(1));
    private final ClientOutputs out = new ClientOutputs() {
        @Override
        public void connect(long connection, @Nullable Target target) {
            outputs.add("connect " + connection + (target == null ? "" : " " + target.host()));
        }

        @Override
        public void askHealth(long connection, @Nullable Target target) {
            outputs.add("health " + connection);
        }

        @Override
        public void sendPing() {
            outputs.add("ping");
        }

        @Override
        public void close(int code, String reason) {
            outputs.add("close " + code);
        }

        @Override
        public void cut() {
            outputs.add("cut");
        }

        @Override
        public void report(ClientEvent event) {
            outputs.add(event.keyword());
        }

        @Override
        public void openBeside(long connection, Target target) {
            outputs.add("open beside " + connection + " " + target.host());
        }

        @Override
        public void cutBeside() {
            outputs.add("cut beside");
        }

        @Override
        public void replace(boolean firstIsGone) {
            outputs.add("replace " + firstIsGone);
        }

        @Override
        public void circuit(String state, String reason) {
            outputs.add("circuit " + state + ": " + reason);
        }
    };

    private void connectAt(long second) {
        client.start(START, out);
        client.opened(1, START);
        client.welcomed(1, START + second * SECOND, out);
        outputs.clear();
    }

    @Test
    void aConnectionIsStableAfterTenSecondsAndItsAttemptsAreForgotten() {
        client.start(START, out);
        client.ended(1, new Ending.Refused(""), START, out);
        client.timer(client.nextDeadlineNanos(), out);
        long up = START + 5 * SECOND;
        client.opened(2, up);
        client.welcomed(2, up, out);

        assertThat(client.isStable(up + 10 * SECOND - 1)).isFalse();
        assertThat(client.attempts(up + 10 * SECOND - 1)).isEqualTo(1);
        assertThat(client.isStable(up + 10 * SECOND)).isTrue();
        assertThat(client.attempts(up + 10 * SECOND)).isZero();
    }

    @Test
    void whoeverIsSentElsewhereGoesThereAtOnceWhenAStableConnectionEndsEarly() {
        connectAt(0);
        Target b = new Target("b", 9000);
        client.advised(new ServerAdvice(null, b), START + 20 * SECOND, out);
        client.ended(1, new Ending.Closed(1006, ""), START + 32 * SECOND, out);

        assertThat(client.state())
                .isEqualTo(new ClientState.Waiting(b, false, START + 32 * SECOND));
        client.timer(START + 32 * SECOND, out);
        assertThat(outputs).endsWith("connect 2 b");
    }

    @Test
    void aTargetStaysKnownWhenLaterAdviceNamesNone() {
        connectAt(0);
        Target b = new Target("b", 9000);
        client.advised(new ServerAdvice(null, b), START + 20 * SECOND, out);
        client.advised(ServerAdvice.after(Duration.ofSeconds(7)), START + 21 * SECOND, out);
        client.ended(1, new Ending.Closed(1001, ""), START + 22 * SECOND, out);

        assertThat(client.state()).isEqualTo(new ClientState.Waiting(b, true, START + 29 * SECOND));
    }

    @ParameterizedTest
    @CsvSource({"1000, WAITING", "1001, WAITING", "1005, WAITING", "1006, WAITING", "4500, CLOSED"})
    void whoeverLeavesAsToldComesBackUnlessTheServerSaysOtherwise(int code, String then) {
        connectAt(0);
        client.advised(ServerAdvice.after(Duration.ofSeconds(7)), START + 20 * SECOND, out);
        client.leave(START + 20 * SECOND, out);
        client.ended(1, new Ending.Closed(code, ""), START + 21 * SECOND, out);

        if (then.equals("CLOSED")) {
            assertThat(client.state()).isEqualTo(new ClientState.Closed(StopCause.REPLACED));
        } else {
            assertThat(client.nextDeadlineNanos()).isEqualTo(START + 28 * SECOND);
        }
    }

    @Test
    void aServerThatDoesNotLetAClientLeaveIsCutAfterTwoSeconds() {
        connectAt(0);
        client.advised(ServerAdvice.after(Duration.ofSeconds(7)), START + 20 * SECOND, out);
        client.leave(START + 20 * SECOND, out);
        client.timer(START + 22 * SECOND, out);

        assertThat(outputs)
                .containsExactly(
                        "[SHUTDOWN]", "close 1000", "cut", "[DISCONNECTED]", "[RECONNECTING]");
        assertThat(client.nextDeadlineNanos()).isEqualTo(START + 29 * SECOND);
    }

    private void movesAt(long second) {
        connectAt(0);
        Target there = new Target("there", 1);
        client.advised(new ServerAdvice(null, there), START + second * SECOND, out);
        client.move(START + second * SECOND, out);
        assertThat(outputs).containsExactly("[SHUTDOWN]", "open beside 2 there");
        outputs.clear();
    }

    @Test
    void aMoveKeepsTheOldConnectionUntilTheNewOneIsWelcomed() {
        movesAt(20);
        assertThat(client.phase()).isEqualTo(Phase.CONNECTED);
        client.opened(2, START + 21 * SECOND);
        assertThat(outputs).isEmpty();
        client.welcomed(2, START + 22 * SECOND, out);

        assertThat(outputs).containsExactly("replace false");
        assertThat(client.state()).isInstanceOf(ClientState.Connected.class);
        client.ended(1, new Ending.Closed(4500, ""), START + 22 * SECOND, out);
        assertThat(client.phase()).as("the old one is nobody's").isEqualTo(Phase.CONNECTED);
        outputs.clear();
        client.ended(2, new Ending.Closed(1006, ""), START + 40 * SECOND, out);
        client.timer(client.nextDeadlineNanos(), out);
        assertThat(outputs).endsWith("connect 3 there");
    }

    @Test
    void aMoveThatFailsLeavesTheConnectionAsItIs() {
        movesAt(20);
        client.ended(2, new Ending.Refused(""), START + 21 * SECOND, out);
        assertThat(outputs).isEmpty();
        assertThat(client.state()).isInstanceOf(ClientState.Connected.class);
        assertThat(client.nextDeadlineReason()).isEqualTo(ClientDeadline.PING);
    }

    @Test
    void aMoveThatTakesTooLongIsGivenUp() {
        movesAt(15);
        assertThat(client.nextDeadlineReason()).isEqualTo(ClientDeadline.OPEN);
        client.timer(START + 25 * SECOND, out);
        assertThat(outputs).containsExactly("[TIMEOUT]", "cut beside");
        assertThat(client.phase()).isEqualTo(Phase.CONNECTED);
    }

    @Test
    void whenTheOldConnectionEndsFirstTheNewOneGoesOn() {
        movesAt(20);
        client.ended(1, new Ending.Closed(4102, "there:1"), START + 21 * SECOND, out);
        assertThat(outputs).containsExactly("[DISCONNECTED]", "replace true", "[RECONNECTING]");
        assertThat(client.phase()).isEqualTo(Phase.CONNECTING);
        client.opened(2, START + 22 * SECOND);
        client.welcomed(2, START + 22 * SECOND, out);
        assertThat(client.phase()).isEqualTo(Phase.CONNECTED);
    }

    @Test
    void theReplacementThatAnOldServerSpeaksOfIsTheClientItself() {
        movesAt(20);
        client.opened(2, START + 21 * SECOND);
        client.ended(1, new Ending.Closed(4500, ""), START + 21 * SECOND, out);
        assertThat(outputs).containsExactly("[DISCONNECTED]", "replace true", "[RECONNECTING]");
        assertThat(client.awaitsWelcome(2)).isTrue();
    }

    @Test
    void whoIsReplacedByAStrangerWhileMovingStaysAway() {
        movesAt(20);
        client.ended(1, new Ending.Closed(4500, ""), START + 21 * SECOND, out);
        assertThat(outputs).containsExactly("cut beside", "[DISCONNECTED]", "[DISCONNECTED]");
        assertThat(client.state()).isEqualTo(new ClientState.Closed(StopCause.REPLACED));
    }

    @Test
    void theCircuitIsToldWhenItOpensAndWhenItTriesAgain() {
        ClientLifecycle careful = new ClientLifecycle(
                ClientSettings.of(Preset.FEED.policy().withBreaker(BreakerSettings.DEFAULT)),
                RandomGeneratorFactory.of("L64X128MixRandom").create(1));
        careful.start(START, out);
        long now = START;
        for (int connection = 1; connection <= 5; connection++) {
            careful.ended(connection, new Ending.Refused(""), now, out);
            now = careful.nextDeadlineNanos();
            careful.timer(now, out);
        }
        assertThat(outputs)
                .filteredOn(output -> output.startsWith("circuit"))
                .containsExactly(
                        "circuit open: 5 failures in a row", "circuit half_open: a trial call");
    }

    @Test
    void anExpiredTokenBringsOnlyThoseBackWhoCanGetAFreshOne() {
        ClientLifecycle fresh = new ClientLifecycle(
                ClientSettings.of(Preset.FEED.policy().withFreshTokens()),
                RandomGeneratorFactory.of("L64X128MixRandom").create(1));
        for (ClientLifecycle one : List.of(client, fresh)) {
            one.start(START, out);
            one.ended(1, new Ending.Closed(4501, ""), START, out);
        }
        assertThat(client.phase()).isEqualTo(Phase.CLOSED);
        assertThat(fresh.nextDeadlineReason()).isEqualTo(ClientDeadline.RETRY);
    }

    @Test
    void missedPingsAreSentAsOneAndThePhaseIsKept() {
        connectAt(0);
        client.received(START + 60 * SECOND);
        client.timer(START + 100 * SECOND, out);

        assertThat(outputs).containsExactly("ping");
        assertThat(client.nextDeadlineNanos()).isEqualTo(START + 120 * SECOND);
        assertThat(client.nextDeadlineReason()).isEqualTo(ClientDeadline.PING);
        client.timer(START + 120 * SECOND, out);
        assertThat(client.nextDeadlineReason()).isEqualTo(ClientDeadline.SILENCE);
    }

    @Test
    void aHintThatTheNetworkIsBackTriesTheConnectionWithAPing() {
        connectAt(0);
        client.online(START + 10 * SECOND, out);

        assertThat(outputs).containsExactly("ping");
        assertThat(client.nextDeadlineNanos()).isEqualTo(START + 40 * SECOND);
    }

    @Test
    void eachStateWaitsForItsOwnDeadline() {
        assertThat(client.nextDeadlineReason()).isEqualTo(ClientDeadline.NONE);
        client.start(START, out);
        assertThat(client.nextDeadlineReason()).isEqualTo(ClientDeadline.OPEN);
        client.opened(1, START);
        assertThat(client.nextDeadlineReason()).isEqualTo(ClientDeadline.WELCOME);
        client.ended(1, new Ending.Refused(""), START, out);
        assertThat(client.nextDeadlineReason()).isEqualTo(ClientDeadline.RETRY);
    }

    @ParameterizedTest
    @CsvSource({
        "200, ok, OK",
        "200, shutting_down, SHUTTING_DOWN",
        "200, starting, SHUTTING_DOWN",
        "200, sunny, OTHER",
        "200, , OTHER",
        "404, , OTHER",
        "503, , SHUTTING_DOWN",
        "503, ok, SHUTTING_DOWN"
    })
    void healthIsReadFromItsStatusAndItsPage(int http, String says, HealthAnswer expected) {
        assertThat(HealthAnswer.of(http, says)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "unauthorized, 1008",
        "token_expired, 4501",
        "replaced, 4500",
        "blocked, 1013",
        "too_many_connections, 1013",
        "overloaded, 1013",
        "too_large, 1009",
        "invalid_utf8, 1007",
        "protocol_error, 1002",
        "internal_error, 1011",
        "slow_consumer, 4101",
        "closed_by_operator, 4502",
        "timeout, 4100"
    })
    void aBotsLastErrorStandsForACloseCode(String error, int code) {
        assertThat(BotErrors.endingOf(error, "why")).isEqualTo(new Ending.Closed(code, "why"));
    }

    @Test
    void anErrorThatAnswersARequestEndsNothing() {
        assertThat(BotErrors.endingOf("rate_limited", "")).isNull();
        assertThat(BotErrors.endingOf("bad_message", "")).isNull();
        assertThat(BotErrors.endingOf("some_day", "")).isNull();
    }

    @Test
    void settingsUnderWhichEveryConnectionWouldBeDeadAreRefused() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new ClientSettings(
                        Preset.BOT.policy(), second, second, second, second, second, null))
                .hasMessageContaining("raise the silence");
        assertThatThrownBy(() -> new ClientSettings(
                        Preset.BOT.policy(), Duration.ZERO, second, second, second, second, null))
                .hasMessageContaining("more than 0");
    }
}
