package io.holdfast.protocol.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our own pause is not the peer's fault; a silence of the peer's is. */
class HeartbeatExcuseTest {
    private static final long SECOND = 1_000_000_000L;

    private final ConnectionQuality quality = new ConnectionQuality(0);
    private final BotHeartbeat heartbeat =
            new BotHeartbeat(HeartbeatSettings.DEFAULT, quality, 0, new Random(1));
    private long now;
    private long lastPing;
    private int zombies;

    private final HeartbeatOutputs out = new HeartbeatOutputs() {
        @Override
        public void sendPing(long id) {
            lastPing = id;
        }

        @Override
        public void zombie(long waitedNanos) {
            zombies++;
        }
    };

    @BeforeEach
    void goToTheFirstPing() {
        timerIsLate(0);
    }

    private void timerIsLate(long nanos) {
        now = heartbeat.nextDeadlineNanos() + nanos;
        heartbeat.timer(now, out);
    }

    @Test
    void aTimerThatIsLateByAWholeIntervalExcusesThePingsThatWait() {
        timerIsLate(1_000 * SECOND);
        assertThat(zombies).isZero();
        assertThat(lastPing).as("asked again at once").isEqualTo(2);
        assertThat(heartbeat.waiting()).isEqualTo(1);
        assertThat(quality.snapshot().pings())
                .as("nothing is known of the first")
                .isZero();
    }

    @Test
    void afterThatThePeerHasTheWholeTimeAgainAndNoMore() {
        timerIsLate(1_000 * SECOND);
        long asked = now;
        while (!heartbeat.isZombie()) {
            timerIsLate(0);
        }
        assertThat(now - asked).isEqualTo(90 * SECOND);
        assertThat(zombies).isEqualTo(1);
    }

    @Test
    void aTimerThatIsLateByLessExcusesNothing() {
        timerIsLate(0);
        timerIsLate(0);
        timerIsLate(30 * SECOND - 1);
        assertThat(zombies).isEqualTo(1);
    }

    @Test
    void anExcusedPingIsNeitherLostNorAnswered() {
        heartbeat.excuse();
        assertThat(heartbeat.waiting()).isZero();
        assertThat(heartbeat.pong(1, now + SECOND)).isFalse();
        timerIsLate(0);
        assertThat(quality.snapshot().pings()).isZero();
        assertThat(quality.snapshot().samples()).isZero();
    }

    @Test
    void whoIsExcusedAgainAndAgainIsNoZombieHoweverLongThatTakes() {
        for (int i = 0; i < 100; i++) {
            heartbeat.excuse();
            timerIsLate(0);
        }
        assertThat(zombies).isZero();
        assertThat(quality.grade()).isEqualTo(Grade.GOOD);
        assertThat(lastPing).isEqualTo(101);
    }

    @Test
    void itKnowsHowLongTheLastPongTook() {
        assertThat(heartbeat.rttNanos()).isZero();
        heartbeat.pong(1, now + 45);
        assertThat(heartbeat.rttNanos()).isEqualTo(45);
        heartbeat.pong(1, now + 99);
        assertThat(heartbeat.rttNanos()).as("a doubled one").isEqualTo(45);
    }

    /** A peer that answers in a second all that it is asked, and a process that stops at random. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void whoAnswersEveryPingIsNeverAZombieHoweverLongWePause(long seed) {
        Random random = new Random(seed);
        int pauses = 0;
        for (int step = 0; step < 20_000; step++) {
            boolean paused = random.nextInt(4) == 0;
            // The pongs of what was asked before a pause are read after the timer that is late.
            if (!paused) {
                heartbeat.pong(lastPing, Math.max(now, now + SECOND));
            }
            pauses += paused ? 1 : 0;
            timerIsLate(paused ? 30 * SECOND + random.nextLong(10_000 * SECOND) : 0);
            assertThat(zombies).as("seed %d step %d", seed, step).isZero();
        }
        assertThat(pauses).isGreaterThan(1_000);
        assertThat(quality.snapshot().lostPongs()).as("seed %d", seed).isZero();
    }
}
