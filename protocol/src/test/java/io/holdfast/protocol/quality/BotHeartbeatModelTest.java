package io.holdfast.protocol.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random peers, some of them hostile, against a map of the pings that wait for a pong. */
class BotHeartbeatModelTest {
    private static final int STEPS = 60_000;
    private static final HeartbeatSettings SETTINGS = new HeartbeatSettings(300, 900, 10, 590);

    private final TreeMap<Long, Long> waiting = new TreeMap<>();
    private long now;
    private int zombies;
    private int answers;
    private int excused;
    private long asked;
    private boolean over;
    private int factor;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void agreesWithAMapOfTheWaitingPings(long seed) {
        Random random = new Random(seed);
        ConnectionQuality quality = new ConnectionQuality(now);
        BotHeartbeat heartbeat = new BotHeartbeat(SETTINGS, quality, now, random);
        int answersIn100 = 50;
        for (int step = 0; step < STEPS; step++) {
            String where = "seed %d step %d".formatted(seed, step);
            if (over || step % 2_000 == 0) {
                quality = new ConnectionQuality(now);
                heartbeat = new BotHeartbeat(SETTINGS, quality, now, random);
                waiting.clear();
                asked = 0;
                over = false;
            }
            if (step % 200 == 0) {
                answersIn100 = random.nextInt(60);
            }
            boolean paused = random.nextInt(100) == 0;
            now += paused ? random.nextInt(2_000) : random.nextInt(50);
            if (random.nextInt(100) < answersIn100) {
                pong(heartbeat, quality, random.nextLong(-2, 60), where);
            } else {
                if (!over && now - heartbeat.nextDeadlineNanos() >= SETTINGS.intervalNanos()) {
                    excused += waiting.isEmpty() ? 0 : 1;
                    waiting.clear(); // our own timer slept: nothing is known of the peer
                }
                heartbeat.timer(now, outputs(quality, where));
            }
            check(heartbeat, where);
        }
        assertThat(zombies).isGreaterThan(10);
        assertThat(answers).isGreaterThan(500);
        assertThat(excused).isGreaterThan(10);
    }

    private void pong(BotHeartbeat heartbeat, ConnectionQuality quality, long id, String where) {
        long meant = !waiting.isEmpty() && id % 3 == 0 ? waiting.lastKey() : id;
        boolean expected = waiting.containsKey(meant);
        assertThat(heartbeat.pong(meant, now)).as(where).isEqualTo(expected);
        if (expected) {
            answers++;
            waiting.headMap(meant, true).clear();
            factor = quality.grade() == Grade.POOR ? 2 : 1;
        }
    }

    private HeartbeatOutputs outputs(ConnectionQuality quality, String where) {
        return new HeartbeatOutputs() {
            @Override
            public void sendPing(long id) {
                if (waiting.isEmpty()) {
                    factor = quality.grade() == Grade.POOR ? 2 : 1;
                }
                assertThat(id).as(where).isEqualTo(++asked);
                waiting.put(id, now);
            }

            @Override
            public void zombie(long waitedNanos) {
                assertThat(waitedNanos)
                        .as(where)
                        .isEqualTo(now - waiting.firstEntry().getValue())
                        .isGreaterThanOrEqualTo(900L * factor);
                over = true;
                zombies++;
            }
        };
    }

    private void check(BotHeartbeat heartbeat, String where) {
        assertThat(heartbeat.isZombie()).as(where).isEqualTo(over);
        if (over) {
            assertThat(heartbeat.nextDeadlineNanos()).as(where).isEqualTo(BotHeartbeat.NEVER);
            return;
        }
        assertThat(heartbeat.waiting()).as(where).isEqualTo(waiting.size());
        if (!waiting.isEmpty()) {
            assertThat(heartbeat.nextDeadlineNanos())
                    .as(where)
                    .isLessThanOrEqualTo(waiting.firstEntry().getValue() + 900L * factor);
        }
    }
}
