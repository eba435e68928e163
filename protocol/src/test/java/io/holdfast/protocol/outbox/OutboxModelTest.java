package io.holdfast.protocol.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The outbox against one list of everything that waits, searched from the front each time. */
class OutboxModelTest {
    private static final int STEPS = 60_000;
    private static final Priority[] PRIORITIES = Priority.values();

    private record Entry(int number, Priority priority, int size, long expiresAtNanos) {
        boolean isOver(long nowNanos) {
            return expiresAtNanos != Outbox.NEVER && nowNanos >= expiresAtNanos;
        }
    }

    private final Random random = new Random();
    private final List<Entry> model = new ArrayList<>();
    private Outbox<Entry> outbox = new Outbox<>(1);
    private long limit;
    private long now;
    private int offered;
    private int refused;
    private int polled;
    private long dropped;
    private long expired;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void agreesWithAListUnderRandomOperations(long seed) {
        random.setSeed(seed);
        limit = 1L + random.nextInt(3_000);
        outbox = new Outbox<>(limit);
        int pollsIn100 = 30;
        for (int step = 0; step < STEPS; step++) {
            String where = "seed %d step %d".formatted(seed, step);
            now += random.nextInt(3);
            if (step % 500 == 0) {
                pollsIn100 = random.nextInt(100); // a client that is slow or fast for a while
            }
            if (random.nextInt(100) < pollsIn100) {
                pollOne(where);
            } else {
                offerOne(where);
            }
            compare(where);
        }
        assertThat(refused).isPositive();
        assertThat(dropped).isPositive();
        assertThat(expired).isPositive();
    }

    private void offerOne(String where) {
        Entry entry = new Entry(
                offered++,
                PRIORITIES[random.nextInt(4)],
                1 + random.nextInt(random.nextInt(50) == 0 ? (int) limit + 2 : 100),
                random.nextInt(3) == 0 ? now + random.nextInt(200) : Outbox.NEVER);
        boolean taken = outbox.offer(entry.priority, entry, entry.size, entry.expiresAtNanos, now);
        assertThat(taken).as(where).isEqualTo(offerToModel(entry));
    }

    private boolean offerToModel(Entry entry) {
        if (entry.isOver(now)) {
            expired++;
            return true;
        }
        if (bytes(all -> true) + entry.size > limit) {
            expireFronts();
            if (bytes(other -> other.priority != Priority.LOW) + entry.size > limit) {
                boolean low = entry.priority == Priority.LOW;
                dropped += low ? 1 : 0;
                refused += low ? 0 : 1;
                return low;
            }
            while (bytes(all -> true) + entry.size > limit) {
                model.remove(first(Priority.LOW));
                dropped++;
            }
        }
        model.add(entry);
        return true;
    }

    private void expireFronts() {
        for (Priority priority : PRIORITIES) {
            expireFront(priority);
        }
    }

    private void expireFront(Priority priority) {
        for (Entry at = first(priority); at != null && at.isOver(now); at = first(priority)) {
            model.remove(at);
            expired++;
        }
    }

    private void pollOne(String where) {
        Priority atLeast = PRIORITIES[random.nextInt(4)];
        Entry expected = null;
        for (Priority priority : PRIORITIES) {
            if (expected == null && priority.compareTo(atLeast) <= 0) {
                expireFront(priority);
                expected = first(priority);
            }
        }
        Entry got = outbox.poll(atLeast, now);
        assertThat(got).as(where).isSameAs(expected);
        if (got != null) {
            assertThat(got.isOver(now)).as(where).isFalse();
            model.remove(got);
            polled++;
        }
    }

    private @Nullable Entry first(Priority priority) {
        for (Entry entry : model) {
            if (entry.priority == priority) {
                return entry;
            }
        }
        return null;
    }

    private long bytes(Predicate<Entry> which) {
        return model.stream().filter(which).mapToLong(Entry::size).sum();
    }

    private void compare(String where) {
        assertThat(outbox.bytes()).as(where).isEqualTo(bytes(all -> true)).isBetween(0L, limit);
        assertThat(outbox.isEmpty()).as(where).isEqualTo(model.isEmpty());
        assertThat(outbox.dropped()).as(where).isEqualTo(dropped);
        assertThat(outbox.expired()).as(where).isEqualTo(expired);
        assertThat(model.size() + polled + dropped + expired + refused)
                .as("%s: every entry is somewhere, once", where)
                .isEqualTo(offered);
        Priority atLeast = PRIORITIES[random.nextInt(4)];
        assertThat(outbox.has(atLeast))
                .as(where)
                .isEqualTo(model.stream().anyMatch(e -> e.priority.compareTo(atLeast) <= 0));
    }
}
