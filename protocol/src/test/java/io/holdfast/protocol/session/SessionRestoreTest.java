package io.holdfast.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.stream.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** From one process to the next, each with a clock of its own. */
class SessionRestoreTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MINUTE = 60 * SECOND;
    private static final Duration TTL = Duration.ofMinutes(2);
    private static final Duration GRACE = Duration.ofSeconds(15);
    /** The successor's clock shows something else. */
    private static final long START = -7_000 * SECOND;

    private final List<String> heard = new ArrayList<>();
    private final SessionTable before = table(11, 5_000);
    private final SessionTable after = table(12, 5_000);

    private SessionTable table(long seed, int max) {
        return new SessionTable(
                () -> true,
                max,
                () -> Duration.ofHours(1),
                Claims.random(seed),
                new SessionTable.Listener() {
                    @Override
                    public void ended(Session session, SessionTable.End end) {
                        heard.add(session.clientId() + " " + end);
                    }

                    @Override
                    public void presenceOver(Session session) {
                        heard.add(session.clientId() + " left");
                    }
                });
    }

    private ConnectResult.New begin(String id, long now) {
        return (ConnectResult.New) before.connect(0, id, Claims.first("alice"), "rooms", TTL, now);
    }

    private static Session find(SessionTable table, String id, long now) {
        return Objects.requireNonNull(table.find(id, now));
    }

    private SessionRecord carry(String id, long now) throws Exception {
        SessionRecord record = before.record(find(before, id, now), true, now);
        return SessionRecordCodec.decode(SessionRecordCodec.encode(record));
    }

    @Test
    void allOfASessionGoesThroughARecord() throws Exception {
        ConnectResult.New fresh = begin("a", 0);
        before.write("a", fresh.generation(), new byte[] {1, 2, 3});
        before.joined("a", fresh.generation(), "lobby", new Position("e1", 5));
        before.joined("a", fresh.generation(), "@a", new Position("e2", 0));
        fresh.session().dedup().remember("m1", "lobby", 4);
        fresh.session().dedup().remember("m2", "attic", 9);
        before.freshToken("a", fresh.generation(), 10 * SECOND);
        before.disconnect("a", fresh.generation(), GRACE, 20 * SECOND);
        SessionRecord record = carry("a", 25 * SECOND);

        assertThat(record.leftMillis()).isEqualTo(115_000);
        assertThat(record.presenceLeftMillis()).isEqualTo(10_000);
        assertThat(Objects.requireNonNull(record.token()).leftMillis()).isEqualTo(3_585_000);
        assertThat(Objects.requireNonNull(record.previousToken()).leftMillis())
                .isEqualTo(3_575_000);
        assertThat(after.restore(record, START)).isTrue();
        assertThat(after.record(find(after, "a", START), true, START))
                .usingRecursiveComparison()
                .isEqualTo(record);
    }

    @Test
    void everyRecordThatATableCouldHaveWrittenIsTheSameAfterRestoring() {
        for (long seed = 0; seed < 500; seed++) {
            SessionRecord any = SampleRecords.random(Claims.random(seed));
            Map<String, SessionRecord.Membership> streams = new LinkedHashMap<>();
            any.memberships().forEach(membership -> streams.put(membership.stream(), membership));
            Map<String, SessionRecord.Seen> ids = new LinkedHashMap<>();
            any.seen().forEach(seen -> ids.put(seen.id(), seen));
            SessionRecord record = new SessionRecord(
                    any.clientId(),
                    any.number(),
                    any.generation(),
                    any.principal(),
                    any.dialect(),
                    any.resumable(),
                    any.ttlMillis(),
                    1 + Math.min(any.ttlMillis() - 1, any.leftMillis()),
                    any.presenceLeftMillis() == 0 ? 1 : any.presenceLeftMillis(),
                    any.token(),
                    any.previousToken(),
                    List.copyOf(streams.values()),
                    List.copyOf(ids.values()),
                    any.state());
            SessionTable table = table(seed, 1);

            assertThat(table.restore(record, START)).isTrue();
            assertThat(table.record(find(table, any.clientId(), START), true, START))
                    .as("seed %d", seed)
                    .usingRecursiveComparison()
                    .isEqualTo(record);
        }
    }

    @Test
    void withoutTheSeenIdsTheRestIsTheSame() {
        ConnectResult.New fresh = begin("a", 0);
        fresh.session().dedup().remember("m1", "lobby", 4);

        assertThat(before.record(fresh.session(), false, 0).seen()).isEmpty();
        assertThat(before.record(fresh.session(), true, 0))
                .usingRecursiveComparison()
                .ignoringFields("seen")
                .isEqualTo(before.record(fresh.session(), false, 0));
    }

    @Test
    void aConnectedSessionHasItsWholeLifeLeftAndNobodyWaitsForItsPresence() {
        SessionRecord record = before.record(begin("a", 0).session(), true, 500 * SECOND);

        assertThat(record.leftMillis()).isEqualTo(120_000);
        assertThat(record.presenceLeftMillis()).isEqualTo(-1);
    }

    @Test
    void whatIsLeftOfAMillisecondIsNotLost() {
        ConnectResult.New fresh = begin("a", 0);
        before.disconnect("a", fresh.generation(), Duration.ofSeconds(200), 0);

        assertThat(before.record(fresh.session(), true, 120 * SECOND - 1).leftMillis())
                .isEqualTo(1);
        assertThat(before.record(fresh.session(), true, 1).leftMillis()).isEqualTo(120_000);
    }

    @Test
    void aRestoredSessionIsAwayForWhatItHadLeft() throws Exception {
        ConnectResult.New fresh = begin("a", 0);
        before.disconnect("a", fresh.generation(), GRACE, 0);
        after.restore(carry("a", 10 * SECOND), START);

        assertThat(after.awayCount()).isEqualTo(1);
        assertThat(find(after, "a", START).connected()).isFalse();
        assertThat(after.nextExpiryNanos()).hasValue(START + 5 * SECOND);
        after.expire(START + 110 * SECOND - 1);
        assertThat(heard).containsExactly("a left");
        after.expire(START + 110 * SECOND);
        assertThat(heard).containsExactly("a left", "a EXPIRED");
    }

    @Test
    void aClientIdThatHasASessionIsNotRestored() throws Exception {
        begin("a", 0);
        SessionRecord record = carry("a", 0);
        after.connect(0, "a", Claims.first("alice"), "rooms", TTL, START);
        Session there = find(after, "a", START);

        assertThat(after.restore(record, START)).isFalse();
        assertThat(find(after, "a", START)).isSameAs(there);
        assertThat(after.tokenCount()).isEqualTo(1);
    }

    @Test
    void aFullTableRestoresNothingAndDropsNobody() throws Exception {
        SessionTable small = table(1, 1);
        begin("a", 0);
        begin("b", 0);

        assertThat(small.restore(carry("a", 0), START)).isTrue();
        assertThat(small.restore(carry("b", 0), START)).isFalse();
        assertThat(small.find("a", START)).isNotNull();
        assertThat(heard).isEmpty();
    }

    @Test
    void newGenerationsAreLargerThanEveryRestoredOne() {
        long large = (1L << 52) + 5;
        SessionRecord old = SampleRecords.plain();
        after.restore(
                new SessionRecord(
                        "a",
                        large,
                        large,
                        "alice",
                        "rooms",
                        true,
                        9_000,
                        9_000,
                        -1,
                        null,
                        null,
                        old.memberships(),
                        old.seen(),
                        old.state()),
                START);
        var fresh = (ConnectResult.New)
                after.connect(0, "b", Claims.first("alice"), "rooms", TTL, START);
        var restored = (ConnectResult.Restored)
                after.connect(0, "a", Claims.pipeline("alice"), "rooms", TTL, START);

        assertThat(fresh.generation()).isGreaterThan(large);
        assertThat(fresh.session().number()).isNotEqualTo(large);
        assertThat(restored.generation()).isGreaterThan(fresh.generation());
        assertThat(restored.session().number()).isEqualTo(large);
    }

    @Test
    void whoWasAwayLongestBeforeTheRestartMakesRoomAfterIt() throws Exception {
        SessionTable small = table(1, 2);
        before.disconnect("late", begin("late", 0).generation(), Duration.ZERO, 50 * SECOND);
        before.disconnect("early", begin("early", 0).generation(), Duration.ZERO, 10 * SECOND);
        small.restore(carry("late", 60 * SECOND), START);
        small.restore(carry("early", 60 * SECOND), START);
        small.connect(0, "new", Claims.first("alice"), "rooms", TTL, START);

        assertThat(heard).containsExactly("early EVICTED");
    }

    @Test
    void bothTokensOfARestoredSessionAreGoodUntilTheNewestIsUsed() throws Exception {
        ConnectResult.New fresh = begin("a", 0);
        String pushed = before.freshToken("a", fresh.generation(), SECOND);
        after.restore(carry("a", 2 * SECOND), START);

        assertThat(after.ownerOf(Objects.requireNonNull(fresh.token()), START)).isEqualTo("a");
        assertThat(after.connect(0, "a", Claims.resume("alice", pushed), "rooms", TTL, START))
                .isInstanceOf(ConnectResult.Restored.class);
        assertThat(after.ownerOf(fresh.token(), START)).isNull();
    }

    @Test
    void anExpiredTokenIsNotGoodAgainAfterARestart() throws Exception {
        String token = begin("a", 0).token();
        after.restore(carry("a", 3_601 * SECOND), START);

        assertThat(after.ownerOf(Objects.requireNonNull(token), START)).isNull();
    }

    @Test
    void aDrainOf30MinutesAndARestartLoseNobodysSession() throws Exception {
        Map<String, String> tokens = new LinkedHashMap<>();
        Map<String, Long> numbers = new LinkedHashMap<>();
        for (int i = 0; i < 1_000; i++) {
            String id = "c" + i;
            ConnectResult.New fresh = begin(id, 0);
            tokens.put(id, Objects.requireNonNull(fresh.token()));
            numbers.put(id, fresh.session().number());
            if (i % 3 == 0) {
                // Nearly at the end of its session and of its grace when the drain starts.
                Duration grace = Duration.ofMinutes(2);
                before.disconnect(id, fresh.generation(), grace, 58 * MINUTE + 2 * SECOND);
            }
        }
        long drain = 60 * MINUTE - 1;
        before.pause(drain);
        long now = drain;
        for (String id : tokens.keySet()) {
            now += 30 * MINUTE / 1_000;
            Session session = find(before, id, now);
            before.disconnect(id, session.generation(), GRACE, now);
            before.expire(now);
        }
        assertThat(now).isGreaterThanOrEqualTo(drain + 30 * MINUTE - SECOND);
        assertThat(heard).isEmpty();
        for (String id : tokens.keySet()) {
            assertThat(after.restore(carry(id, now), START)).isTrue();
        }

        tokens.forEach((id, token) -> {
            assertThat(after.ownerOf(token, START)).isEqualTo(id);
            var restored = (ConnectResult.Restored)
                    after.connect(0, id, Claims.resume("alice", token), "rooms", TTL, START);
            assertThat(restored.stillPresent()).isTrue();
            assertThat(restored.session().number()).isEqualTo(numbers.get(id));
        });
        assertThat(heard).isEmpty();
        assertThat(after.awayCount()).isZero();
    }
}
