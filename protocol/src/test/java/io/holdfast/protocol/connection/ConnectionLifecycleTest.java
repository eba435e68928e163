package io.holdfast.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.connection.ConnectionState.AwaitingFirstMessage;
import io.holdfast.protocol.connection.ConnectionState.Closed;
import io.holdfast.protocol.connection.ConnectionState.Closing;
import io.holdfast.protocol.connection.ConnectionState.Open;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionLifecycleTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = 1_000 * SECOND;

    private final List<String> outputs = new ArrayList<>();
    private final ConnectionOutputs out = new ConnectionOutputs() {
        @Override
        public void sendPing() {
            outputs.add("ping");
        }

        @Override
        public void sendClose(int code, String reason) {
            outputs.add("close " + code + " " + reason);
        }

        @Override
        public void finish() {
            outputs.add("finish");
        }

        @Override
        public void cut() {
            outputs.add("cut");
        }
    };

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    private static ConnectionLifecycle awaiting() {
        return ConnectionLifecycle.awaitingFirstMessage(
                ConnectionSettings.DEFAULT, START, random(1));
    }

    private static ConnectionLifecycle open() {
        return ConnectionLifecycle.open(ConnectionSettings.DEFAULT, START, random(1));
    }

    /** Fires the timer at each of its deadlines up to the given second after the start. */
    private void runTo(ConnectionLifecycle connection, long second) {
        while (connection.nextDeadlineNanos() <= START + second * SECOND) {
            connection.timer(connection.nextDeadlineNanos(), out);
        }
    }

    @Test
    void aFirstMessageThatDoesNotComeIsClosedWith1008() {
        ConnectionLifecycle connection = awaiting();
        assertThat(connection.nextDeadlineReason()).isEqualTo(ConnectionDeadline.FIRST_MESSAGE);
        runTo(connection, 9);
        assertThat(outputs).isEmpty();
        runTo(connection, 10);

        assertThat(outputs).containsExactly("close 1008 Authentication timeout");
    }

    @Test
    void trafficThatIsNotAnAcceptedFirstMessageBuysNoTime() {
        ConnectionLifecycle connection = awaiting();
        connection.received(START + 9 * SECOND);
        runTo(connection, 10);

        assertThat(connection.state()).isInstanceOf(Closing.class);
    }

    @Test
    void anAcceptedFirstMessageOpensTheConnection() {
        ConnectionLifecycle connection = awaiting();
        connection.authenticated();
        connection.authenticated();
        runTo(connection, 11);

        assertThat(connection.isOpen()).isTrue();
        assertThat(outputs).doesNotContain("close 1008 Authentication timeout");
    }

    @Test
    void aConnectionEndsWithTheCredentialsThatOpenedIt() {
        ConnectionLifecycle connection = open();
        connection.credentialsEnd(START + 5 * SECOND);
        connection.received(START + 4 * SECOND);
        runTo(connection, 4);
        assertThat(connection.isOpen()).isTrue();
        runTo(connection, 5);

        assertThat(outputs).endsWith("close 4501 Token expired");
    }

    @Test
    void pingsGoOutEveryThirtySeconds() {
        ConnectionLifecycle connection = open();
        long first = connection.nextDeadlineNanos();
        List<Long> times = new ArrayList<>();
        while (times.size() < 5) {
            long now = connection.nextDeadlineNanos();
            connection.received(now);
            connection.timer(now, out);
            times.add(now);
        }

        assertThat(outputs).containsOnly("ping").hasSize(5);
        assertThat(times)
                .containsExactlyElementsOf(
                        Stream.iterate(first, t -> t + 30 * SECOND).limit(5).toList());
    }

    @Test
    void theFirstPingsOfManyConnectionsSpreadOverTheInterval() {
        RandomGenerator random = random(5);
        int[] perSecond = new int[30];
        for (int i = 0; i < 30_000; i++) {
            var connection = ConnectionLifecycle.open(ConnectionSettings.DEFAULT, START, random);
            perSecond[(int) ((connection.nextDeadlineNanos() - START - 1) / SECOND)]++;
        }

        assertThat(perSecond)
                .as("seed 5")
                .matches(counts -> IntStream.of(counts).allMatch(n -> n > 800 && n < 1_200));
    }

    @Test
    void ninetySecondsOfSilenceCloseWith4100() {
        ConnectionLifecycle connection = open();
        runTo(connection, 89);
        assertThat(outputs).containsOnly("ping").hasSizeBetween(2, 3);
        runTo(connection, 90);

        assertThat(outputs).last().isEqualTo("close 4100 Ping timeout");
    }

    @Test
    void anyTrafficCountsAgainstSilence() {
        ConnectionLifecycle connection = open();
        runTo(connection, 80);
        connection.received(START + 80 * SECOND);
        runTo(connection, 169);
        assertThat(connection.isOpen()).isTrue();
        runTo(connection, 170);

        assertThat(connection.state()).isInstanceOf(Closing.class);
        assertThat(connection.lastTrafficNanos()).isEqualTo(START + 80 * SECOND);
    }

    @Test
    void whenOurOwnTimerSleptThePeerGetsOneMoreInterval() {
        ConnectionLifecycle connection = open();
        connection.timer(START + 500 * SECOND, out);
        assertThat(outputs).as("a single ping for all missed").containsExactly("ping");

        runTo(connection, 529);
        assertThat(connection.isOpen()).isTrue();
        runTo(connection, 530);
        assertThat(outputs).last().isEqualTo("close 4100 Ping timeout");
    }

    @Test
    void afterOurCloseThePeerHasTwoSecondsThenItIsCut() {
        ConnectionLifecycle connection = open();
        connection.close(CloseCode.GOING_AWAY, "bye", START, out);
        assertThat(connection.state()).isEqualTo(new Closing(1001, "bye", START + 2 * SECOND));
        assertThat(connection.nextDeadlineReason()).isEqualTo(ConnectionDeadline.CLOSE_GRACE);
        runTo(connection, 1);
        assertThat(outputs).containsExactly("close 1001 bye");
        runTo(connection, 2);

        assertThat(outputs).containsExactly("close 1001 bye", "cut");
        assertThat(connection.state()).isInstanceOf(Closed.class);
        assertThat(connection.nextDeadlineNanos()).isEqualTo(ConnectionLifecycle.NEVER);
    }

    @Test
    void thePeersAnswerToOurCloseFinishesTheConnection() {
        ConnectionLifecycle connection = open();
        connection.close(CloseCode.NORMAL, "done", START, out);
        connection.peerClosed(1000, START + SECOND, out);
        connection.transportClosed();

        assertThat(outputs).containsExactly("close 1000 done", "finish");
        assertThat(connection.state()).isInstanceOf(Closed.class);
    }

    @ParameterizedTest
    @CsvSource({"1000, 1000", "1001, 1001", "4000, 4000", "1005, 1000", "1006, 1000", "7, 1000"})
    void aPeersCloseIsEchoedButNeverWithACodeNobodyMaySend(int received, int echoed) {
        ConnectionLifecycle connection = open();
        connection.peerClosed(received, START, out);

        assertThat(outputs).containsExactly("close " + echoed + " ", "finish");
    }

    @Test
    void aPeerThatClosesAndThenDoesNotReadIsCutToo() {
        ConnectionLifecycle connection = open();
        connection.peerClosed(1000, START, out);
        runTo(connection, 2);

        assertThat(outputs).last().isEqualTo("cut");
    }

    @Test
    void theFirstCloseWinsAndLateInputsDoNothing() {
        ConnectionLifecycle connection = open();
        connection.close(CloseCode.SLOW_CONSUMER, "Slow consumer", START, out);
        connection.close(CloseCode.GOING_AWAY, "bye", START + 1, out);
        connection.transportClosed();
        connection.transportClosed();
        connection.close(CloseCode.GOING_AWAY, "bye", START + 2, out);
        connection.peerClosed(1000, START + 3, out);
        connection.timer(START + 1_000 * SECOND, out);
        connection.authenticated();

        assertThat(outputs).containsExactly("close 4101 Slow consumer");
        assertThat(connection.nextDeadlineReason()).isEqualTo(ConnectionDeadline.NONE);
    }

    @Test
    void aTransportThatBreaksClosesFromEveryState() {
        ConnectionLifecycle waiting = awaiting();
        assertThat(waiting.state()).isEqualTo(new AwaitingFirstMessage(START + 10 * SECOND));
        waiting.transportClosed();
        ConnectionLifecycle opened = open();
        assertThat(opened.state()).isEqualTo(new Open());
        opened.transportClosed();

        assertThat(waiting.state()).isEqualTo(opened.state());
        assertThat(outputs).isEmpty();
    }

    @Test
    void anIdleConnectionsMachineHasAtMostEightyBytesOfFields() {
        int bytes = 16;
        for (Field field : ConnectionLifecycle.class.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                bytes += 8;
            }
        }
        assertThat(bytes).isLessThanOrEqualTo(80);
    }

    @Test
    void settingsThatNoPeerCouldMeetAreRefused() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> ConnectionSettings.of(second, second, second, second))
                .hasMessageContaining("not over the ping interval");
        assertThatThrownBy(() ->
                        ConnectionSettings.of(Duration.ZERO, second, second.plusNanos(1), second))
                .hasMessageContaining("expected positive");
    }
}
