package io.holdfast.protocol.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.session.SessionRecord.Seen;
import io.holdfast.protocol.stream.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random lives of many sessions, over several processes, beside {@link ModelSessions}. */
class SessionTableModelTest {
    private static final long MILLI = 1_000_000L;
    private static final int MAX = 6;
    private static final int IDS = 9;
    private static final long TOKEN_LIFE = 600_000;
    private static final int STEPS = 3_000;

    /** One run: the table, the model, and what clients and old connections remember. */
    private static final class Run implements SessionTable.Listener {
        final long seed;
        final RandomGenerator random;
        final ModelSessions model = new ModelSessions(MAX, TOKEN_LIFE);
        final List<String> events = new ArrayList<>();
        final Set<Long> numbers = new HashSet<>();
        /** Tokens of each client id, the latest last, those of sessions that ended among them. */
        final Map<String, List<String>> tokens = new HashMap<>();

        final Map<String, Integer> outcomes = new HashMap<>();
        long nowMillis;
        SessionTable table;

        Run(long seed) {
            this.seed = seed;
            this.random = Claims.random(seed);
            this.table = table();
        }

        private SessionTable table() {
            nowMillis = random.nextLong(-1_000_000, 1_000_000);
            return new SessionTable(
                    () -> true, MAX, () -> Duration.ofMillis(TOKEN_LIFE), random, this);
        }

        @Override
        public void ended(Session session, SessionTable.End end) {
            assertThat(session.presencePending()).isFalse();
            events.add(session.clientId() + " " + end);
        }

        @Override
        public void presenceOver(Session session) {
            events.add(session.clientId() + " left");
        }

        long now() {
            return nowMillis * MILLI;
        }

        void step(int step) throws Exception {
            String where = "seed " + seed + ", step " + step;
            long millis =
                    random.nextInt(10) == 0 ? random.nextLong(200_000) : random.nextLong(2_000);
            nowMillis += millis;
            model.pass(millis);
            table.expire(now());
            String id = "c" + random.nextInt(IDS);
            switch (random.nextInt(16)) {
                case 0, 1, 2, 3 -> connect(id, where);
                case 4, 5 -> disconnect(id, where);
                case 6, 7, 8 -> change(id, where);
                case 9 -> beFenced(id, where);
                case 10 -> refresh(where);
                case 11 -> pauseOrResume();
                case 12 -> end(id, where);
                case 13 -> {
                    if (random.nextInt(10) == 0) {
                        restart(where);
                    }
                }
                default -> remember(id);
            }
            compare(where);
        }

        private void connect(String id, String where) {
            String token = someToken(id);
            ModelSessions.@Nullable Entry old = model.entries.get(id);
            boolean present = old != null && (old.connected || old.graceLeft >= 0);
            String expected = model.expect(id, token);
            long ttl = 30_000 + random.nextInt(4) * 30_000L;
            ConnectResult result = table.connect(
                    0, id, Claims.resume("fleet", token), "rooms", Duration.ofMillis(ttl), now());
            outcomes.merge(expected, 1, Integer::sum);
            switch (result) {
                case ConnectResult.New fresh -> {
                    assertThat("NEW").as(where).isEqualTo(expected);
                    assertThat(fresh.stillPresent()).as(where).isFalse();
                    assertThat(fresh.replaced()).as(where).isEmpty();
                    assertThat(numbers.add(fresh.session().number())).as(where).isTrue();
                    begun(id, ttl, fresh, where);
                }
                case ConnectResult.Restored restored -> {
                    assertThat("RESTORED").as(where).isEqualTo(expected);
                    assertThat(restored.stillPresent()).as(where).isEqualTo(present);
                    assertThat(restored.replaced().isPresent())
                            .as(where)
                            .isEqualTo(old != null && old.connected);
                    higher(restored.generation(), where);
                    String issued = issued(id, restored.token());
                    model.restored(id, String.valueOf(token), issued, restored.generation());
                }
                case ConnectResult.Refused refused ->
                    assertThat("REFUSED").as(where).isEqualTo(expected);
                case ConnectResult.Outdated outdated ->
                    throw new AssertionError(where + ": accepted later than none");
                case ConnectResult.Full full -> assertThat("FULL").as(where).isEqualTo(expected);
            }
        }

