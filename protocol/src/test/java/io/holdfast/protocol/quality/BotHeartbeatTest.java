package io.holdfast.protocol.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BotHeartbeatTest {
    private static final long SECOND = 1_000_000_000L;

    private final List<String> events = new ArrayList<>();
    private final ConnectionQuality quality = new ConnectionQuality(0);
    private final BotHeartbeat heartbeat =
            new BotHeartbeat(HeartbeatSettings.DEFAULT, quality, 0, new Random(1));
    private long now;
    private long firstPing;

    private final HeartbeatOutputs out = new HeartbeatOutputs() {
        @Override
        public void sendPing(long id) {
            events.add("ping " + id + " at " + (now - firstPing) / SECOND);
        }

        @Override
        public void zombie(long waitedNanos) {
            events.add("zombie after " + waitedNanos / SECOND);
        }
    };

    @BeforeEach
    void goToTheFirstPing() {
        firstPing = heartbeat.nextDeadlineNanos();
        now = firstPing;
        heartbeat.timer(now, out);
    }

    private void nextDeadline() {
        now = heartbeat.nextDeadlineNanos();
        heartbeat.timer(now, out);
    }

    /** Answers each ping after a time, until as many were answered. */
    private void answer(int pings, long rttNanos) {
        for (int answered = 0; answered < pings; nextDeadline()) {
            if (heartbeat.pong(lastPing(), now + rttNanos)) {
                answered++;
            }
        }
    }

    private long lastPing() {
        return Long.parseLong(events.getLast().split(" ", -1)[1]);
    }

    @Test
    void theFirstPingComesAfterARandom1To59SecondsSpreadEvenly() {
        Random random = new Random(5);
        int[] bySecond = new int[60];
        for (int i = 0; i < 59_000; i++) {
            long first = new BotHeartbeat(HeartbeatSettings.DEFAULT, quality, 100, random)
                    .nextDeadlineNanos();
            assertThat(first - 100).isBetween(SECOND, 59 * SECOND);
            bySecond[(int) ((first - 101) / SECOND)]++;
        }
        for (int second = 1; second < 59; second++) {
            assertThat(bySecond[second]).as("in second %d", second).isBetween(850, 1_200);
        }
    }

    @Test
    void thenAPingGoesEveryThirtySecondsWithTheNextId() {
        for (int i = 1; i <= 3; i++) {
            heartbeat.pong(i, now);
            nextDeadline();
        }
        assertThat(events)
                .containsExactly("ping 1 at 0", "ping 2 at 30", "ping 3 at 60", "ping 4 at 90");
    }

    @Test
    void withoutAPongForNinetySecondsItIsAZombie() {
        while (heartbeat.nextDeadlineNanos() != BotHeartbeat.NEVER) {
            nextDeadline();
        }
        assertThat(now - firstPing).isEqualTo(90 * SECOND);
        assertThat(events)
                .containsExactly("ping 1 at 0", "ping 2 at 30", "ping 3 at 60", "zombie after 90");
        assertThat(heartbeat.isZombie()).isTrue();
    }

    @Test
    void aZombieHearsAndDoesNothingAnyMore() {
        while (!heartbeat.isZombie()) {
            nextDeadline();
        }
        int count = events.size();
        heartbeat.timer(now + 1_000 * SECOND, out);

        assertThat(heartbeat.pong(1, now)).isFalse();
        assertThat(events).hasSize(count);
    }

    @Test
    void aPoorConnectionHas180SecondsAndIsAskedEvery15() {
        answer(3, 2 * SECOND);
        assertThat(quality.grade()).isEqualTo(Grade.POOR);
        heartbeat.pong(lastPing(), now + 1);
        nextDeadline();
        long silentSince = now;
        int pings = events.size();
        while (!heartbeat.isZombie()) {
            nextDeadline();
        }

        assertThat(now - silentSince).isEqualTo(180 * SECOND);
        assertThat(events.getLast()).isEqualTo("zombie after 180");
        assertThat(events.size() - pings).as("11 more pings and the end").isEqualTo(12);
    }

    @Test
    void lostPongsMakeAConnectionPoorButDoNotProlongTheSilenceThatTheyAre() {
        HeartbeatSettings often =
                HeartbeatSettings.of(Duration.ofSeconds(10), Duration.ofSeconds(90));
        BotHeartbeat dying = new BotHeartbeat(often, quality, 0, new Random(2));
        long silentSince = dying.nextDeadlineNanos();
        while (!dying.isZombie()) {
            now = dying.nextDeadlineNanos();
            dying.timer(now, out);
        }

        assertThat(quality.grade()).isEqualTo(Grade.POOR);
        assertThat(now - silentSince).isEqualTo(90 * SECOND);
    }

    @Test
    void whenThePongComesItIsAskedInTheOldRhythmAgain() {
        answer(3, 2 * SECOND);
        answer(20, SECOND / 100);
        assertThat(quality.grade()).isEqualTo(Grade.GOOD);
        heartbeat.pong(lastPing(), now);
        long before = now;
        nextDeadline();
        assertThat(now - before).isEqualTo(30 * SECOND);
    }

    @Test
    void roundTripTimeIsFromOurPingToItsPong() {
        heartbeat.pong(1, now + 45_000_000);
        assertThat(quality.snapshot().p50RttMicros()).isEqualTo(45_000);
    }

    @Test
    void aLatePongShowsThatThePeerLivesAndItsPingIsLostAllTheSame() {
        nextDeadline();
        nextDeadline();
        now = firstPing + 89 * SECOND;
        assertThat(heartbeat.pong(1, now)).isTrue();

        assertThat(quality.snapshot().lostPongs()).isEqualTo(1.0);
        assertThat(quality.snapshot().p50RttMicros()).isEqualTo(89_000_000);
        assertThat(heartbeat.waiting()).isEqualTo(2);
        while (!heartbeat.isZombie()) {
            nextDeadline();
        }
        assertThat(now - firstPing).as("the second ping's time").isEqualTo(120 * SECOND);
    }

    @Test
    void doubledPassedOverAndForeignPongsAreHarmless() {
        nextDeadline();
        assertThat(heartbeat.pong(2, now + 5)).isTrue();
        QualitySnapshot shown = quality.snapshot();

        for (long id : new long[] {2, 1, 0, -1, 3, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertThat(heartbeat.pong(id, now + 10)).as("pong %d", id).isFalse();
        }
        assertThat(quality.snapshot()).isEqualTo(shown);
        assertThat(heartbeat.waiting()).isZero();
    }

    @Test
    void aLateTimerMakesNoBurstOfPings() {
        heartbeat.pong(1, now);
        now += 1_000 * SECOND;
        heartbeat.timer(now, out);
        heartbeat.timer(now, out);

        assertThat(events).hasSize(2);
        assertThat(heartbeat.nextDeadlineNanos()).isEqualTo(now + 30 * SECOND);
    }

    @Test
    void noMoreThanSixteenPingsWaitForTheirPongs() {
        HeartbeatSettings patient =
                HeartbeatSettings.of(Duration.ofSeconds(1), Duration.ofSeconds(90));
        BotHeartbeat asking = new BotHeartbeat(patient, quality, 0, new Random(2));
        long silentSince = asking.nextDeadlineNanos();
        while (!asking.isZombie()) {
            now = asking.nextDeadlineNanos();
            asking.timer(now, out);
            assertThat(asking.waiting()).isLessThanOrEqualTo(16);
        }
        assertThat(asking.waiting()).isEqualTo(16);
        assertThat(now - silentSince).isEqualTo(90 * SECOND);
    }

    @Test
    void impossibleTimesAreRefused() {
        assertThatThrownBy(
                        () -> HeartbeatSettings.of(Duration.ofSeconds(30), Duration.ofSeconds(30)))
                .hasMessageContaining("not over the ping interval");
        assertThatThrownBy(() -> HeartbeatSettings.of(Duration.ZERO, Duration.ofSeconds(30)))
                .hasMessageContaining("positive interval");
    }
}
