package io.holdfast.protocol.quality;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionQualityTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final ConnectionQuality quality = new ConnectionQuality(7);

    @Test
    void aNewConnectionIsGoodAndHasNothingToShow() {
        assertThat(quality.snapshot())
                .isEqualTo(new QualitySnapshot(Grade.GOOD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7));
    }

    @Test
    void averagePercentilesAndJitterAreOfTheSamples() {
        for (int millis : new int[] {10, 30, 20, 40}) {
            quality.answered(millis * 1_000_000L);
        }
        QualitySnapshot shown = quality.snapshot();

        assertThat(shown.samples()).isEqualTo(4);
        assertThat(shown.averageRttMicros()).isEqualTo(25_000);
        assertThat(shown.p50RttMicros()).isEqualTo(20_000);
        assertThat(shown.p95RttMicros()).isEqualTo(40_000);
        assertThat(shown.jitterMicros()).as("of 20, 10 and 20 ms").isEqualTo(16_666);
    }

    @Test
    void lostPongsAreAFractionOfTheLast64Pings() {
        quality.answered(1);
        quality.lost();
        assertThat(quality.snapshot().lostPongs()).isEqualTo(0.5);

        for (int i = 0; i < 63; i++) {
            quality.answered(1);
        }
        assertThat(quality.snapshot().lostPongs()).isEqualTo(1 / 64.0);
        quality.answered(1);
        assertThat(quality.snapshot().lostPongs()).isZero();
        assertThat(quality.snapshot().pings()).isEqualTo(66);
    }

    @Test
    void trafficIsCountedEachWayAndIsActivity() {
        quality.received(100, 20);
        quality.messageReceived();
        quality.sent(30, 25);
        quality.sent(30, 26);
        quality.messagesSent(2);
        QualitySnapshot shown = quality.snapshot();

        assertThat(shown.bytesReceived()).isEqualTo(100);
        assertThat(shown.bytesSent()).isEqualTo(60);
        assertThat(shown.messagesReceived()).isEqualTo(1);
        assertThat(shown.messagesSent()).isEqualTo(2);
        assertThat(shown.lastActivityNanos()).isEqualTo(26);
        assertThat(quality.lastActivityNanos()).isEqualTo(26);
    }

    @Test
    void anAbsurdRoundTripTimeIsKeptWithinBounds() {
        quality.answered(-5);
        quality.answered(Long.MAX_VALUE);

        assertThat(quality.snapshot().p50RttMicros()).isZero();
        assertThat(quality.snapshot().p95RttMicros()).isEqualTo(Integer.MAX_VALUE);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void itAgreesWithListsOfEverything(long seed) {
        Random random = new Random(seed);
        List<Long> rtts = new ArrayList<>();
        List<Integer> losses = new ArrayList<>();
        for (int step = 0; step < 2_000; step++) {
            switch (random.nextInt(5)) {
                case 0 -> {
                    quality.lost();
                    losses.add(1);
                }
                case 1 -> {
                    long micros = random.nextInt(5_000_000);
                    quality.answeredLate(micros * 1_000);
                    rtts.add(micros);
                }
                default -> {
                    long micros = random.nextInt(1 << random.nextInt(5, 22));
                    quality.answered(micros * 1_000 + random.nextInt(1_000));
                    rtts.add(micros);
                    losses.add(0);
                }
            }
            assertThat(quality.snapshot())
                    .as("seed %d step %d", seed, step)
                    .isEqualTo(shown(last(rtts, 100), last(losses, 64), losses.size()));
        }
    }

    private QualitySnapshot shown(List<Long> rtts, List<Integer> losses, int pings) {
        long[] sorted = rtts.stream().mapToLong(Long::longValue).sorted().toArray();
        long differences = 0;
        for (int i = 1; i < rtts.size(); i++) {
            differences += Math.abs(rtts.get(i) - rtts.get(i - 1));
        }
        double lost = losses.stream().mapToInt(Integer::intValue).sum();
        return new QualitySnapshot(
                quality.grade(),
                rtts.size(),
                rtts.isEmpty() ? 0 : Arrays.stream(sorted).sum() / sorted.length,
                rtts.isEmpty() ? 0 : leastNotExceededBy(sorted, 0.50),
                rtts.isEmpty() ? 0 : leastNotExceededBy(sorted, 0.95),
                rtts.size() < 2 ? 0 : differences / (rtts.size() - 1),
                losses.isEmpty() ? 0 : lost / losses.size(),
                pings,
                0,
                0,
                0,
                0,
                7);
    }

    private static long leastNotExceededBy(long[] sorted, double fraction) {
        for (long candidate : sorted) {
            long below =
                    Arrays.stream(sorted).filter(value -> value <= candidate).count();
            if (below >= fraction * sorted.length) {
                return candidate;
            }
        }
        throw new AssertionError("no such sample");
    }

    private static <T> List<T> last(List<T> all, int count) {
        return all.subList(Math.max(0, all.size() - count), all.size());
    }

    @Test
    void oneConnectionTakesLittleBeforeItsFirstPongAndLessThanAKibibyteEver() {
        int connections = 1_000;
        ConnectionQuality[] qualities = new ConnectionQuality[connections];
        BotHeartbeat[] heartbeats = new BotHeartbeat[connections];
        Random random = new Random(1);
        make(qualities, heartbeats, random); // so that what is loaded once is not counted
        long before = THREADS.getCurrentThreadAllocatedBytes();
        make(qualities, heartbeats, random);
        long fresh = THREADS.getCurrentThreadAllocatedBytes() - before;

        assertThat(fresh / connections).isLessThanOrEqualTo(240);
        // Full rings on top of that: 100 samples of 4 bytes and 16 times of 8, with their headers.
        int rings = 16 + 4 * RttSamples.MAX + 16 + 8 * BotHeartbeat.MAX_WAITING;
        assertThat(fresh / connections + rings).isLessThan(1_024);
    }

    private static void make(
            ConnectionQuality[] qualities, BotHeartbeat[] heartbeats, Random random) {
        for (int i = 0; i < qualities.length; i++) {
            qualities[i] = new ConnectionQuality(0);
            heartbeats[i] = new BotHeartbeat(HeartbeatSettings.DEFAULT, qualities[i], 0, random);
        }
    }
}