        private void begun(String id, long ttl, ConnectResult.New fresh, String where) {
            higher(fresh.generation(), where);
            model.begun(
                    id,
                    issued(id, fresh.token()),
                    fresh.generation(),
                    fresh.session().number(),
                    ttl);
        }

        private void higher(long generation, String where) {
            assertThat(model.entries.values())
                    .as(where)
                    .allMatch(entry -> entry.generation < generation);
        }

        private String issued(String id, @Nullable String token) {
            assertThat(token).hasSize(43);
            String issued = String.valueOf(token);
            tokens.computeIfAbsent(id, any -> new ArrayList<>()).add(issued);
            return issued;
        }

        /** Mostly one of the last two; sometimes an old one, somebody else's, or none. */
        private @Nullable String someToken(String id) {
            String whose = random.nextInt(20) == 0 ? "c" + random.nextInt(IDS) : id;
            List<String> known = tokens.getOrDefault(whose, List.of());
            if (known.isEmpty() || random.nextInt(20) == 0) {
                return null;
            }
            int back = random.nextInt(random.nextInt(4) == 0 ? known.size() : 2);
            return known.get(Math.max(0, known.size() - 1 - back));
        }

        private void disconnect(String id, String where) {
            ModelSessions.@Nullable Entry entry = model.entries.get(id);
            long grace = random.nextInt(3) * 20_000L;
            boolean expected = entry != null && entry.connected;
            long generation = entry == null ? 1 : entry.generation;
            assertThat(table.disconnect(id, generation, Duration.ofMillis(grace), now()))
                    .as(where)
                    .isEqualTo(expected);
            if (expected) {
                model.disconnected(id, grace);
            }
        }

        private void change(String id, String where) {
            ModelSessions.@Nullable Entry entry = model.entries.get(id);
            if (entry == null) {
                return;
            }
            String stream = "s" + random.nextInt(4);
            Position position = new Position("e" + random.nextInt(2), random.nextLong(100));
            boolean owned = switch (random.nextInt(4)) {
                case 0 -> {
                    entry.memberships.put(stream, position);
                    yield table.joined(id, entry.generation, stream, position);
                }
                case 1 -> {
                    entry.memberships.remove(stream);
                    yield table.left(id, entry.generation, stream);
                }
                case 2 -> {
                    entry.memberships.computeIfPresent(
                            stream,
                            (name, known) -> known.epoch().equals(position.epoch())
                                            && known.seq() > position.seq()
                                    ? known
                                    : position);
                    yield table.handed(id, entry.generation, stream, position);
                }
                default -> {
                    entry.state = new byte[] {(byte) position.seq()};
                    yield table.write(id, entry.generation, entry.state);
                }
            };
            assertThat(owned).as(where).isTrue();
        }

        private void beFenced(String id, String where) {
            ModelSessions.@Nullable Entry entry = model.entries.get(id);
            long old = (entry == null ? 2 : entry.generation) - 1 - random.nextInt(3);
            Position position = new Position("e", 1_000);
            assertThat(List.of(
                            table.write(id, old, new byte[] {99}),
                            table.joined(id, old, "s0", position),
                            table.left(id, old, "s0"),
                            table.handed(id, old, "s0", position),
                            table.disconnect(id, old, Duration.ZERO, now()),
                            table.end(id, old)))
                    .as(where)
                    .containsOnly(false);
            assertThat(table.freshToken(id, old, now())).as(where).isNull();
        }

        private void refresh(String where) {
            for (Session due : table.tokensDue(now())) {
                String id = due.clientId();
                outcomes.merge("REFRESHED", 1, Integer::sum);
                String fresh = issued(id, table.freshToken(id, due.generation(), now()));
                model.refreshed(id, fresh);
            }
            assertThat(table.tokensDue(now())).as(where).isEmpty();
        }

        private void pauseOrResume() {
            if (random.nextInt(3) == 0) {
                model.paused = true;
                table.pause(now());
            } else {
                model.paused = false;
                table.resume(now());
            }
        }

        private void end(String id, String where) {
            ModelSessions.@Nullable Entry entry = model.entries.get(id);
            if (entry != null && random.nextInt(3) == 0) {
                assertThat(table.end(id, entry.generation)).as(where).isTrue();
                model.end(entry, "FINISHED");
            }
        }

