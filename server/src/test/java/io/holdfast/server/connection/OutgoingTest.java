package io.holdfast.server.connection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.outbox.Outbox;
import io.holdfast.protocol.outbox.Priority;
import io.holdfast.server.metrics.Counter;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a connection sends to a peer that does not keep up. */
class OutgoingTest {
    private static final long NEVER = Outbox.NEVER;
    private static final long HOUR = 3_600_000_000_000L;

    private final TestServer server =
            new TestServer(Map.of("limits.message_size", "32KiB", "limits.outbox_limit", "64KiB"));
    private final TestConnection connection = new TestConnection(server);

    @AfterEach
    void stop() {
        server.close();
    }

    private boolean send(Priority priority, String text, long usefulNanos) {
        byte[] bytes = ("?" + text).getBytes(UTF_8);
        return server.onLoop(() -> connection.send(priority, bytes, 1, bytes.length, usefulNanos));
    }

    private void stall() {
        server.onLoop(() -> {
            connection.line.stall();
            return true;
        });
    }

    private void readAll() {
        server.onLoop(() -> {
            connection.line.readAll();
            return true;
        });
    }

    /** Until the clock of the loop, which stands still during a turn, has moved on. */
    private void awaitTheNextMoment() {
        long before = server.onLoop(() -> server.loop().nowNanos());
        await().until(() -> server.onLoop(() -> server.loop().nowNanos()) > before);
    }

    private void end() {
        server.onLoop(() -> {
            connection.lost(null);
            return true;
        });
    }

    @Test
    void whileThePeerKeepsUpEverythingGoesAtOnce() {
        assertThat(send(Priority.LOW, "low", 1)).isTrue();
        assertThat(send(Priority.HIGH, "high", NEVER)).isTrue();
        assertThat(connection.line.texts()).containsExactly("low", "high");
    }

    @Test
    void whatWaitsGoesByPriorityOnceThereIsRoom() {
        stall();
        send(Priority.LOW, "low", NEVER);
        send(Priority.NORMAL, "normal", NEVER);
        send(Priority.HIGH, "high 1", NEVER);
        send(Priority.CRITICAL, "critical", NEVER);
        send(Priority.HIGH, "high 2", NEVER);
        assertThat(connection.line.texts()).isEmpty();
        readAll();
        assertThat(connection.line.texts())
                .containsExactly("critical", "high 1", "high 2", "normal", "low");
    }

    @Test
    void aMessageThatIsOfNoUseAnyMoreIsNotSentAndIsCounted() {
        stall();
        send(Priority.CRITICAL, "short-lived", 1);
        send(Priority.CRITICAL, "long-lived", HOUR);
        send(Priority.HIGH, "for ever", NEVER);
        awaitTheNextMoment();
        readAll();
        assertThat(connection.line.texts()).containsExactly("long-lived", "for ever");
        end();
        assertThat(server.metrics.total(Counter.OUTBOX_DROPPED)).isEqualTo(1);
    }

    @Test
    void whatCameTooLateIsNotSentBeforeACloseEither() {
        stall();
        send(Priority.CRITICAL, "short-lived", 1);
        send(Priority.HIGH, "for ever", NEVER);
        awaitTheNextMoment();
        server.onLoop(() -> {
            connection.close(CloseCode.GOING_AWAY, "bye");
            return true;
        });
        assertThat(connection.line.texts()).containsExactly("for ever");
        assertThat(connection.line.closes()).containsExactly(CloseCode.GOING_AWAY.code());
    }

    @Test
    void lowTrafficIsNotSentToWhoDoesNotTakeItNow() {
        connection.takesLow = false;
        assertThat(send(Priority.LOW, "statistics", NEVER)).isTrue();
        send(Priority.NORMAL, "message", NEVER);
        assertThat(connection.line.texts()).containsExactly("message");
        assertThat(server.metrics.total(Counter.OUTBOX_DROPPED)).isEqualTo(1);
        connection.takesLow = true;
        send(Priority.LOW, "statistics", NEVER);
        assertThat(connection.line.texts()).containsExactly("message", "statistics");
    }

    @Test
    void lowTrafficIsDroppedBeforeAnythingElseIs() {
        stall();
        send(Priority.LOW, "l".repeat(60_000), NEVER);
        assertThat(send(Priority.HIGH, "h".repeat(60_000), NEVER)).isTrue();
        readAll();
        assertThat(connection.line.texts()).containsExactly("h".repeat(60_000));
        end();
        assertThat(server.metrics.total(Counter.OUTBOX_DROPPED)).isEqualTo(1);
    }

    @Test
    void whoLetsTooMuchPileUpIsClosed() {
        stall();
        assertThat(send(Priority.HIGH, "h".repeat(60_000), NEVER)).isTrue();
        assertThat(send(Priority.HIGH, "h".repeat(60_000), NEVER)).isFalse();
        assertThat(connection.line.closes()).containsExactly(CloseCode.SLOW_CONSUMER.code());
        assertThat(send(Priority.CRITICAL, "too late", NEVER)).isFalse();
        assertThat(server.metrics.total(Counter.SLOW_CONSUMERS)).isEqualTo(1);
    }
}
