package io.holdfast.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.protocol.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class SessionTableTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Duration TTL = Duration.ofMinutes(2);
    private static final Claim FIRST = new Claim("alice", false, false, true, false);
    private static final Claim RESUME = new Claim("alice", false, true, true, false);

    private final List<String> ends = new ArrayList<>();
    private final SessionTable table = table(3);
    private boolean authenticationOn = true;

    private SessionTable table(int max) {
        return new SessionTable(
                () -> authenticationOn,
                max,
                (session, end) -> ends.add(session.clientId() + " " + end));
    }

    private long connect(String id, long second) {
        ConnectResult result = table.connect(id, FIRST, "rooms", TTL, second * SECOND);
        assertThat(result).isInstanceOf(ConnectResult.New.class);
        return ((ConnectResult.New) result).generation();
    }

    @Test
    void authenticationThatIsSwitchedOnLaterCountsFromThenOn() {
        Claim stranger = new Claim("mallory", true, false, false, false);
        authenticationOn = false;
        connect("a", 0);
        authenticationOn = true;
        assertThat(table.connect("a", stranger, "rooms", TTL, SECOND))
                .isInstanceOf(ConnectResult.Refused.class);
    }

    @Test
    void aSessionOutlivesItsConnectionByItsTimeToLive() {
        long generation = connect("a", 0);
        table.disconnect("a", generation, 10 * SECOND);
        assertThat(table.nextExpiryNanos()).hasValue(130 * SECOND);

        assertThat(table.find("a", 130 * SECOND - 1)).isNotNull();
        assertThat(table.find("a", 130 * SECOND)).isNull();
        assertThat(ends).containsExactly("a EXPIRED");
    }

    @Test
    void aSessionThatComesBackInTimeIsRestoredUnderAHigherGeneration() {
        long first = connect("a", 0);
        table.write("a", first, new byte[] {1, 2});
        table.disconnect("a", first, 0);
        ConnectResult result = table.connect("a", RESUME, "rooms", TTL, 60 * SECOND);

        var restored = (ConnectResult.Restored) result;
        assertThat(restored.generation()).isGreaterThan(first);
        assertThat(restored.replaced()).isEmpty();
        assertThat(restored.session().state()).containsExactly(1, 2);
        table.expire(10_000 * SECOND);
        assertThat(table.size()).as("connected sessions do not expire").isEqualTo(1);
    }

    @Test
    void aTakeoverNamesTheGenerationToCloseAndFencesIt() {
        long first = connect("a", 0);
        var restored = (ConnectResult.Restored) table.connect("a", RESUME, "rooms", TTL, SECOND);

        assertThat(restored.replaced()).hasValue(first);
        assertThat(table.write("a", first, new byte[] {9})).isFalse();
        assertThat(table.disconnect("a", first, SECOND)).isFalse();
        assertThat(table.end("a", first)).isFalse();
        assertThat(restored.session().state()).isEmpty();
        assertThat(table.write("a", restored.generation(), new byte[] {9})).isTrue();
    }

    @Test
    void aTakeoverWithoutResumeBeginsAnEmptySession() {
        long first = connect("a", 0);
        table.write("a", first, new byte[] {1});
        Claim noResume = new Claim("alice", true, false, false, false);
        var fresh = (ConnectResult.New) table.connect("a", noResume, "rooms", TTL, SECOND);

        assertThat(fresh.replaced()).hasValue(first);
        assertThat(fresh.session().state()).isEmpty();
        assertThat(ends).containsExactly("a REPLACED");
    }

    @Test
    void anotherDialectDoesNotRestoreTheSession() {
        long first = connect("a", 0);
        table.disconnect("a", first, 0);

        assertThat(table.connect("a", RESUME, "deepstream", TTL, 0))
                .isInstanceOf(ConnectResult.New.class);
    }

    @Test
    void somebodyElsesIdIsRefusedAndItsOwnerNoticesNothing() {
        long first = connect("a", 0);
        Claim mallory = new Claim("mallory", true, true, true, true);

        assertThat(table.connect("a", mallory, "rooms", TTL, 0))
                .isEqualTo(new ConnectResult.Refused());
        assertThat(table.write("a", first, new byte[1])).isTrue();
    }

    @Test
    void aFullTableDropsWhoHasBeenAwayLongest() {
        long a = connect("a", 0);
        long b = connect("b", 0);
        connect("c", 0);
        table.disconnect("b", b, SECOND);
        table.disconnect("a", a, 2 * SECOND);
        connect("d", 3);

        assertThat(ends).containsExactly("b EVICTED");
        assertThat(table.find("a", 3 * SECOND)).isNotNull();
    }

    @Test
    void aTableFullOfConnectedClientsRefusesMore() {
        List.of("a", "b", "c").forEach(id -> connect(id, 0));

        assertThat(table.connect("d", FIRST, "rooms", TTL, 0)).isEqualTo(new ConnectResult.Full(3));
        assertThat(table.connect("a", RESUME, "rooms", TTL, 0))
                .isInstanceOf(ConnectResult.Restored.class);
        assertThat(ends).isEmpty();
    }

    @Test
    void clocksThatAreStoppedTakeNoTimeFromAnySession() {
        long a = connect("a", 0);
        table.disconnect("a", a, 0);
        table.pause(100 * SECOND);
        table.pause(101 * SECOND);
        table.expire(5_000 * SECOND);
        assertThat(table.nextExpiryNanos()).isEmpty();
        Session session = table.find("a", 5_000 * SECOND);
        assertThat(session).isNotNull();
        assertThat(table.remainingNanos(session, 5_000 * SECOND)).isEqualTo(20 * SECOND);

        table.resume(2_000 * SECOND);
        table.resume(2_001 * SECOND);
        assertThat(table.nextExpiryNanos()).hasValue(2_020 * SECOND);
        assertThat(table.find("a", 2_019 * SECOND)).isNotNull();
        assertThat(table.find("a", 2_020 * SECOND)).isNull();
    }

    @Test
    void whoLeavesWhileClocksAreStoppedKeepsItsWholeTime() {
        long a = connect("a", 0);
        table.pause(10 * SECOND);
        table.disconnect("a", a, 500 * SECOND);
        table.resume(1_000 * SECOND);

        assertThat(table.nextExpiryNanos()).hasValue(1_120 * SECOND);
    }

    @Test
    void aFinishedClientLeavesNoSession() {
        assertThat(table.end("a", connect("a", 0))).isTrue();

        assertThat(table.size()).isZero();
        assertThat(ends).containsExactly("a FINISHED");
    }

    @Test
    void aStateThatIsTooLargeIsRefusedWithTheLimit() {
        long a = connect("a", 0);
        byte[] large = new byte[Limits.MAX_SESSION_STATE_BYTES + 1];

        assertThatThrownBy(() -> table.write("a", a, large)).hasMessageContaining("at most 65536");
    }

    @Test
    void randomUseNeverExceedsTheBoundAndNeverLetsAnOldGenerationWrite() {
        for (long seed = 0; seed < 50; seed++) {
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            SessionTable small = table(5);
            Map<String, Long> owners = new HashMap<>();
            long now = 0;
            for (int step = 0; step < 2_000; step++) {
                now += random.nextLong(30 * SECOND);
                String id = "c" + random.nextInt(9);
                Long owner = owners.get(id);
                switch (random.nextInt(6)) {
                    case 0, 1 -> {
                        ConnectResult result = small.connect(id, RESUME, "rooms", TTL, now);
                        if (result instanceof ConnectResult.New fresh) {
                            owners.put(id, fresh.generation());
                        } else if (result instanceof ConnectResult.Restored restored) {
                            assertThat(restored.generation()).isGreaterThan(owners.get(id));
                            owners.put(id, restored.generation());
                        }
                    }
                    case 2, 3 -> small.disconnect(id, owner == null ? 0 : owner, now);
                    case 4 -> {
                        if (random.nextBoolean()) {
                            small.pause(now);
                        } else {
                            small.resume(now);
                        }
                    }
                    default -> {
                        long stale = owner == null ? 7 : owner - 1;
                        assertThat(small.write(id, stale, new byte[0]))
                                .as("seed %d", seed)
                                .isFalse();
                    }
                }
                assertThat(small.size()).as("seed %d", seed).isBetween(small.awayCount(), 5);
            }
        }
    }
}
