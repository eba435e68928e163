package io.holdfast.protocol.reconnect;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.breaker.BreakerSettings;
import io.holdfast.protocol.reconnect.Decision.Retry;
import io.holdfast.protocol.reconnect.Decision.Stop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random endings: what must hold of every decision, whatever came before. */
class ReconnectPropertyTest {
    private static final int CLIENTS = 400;
    private static final int ENDINGS = 60;
    private static final Set<StopCause> CAUSES_FROM_ENDINGS =
            EnumSet.complementOf(EnumSet.of(StopCause.ASKED));

    private final Set<StopCause> seen = EnumSet.noneOf(StopCause.class);

    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void everyDecisionKeepsToTheRules(long seed) {
        RandomGenerator random = random(seed);
        for (int i = 0; i < CLIENTS; i++) {
            run(random, "seed " + seed + " client " + i);
        }
        assertThat(seen).containsExactlyInAnyOrderElementsOf(CAUSES_FROM_ENDINGS);
    }

    @Test
    void theSameSeedMakesTheSameDecisions() {
        assertThat(run(random(9), "first")).isEqualTo(run(random(9), "second"));
        assertThat(run(random(9), "first")).isNotEqualTo(run(random(10), "other"));
    }

    private List<Decision> run(RandomGenerator random, String client) {
        ReconnectPolicy policy = List.of(Preset.values()).get(random.nextInt(4)).policy();
        boolean guarded = random.nextInt(3) == 0;
        Reconnect reconnect = new Reconnect(
                guarded ? policy.withBreaker(BreakerSettings.DEFAULT) : policy, random);
        List<Decision> decisions = new ArrayList<>();
        long now = random.nextLong(1L << 40);
        int counted = 0;
        for (int i = 0; i < ENDINGS; i++) {
            Ending ending = ending(random);
            ServerAdvice advice = advice(random);
            long up = up(random);
            String where =
                    "%s ending %d: %s, %s, up %d ns".formatted(client, i, ending, advice, up);
            reconnect.connecting(now);
            now += Math.max(0, up);
            Decision decision = reconnect.ended(ending, advice, up, now);
            decisions.add(decision);
            switch (decision) {
                case Stop stop -> {
                    seen.add(stop.cause());
                    assertThat(mayStop(ending) || counted == policy.maxAttempts())
                            .as(where)
                            .isTrue();
                    return decisions;
                }
                case Retry again -> {
                    boolean stable = up >= Reconnect.STABLE_AFTER.toNanos();
                    boolean slow = ending instanceof Ending.Closed closed && closed.code() == 4101;
                    counted = (stable && !slow ? 0 : counted) + (again.countsAsAttempt() ? 1 : 0);
                    assertThat(mayStop(ending)).as(where).isFalse();
                    assertThat(again.attempts()).as(where).isEqualTo(counted);
                    assertThat(counted).as(where).isLessThanOrEqualTo(policy.maxAttempts());
                    delayIsRight(again, ending, advice, policy, stable, guarded, where);
                    now += again.delayNanos();
                }
            }
        }
        return decisions;
    }

    private static void delayIsRight(
            Retry again,
            Ending ending,
            ServerAdvice advice,
            ReconnectPolicy policy,
            boolean stable,
            boolean guarded,
            String where) {
        long capNanos = policy.backoff().cap().toNanos();
        long mostNanos = capNanos + capNanos / 10;
        long leastNanos = 0;
        if (advice.after() != null) {
            assertThat(again.countsAsAttempt()).as(where).isFalse();
            Duration most = advice.after().compareTo(Reconnect.LONGEST_ADVICE) < 0
                    ? advice.after()
                    : Reconnect.LONGEST_ADVICE;
            Duration least = stable ? Duration.ZERO : Reconnect.SHORTEST_UNSTABLE_ADVICE;
            leastNanos = Math.max(most.toNanos(), least.toNanos());
            mostNanos = leastNanos;
        } else if (advice.where() == null) {
            leastNanos = leastUnadvised(ending);
            mostNanos = Math.max(mostNanos, leastNanos + leastNanos / 10);
        }
        if (guarded) {
            mostNanos = Math.max(mostNanos, BreakerSettings.DEFAULT.openNanos());
        }
        assertThat(again.delayNanos()).as(where).isBetween(leastNanos, mostNanos);
        if (advice.where() != null && !(ending instanceof Ending.Closed)) {
            assertThat(again.target()).as(where).isEqualTo(advice.where());
        }
    }

    private static long leastUnadvised(Ending ending) {
        return switch (ending) {
            case Ending.Closed closed
            when closed.code() == 1001 -> Duration.ofSeconds(5).toNanos();
            case Ending.Closed closed
            when closed.code() == 1013 -> Duration.ofSeconds(10).toNanos();
            case Ending.Left ignored -> Duration.ofSeconds(5).toNanos();
            case Ending.Handshake handshake
            when handshake.retryAfter() != null
                    && (handshake.status() == 429 || handshake.status() == 503) ->
                handshake.retryAfter().toNanos();
            default -> 0;
        };
    }

    private static boolean mayStop(Ending ending) {
        return switch (ending) {
            case Ending.Closed closed ->
                Set.of(1000, 1003, 1007, 1008, 1009).contains(closed.code())
                        || closed.code() >= 4500;
            case Ending.Handshake handshake ->
                handshake.status() == 401 || handshake.status() == 403;
            case Ending.Unauthorised ignored -> true;
            default -> false;
        };
    }

    private static Ending ending(RandomGenerator random) {
        return switch (random.nextInt(24)) {
            case 0 -> new Ending.Closed(random.nextInt(1000, 1016), "");
            case 1 -> new Ending.Closed(random.nextInt(4000, 5000), "");
            case 2 -> new Ending.Closed(random.nextInt(4500, 4504), "");
            case 3 -> new Ending.Handshake(random.nextInt(300, 600), seconds(random, 600));
            case 4 -> new Ending.Handshake(random.nextBoolean() ? 429 : 503, seconds(random, 600));
            case 5, 6 -> new Ending.Closed(1001, "");
            case 7, 8 -> new Ending.Closed(1013, "");
            case 9 -> new Ending.Closed(1012, "");
            case 10 -> new Ending.Closed(4101, "");
            case 11 -> new Ending.Closed(4102, random.nextBoolean() ? "b:9000" : "?");
            case 12 -> new Ending.Left();
            case 13 -> new Ending.Silence();
            case 14 -> new Ending.ServerNotReady("");
            case 15 -> new Ending.TimedOut("");
            case 16 -> new Ending.Tls("");
            case 17 -> new Ending.Unreachable("");
            case 18 -> new Ending.ProtocolFault("");
            case 19 ->
                random.nextInt(8) == 0 ? new Ending.Unauthorised("") : new Ending.Refused("");
            default -> new Ending.Refused("");
        };
    }

    private static Duration seconds(RandomGenerator random, int most) {
        return Duration.ofSeconds(random.nextInt(1, most));
    }

    private static ServerAdvice advice(RandomGenerator random) {
        return switch (random.nextInt(12)) {
            case 0 -> ServerAdvice.after(Duration.ofSeconds(random.nextInt(10_000)));
            case 1 -> new ServerAdvice(null, new Target("c", 1));
            default -> ServerAdvice.NONE;
        };
    }

    private static long up(RandomGenerator random) {
        return switch (random.nextInt(12)) {
            case 0 -> random.nextLong(Duration.ofMinutes(1).toNanos());
            case 1, 2 -> random.nextLong(Reconnect.STABLE_AFTER.toNanos());
            default -> Reconnect.NEVER_UP;
        };
    }
}
