package io.holdfast.protocol.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.CloseCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection that its dialect watches by itself. */
class ConnectionWithoutHeartbeatTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long YEAR = 365 * 86_400 * SECOND;
    private static final ConnectionSettings SETTINGS =
            ConnectionSettings.withoutHeartbeat(Duration.ofSeconds(10), Duration.ofSeconds(5));

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

    private static ConnectionLifecycle open(long nowNanos) {
        return ConnectionLifecycle.open(SETTINGS, nowNanos, new Random(1));
    }

    /** Clocks begin anywhere. */
    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE / 2, -1, 0, 1_000 * SECOND, Long.MAX_VALUE / 2})
    void itIsNeverPingedAndItsSilenceIsNoReasonToClose(long start) {
        ConnectionLifecycle connection = open(start);
        assertThat(connection.nextDeadlineNanos()).isEqualTo(ConnectionLifecycle.NEVER);
        connection.received(start + SECOND);
        for (long now : new long[] {start, start + 91 * SECOND, start + YEAR}) {
            connection.timer(now, out);
        }
        assertThat(outputs).isEmpty();
        assertThat(connection.isOpen()).isTrue();
        assertThat(connection.nextDeadlineNanos()).isEqualTo(ConnectionLifecycle.NEVER);
        assertThat(connection.lastTrafficNanos()).isEqualTo(start + SECOND);
    }

    @Test
    void aFirstMessageThatDoesNotComeClosesIt() {
        ConnectionLifecycle connection =
                ConnectionLifecycle.awaitingFirstMessage(SETTINGS, 0, new Random(1));
        assertThat(connection.nextDeadlineReason()).isEqualTo(ConnectionDeadline.FIRST_MESSAGE);
        assertThat(connection.nextDeadlineNanos()).isEqualTo(10 * SECOND);
        connection.timer(10 * SECOND - 1, out);
        assertThat(outputs).isEmpty();
        connection.timer(10 * SECOND, out);
        assertThat(outputs).containsExactly("close 1008 Authentication timeout");
    }

    @Test
    void withItsFirstMessageItHasNoDeadlineAnyMore() {
        ConnectionLifecycle connection =
                ConnectionLifecycle.awaitingFirstMessage(SETTINGS, 0, new Random(1));
        connection.authenticated();
        assertThat(connection.nextDeadlineNanos()).isEqualTo(ConnectionLifecycle.NEVER);
        connection.timer(YEAR, out);
        assertThat(outputs).isEmpty();
    }

    @Test
    void itEndsWithItsCredentials() {
        ConnectionLifecycle connection = open(0);
        connection.credentialsEnd(100 * SECOND);
        assertThat(connection.nextDeadlineReason()).isEqualTo(ConnectionDeadline.CREDENTIALS_END);
        assertThat(connection.nextDeadlineNanos()).isEqualTo(100 * SECOND);
        connection.timer(100 * SECOND - 1, out);
        assertThat(connection.isOpen()).isTrue();
        connection.timer(100 * SECOND, out);
        assertThat(outputs).containsExactly("close 4501 Token expired");
    }

    @Test
    void freshCredentialsTakeThePlaceOfThoseThatWouldEnd() {
        ConnectionLifecycle connection = open(0);
        connection.credentialsEnd(100 * SECOND);
        connection.credentialsEnd(200 * SECOND);
        connection.timer(100 * SECOND, out);
        assertThat(outputs).isEmpty();
        connection.credentialsEnd(ConnectionLifecycle.NEVER);
        connection.timer(YEAR, out);
        assertThat(outputs).isEmpty();
    }

    @Test
    void aPeerThatDoesNotFollowOurCloseIsCutAfterItsOwnGrace() {
        ConnectionLifecycle connection = open(0);
        connection.close(CloseCode.GOING_AWAY, "bye", 0, out);
        assertThat(connection.nextDeadlineNanos()).isEqualTo(5 * SECOND);
        connection.timer(5 * SECOND, out);
        assertThat(outputs).containsExactly("close 1001 bye", "cut");
    }
}