        private void remember(String id) {
            Session session = table.find(id, now());
            if (session != null) {
                String message = "m" + random.nextInt(30);
                Seen seen = new Seen(message, "s", random.nextLong(100));
                List<Seen> expected = model.entry(id).seen;
                expected.removeIf(known -> known.id().equals(message));
                if (random.nextInt(5) == 0) {
                    session.dedup().forget(message);
                } else {
                    session.dedup().remember(message, "s", seen.seq());
                    expected.add(seen);
                }
            }
        }

        private void restart(String where) throws Exception {
            List<byte[]> records = new ArrayList<>();
            table.forEach(session ->
                    records.add(SessionRecordCodec.encode(table.record(session, true, now()))));
            table = table();
            for (byte[] record : records) {
                assertThat(table.restore(SessionRecordCodec.decode(record), now()))
                        .as(where)
                        .isTrue();
            }
            model.restart();
            outcomes.merge("RESTARTED", 1, Integer::sum);
        }

        private void compare(String where) {
            assertThat(events).as(where).isEqualTo(model.events);
            assertThat(table.size()).as(where).isEqualTo(model.entries.size());
            List<String> ids = new ArrayList<>();
            table.forEach(session -> ids.add(session.clientId()));
            assertThat(ids).as(where).isEqualTo(List.copyOf(model.entries.keySet()));
            assertThat(table.tokensDue(now()).stream().map(Session::clientId))
                    .as(where)
                    .containsExactlyInAnyOrderElementsOf(model.due());
            table.forEach(session -> compare(session, model.entry(session.clientId()), where));
            assertThat(table.tokenCount()).as(where).isLessThanOrEqualTo(2 * MAX);
            for (List<String> known : tokens.values()) {
                for (String token : known.subList(Math.max(0, known.size() - 5), known.size())) {
                    String owner = model.entries.values().stream()
                            .filter(entry -> entry.matches(token))
                            .map(entry -> entry.id)
                            .findFirst()
                            .orElse(null);
                    assertThat(table.ownerOf(token, now())).as(where).isEqualTo(owner);
                }
            }
        }

        private void compare(Session session, ModelSessions.Entry entry, String where) {
            SessionRecord record = table.record(session, true, now());
            assertThat(record.generation()).as(where).isEqualTo(entry.generation);
            assertThat(record.number()).as(where).isEqualTo(entry.number);
            assertThat(session.connected()).as(where).isEqualTo(entry.connected);
            assertThat(record.leftMillis())
                    .as(where)
                    .isEqualTo(entry.connected ? entry.ttl : entry.left);
            assertThat(record.presenceLeftMillis()).as(where).isEqualTo(entry.graceLeft);
            assertThat(record.state()).as(where).isEqualTo(entry.state);
            assertThat(record.seen()).as(where).isEqualTo(entry.seen);
            assertThat(List.copyOf(session.memberships().entrySet()))
                    .as(where)
                    .isEqualTo(List.copyOf(entry.memberships.entrySet()));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void randomLivesAreAsTheModelSays(long seed) throws Exception {
        Run run = new Run(seed);
        for (int step = 0; step < STEPS; step++) {
            run.step(step);
        }

        assertThat(run.outcomes)
                .as("seed %d has seen everything", seed)
                .containsOnlyKeys("NEW", "RESTORED", "REFUSED", "FULL", "REFRESHED", "RESTARTED");
        assertThat(new TreeSet<>(
                        run.events.stream().map(event -> event.substring(3)).toList()))
                .as("seed %d has seen every end", seed)
                .containsExactly("EVICTED", "EXPIRED", "FINISHED", "REPLACED", "left");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theSameSeedGivesTheSameLives(long seed) throws Exception {
        Run one = new Run(seed);
        Run other = new Run(seed);
        for (int step = 0; step < 500; step++) {
            one.step(step);
            other.step(step);
            assertThat(one.events).as("seed %d, step %d", seed, step).isEqualTo(other.events);
            assertThat(one.tokens).as("seed %d, step %d", seed, step).isEqualTo(other.tokens);
        }
    }
}
