package io.holdfast.server.dialect.bot;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.quality.Grade;
import io.holdfast.protocol.quality.QualitySnapshot;
import io.holdfast.server.connection.TestServer;
import io.holdfast.server.dialect.bot.Pulse.Due;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PulseTest {
    private static final long SECOND = 1_000_000_000L;

    private final TestServer server = new TestServer(Map.of(
            "bot.ping_interval", "30s", "bot.pong_timeout", "90s", "bot.read_idle_timeout", "20s"));
    private final BotDialect dialect = new BotDialect(server.core, server.loops.workers());
    private final Pulse pulse = pulse(1);
    private long now;

    @AfterEach
    void stop() {
        server.close();
    }

    private Pulse pulse(long seed) {
        return new Pulse(dialect, 0, new Random(seed));
    }

    private Due nextDeadline(boolean deaf, boolean midMessage) {
        now = pulse.nextDeadlineNanos();
        return pulse.timer(now, deaf, midMessage);
    }

    private long toFirstPing() {
        assertThat(nextDeadline(false, false)).isEqualTo(Due.PING);
        return now;
    }

    private long of(Grade grade) {
        String line = "holdfast_connection_quality{grade=\"" + grade.label() + "\"} ";
        String text = server.metrics.prometheusText();
        int at = text.indexOf(line) + line.length();
        return (long) Double.parseDouble(text.substring(at, text.indexOf('\n', at)));
    }

    @Test
    void itIsPingedAtARandomMomentFirstAndThenEveryInterval() {
        List<Long> firsts = new ArrayList<>();
        for (int seed = 0; seed < 50; seed++) {
            firsts.add(pulse(seed).nextDeadlineNanos());
        }
        assertThat(firsts).allMatch(first -> first >= SECOND && first <= 59 * SECOND);
        assertThat(firsts).doesNotHaveDuplicates();
        long first = toFirstPing();
        assertThat(pulse.pingId()).isEqualTo(1);
        pulse.pong(1, now + SECOND);
        assertThat(nextDeadline(false, false)).isEqualTo(Due.PING);
        assertThat(now - first).isEqualTo(30 * SECOND);
        assertThat(pulse.pingId()).isEqualTo(2);
    }

    @Test
    void withoutAPongItIsAZombieInTime() {
        long first = toFirstPing();
        assertThat(nextDeadline(false, false)).isEqualTo(Due.PING);
        assertThat(nextDeadline(false, false)).isEqualTo(Due.PING);
        assertThat(nextDeadline(false, false)).isEqualTo(Due.ZOMBIE);
        assertThat(now - first).isEqualTo(90 * SECOND);
    }

    @Test
    void otherBytesAreNoPong() {
        toFirstPing();
        Due due = Due.NOTHING;
        while (due != Due.ZOMBIE && now < 1_000 * SECOND) {
            pulse.bytesReceived(5, now);
            due = nextDeadline(false, false);
        }
        assertThat(due).isEqualTo(Due.ZOMBIE);
    }

    @Test
    void whileWeDoNotReadItIsNoZombieAndAsksForItsTimeAnewAfterwards() {
        toFirstPing();
        while (now < 2_000 * SECOND) {
            assertThat(nextDeadline(true, true)).isNotEqualTo(Due.ZOMBIE);
        }
        long readAgain = now;
        Due due = Due.NOTHING;
        while (due != Due.ZOMBIE) {
            due = nextDeadline(false, false);
        }
        assertThat(now - readAgain).isBetween(60 * SECOND, 90 * SECOND);
        assertThat(of(Grade.POOR)).isZero();
    }

    @Test
    void aMessageThatDoesNotGoOnIsFoundAfterTheIdleTime() {
        toFirstPing();
        pulse.pong(1, now);
        long begun = now + SECOND;
        assertThat(pulse.bytesReceived(5, begun)).as("a new deadline").isTrue();
        assertThat(pulse.nextDeadlineNanos()).isEqualTo(begun + 20 * SECOND);
        assertThat(nextDeadline(false, true)).isEqualTo(Due.HALF_A_MESSAGE);
        assertThat(now).isEqualTo(begun + 20 * SECOND);
    }

    @Test
    void aMessageThatGoesOnHasItsIdleTimeFromItsLastBytes() {
        toFirstPing();
        pulse.pong(1, now);
        long begun = now + SECOND;
        pulse.bytesReceived(5, begun);
        assertThat(pulse.bytesReceived(5, begun + 8 * SECOND)).isFalse();
        assertThat(nextDeadline(false, true)).isEqualTo(Due.NOTHING);
        assertThat(nextDeadline(false, true)).isEqualTo(Due.HALF_A_MESSAGE);
        assertThat(now).isEqualTo(begun + 28 * SECOND);
    }

    @Test
    void aWholeMessageIsNotWaitedFor() {
        toFirstPing();
        pulse.pong(1, now);
        pulse.bytesReceived(5, now);
        assertThat(nextDeadline(false, false)).isEqualTo(Due.NOTHING);
        assertThat(nextDeadline(false, true)).as("it has nothing to do before").isEqualTo(Due.PING);
        assertThat(pulse.bytesReceived(5, now)).as("and looks again now").isTrue();
    }

    @Test
    void whileWeDoNotReadNoMessageIsHalf() {
        toFirstPing();
        pulse.pong(1, now);
        pulse.bytesReceived(5, now);
        assertThat(nextDeadline(true, true)).isEqualTo(Due.NOTHING);
        long looked = now;
        Due due = Due.NOTHING;
        while (due != Due.HALF_A_MESSAGE && now < 1_000 * SECOND) {
            due = nextDeadline(false, true);
        }
        assertThat(now - looked).isEqualTo(20 * SECOND);
    }

    @Test
    void aPingThatIsDueGoesBeforeTheLookAtAHalfMessage() {
        toFirstPing();
        pulse.pong(1, now);
        long begun = now + 15 * SECOND;
        pulse.bytesReceived(5, begun);
        long late = begun + 21 * SECOND;
        assertThat(pulse.timer(late, false, true)).isEqualTo(Due.PING);
        assertThat(pulse.nextDeadlineNanos()).isLessThanOrEqualTo(late);
        assertThat(pulse.timer(late, false, true)).isEqualTo(Due.HALF_A_MESSAGE);
    }

    @Test
    void theGradesOfAllConnectionsAddUpAndGoBackToZero() {
        List<Pulse> pulses = new ArrayList<>(List.of(pulse));
        for (int seed = 2; seed < 10; seed++) {
            pulses.add(pulse(seed));
        }
        assertThat(of(Grade.GOOD)).isEqualTo(9);
        makePoor();
        assertThat(pulse.takesLowTraffic()).isFalse();
        assertThat(of(Grade.POOR)).isEqualTo(1);
        assertThat(of(Grade.GOOD) + of(Grade.FAIR) + of(Grade.POOR)).isEqualTo(9);
        pulses.forEach(Pulse::end);
        for (Grade grade : Grade.values()) {
            assertThat(of(grade)).as(grade.label()).isZero();
        }
    }

    private void makePoor() {
        while (requireNonNull(pulse.quality()).grade() != Grade.POOR) {
            assertThat(nextDeadline(false, false)).isEqualTo(Due.PING);
            pulse.pong(pulse.pingId(), now + 2 * SECOND);
        }
    }

    @Test
    void itRecoversAndTakesLowTrafficAgain() {
        makePoor();
        while (!pulse.takesLowTraffic() && now < 10_000 * SECOND) {
            nextDeadline(false, false);
            pulse.pong(pulse.pingId(), now + 1_000);
        }
        assertThat(pulse.takesLowTraffic()).isTrue();
        assertThat(of(Grade.POOR)).isZero();
        assertThat(of(Grade.FAIR) + of(Grade.GOOD)).isEqualTo(1);
    }

    @Test
    void itsQualityIsShownToOthersAtMostASecondLate() {
        assertThat(requireNonNull(pulse.quality()).bytesReceived()).isZero();
        pulse.bytesReceived(100, SECOND / 2);
        pulse.messageReceived();
        assertThat(requireNonNull(pulse.quality()).bytesReceived())
                .as("too soon")
                .isZero();
        pulse.messagesSent(3);
        pulse.bytesSent(40, 2 * SECOND);
        QualitySnapshot shown = requireNonNull(pulse.quality());
        assertThat(shown.bytesReceived()).isEqualTo(100);
        assertThat(shown.bytesSent()).isEqualTo(40);
        assertThat(shown.messagesReceived()).isEqualTo(1);
        assertThat(shown.messagesSent()).isEqualTo(3);
        assertThat(shown.lastActivityNanos()).isEqualTo(2 * SECOND);
    }

    @Test
    void aPongIsMeasuredAndAForeignOneIsNot() {
        toFirstPing();
        pulse.pong(7, now + SECOND);
        assertThat(requireNonNull(pulse.quality()).samples()).isZero();
        pulse.pong(1, now + SECOND);
        assertThat(requireNonNull(pulse.quality()).p50RttMicros()).isEqualTo(1_000_000);
        assertThat(server.metrics.prometheusText()).contains("holdfast_rtt_seconds_count 1");
    }
}
