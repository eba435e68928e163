package io.holdfast.protocol.drain;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.drain.DrainInput.How;
import io.holdfast.protocol.drain.DrainInput.Origin;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;

/**
 * A hostile world for one drain, wholly decided by its seed: random fleets and settings, clients
 * that leave early, late, never or with an error, late ticks, signals, cancels, a slow store.
 * Keeps its own simple account of every client and checks each output against it.
 */
final class DrainWorld {
    private static final long SECOND = 1_000_000_000L;
    private static final List<How> WAYS = List.of(How.values());
    private static final long START = 50 * SECOND;

    /** What the world knows of a client. */
    private static final class Client {
        boolean connected = true;
        boolean told;
        boolean closed;
    }

    private final long seed;
    private final RandomGenerator random;
    private final DrainSettings settings;
    private final Drain drain;
    private final Map<Long, Client> clients = new HashMap<>();
    private final TreeMap<Long, Queue<DrainInput>> agenda = new TreeMap<>();
    private final long maxLateNanos;
    private final double patience;
    private final boolean storeAnswers;
    private final Origin origin;

    final List<DrainOutput> outputs = new ArrayList<>();
    private long nowNanos = START;
    private long tellingFrom = -1;
    private long hurriedAt = -1;
    private long fleetSize;
    private int told;
    private boolean over;

    DrainWorld(long seed) {
        this.seed = seed;
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        this.settings = randomSettings();
        this.drain = new Drain(settings);
        this.maxLateNanos = random.nextInt(3) == 0 ? 3 * SECOND : SECOND / 20;
        this.patience = random.nextDouble();
        this.storeAnswers = random.nextInt(4) > 0;
        this.origin = random.nextBoolean() ? Origin.API : Origin.SIGNAL;
    }

    private DrainSettings randomSettings() {
        List<DialectDrain> dialects = new ArrayList<>();
        int count = random.nextInt(1, 4);
        for (int i = 0; i < count; i++) {
            dialects.add(new DialectDrain(
                    "dialect" + i,
                    Duration.ofMillis(random.nextInt(60_000)),
                    random.nextInt(61),
                    Duration.ofMillis(random.nextInt(6_000))));
        }
        return DrainSettings.DEFAULT
                .withDialects(dialects)
                .withDrainRate(random.nextBoolean() ? 500 : random.nextInt(1, 3_000))
                .withDrainDelay(random.nextBoolean() ? Duration.ZERO : Duration.ofSeconds(3))
                .withTerminationGrace(
                        random.nextBoolean() ? null : Duration.ofMillis(random.nextInt(60_000)));
    }

    void run() {
        List<long[]> fleets = new ArrayList<>();
        for (int dialect = 0; dialect < settings.dialects().size(); dialect++) {
            long first = dialect * 100_000L;
            int size = random.nextInt(3) == 0 ? random.nextInt(5) : random.nextInt(2_000);
            fleets.add(LongStream.range(first, first + size).toArray());
            LongStream.range(first, first + size).forEach(this::meet);
        }
        scheduleInterruptions();
        input(new DrainInput.Start("d", "test", origin, fleets));
        while (!over) {
            step();
        }
        checkEnd();
    }

    private void meet(long id) {
        clients.put(id, new Client());
        fleetSize++;
        if (random.nextInt(10) == 0) {
            later(random.nextLong(20 * SECOND), new DrainInput.Gone(id, How.LEFT));
        }
    }

    private void scheduleInterruptions() {
        if (random.nextInt(4) == 0) {
            later(random.nextLong(40 * SECOND), new DrainInput.Hurry());
        }
        if (random.nextInt(4) == 0) {
            later(random.nextLong(40 * SECOND), new DrainInput.Cancel());
        }
        if (random.nextInt(3) == 0) {
            var again = new DrainInput.Start("d2", "again", Origin.API, List.of());
            later(random.nextLong(40 * SECOND), again);
        }
        for (int i = random.nextInt(20); i > 0; i--) {
            later(random.nextLong(10 * SECOND), new DrainInput.Joined(900_000 + i, 0));
        }
    }

    private void later(long delayNanos, DrainInput input) {
        agenda.computeIfAbsent(nowNanos + delayNanos, at -> new ArrayDeque<>()).add(input);
    }

    /** The next thing to happen: an input on the agenda, or a tick, which may be late. */
    private void step() {
        long deadline = drain.nextDeadlineNanos();
        assertThat(deadline).as("seed %d: somebody must wake it", seed).isNotEqualTo(Drain.NEVER);
        long tickAt = Math.max(nowNanos, deadline) + random.nextLong(maxLateNanos);
        if (!agenda.isEmpty() && agenda.firstKey() <= tickAt) {
            var next = agenda.pollFirstEntry();
            nowNanos = Math.max(nowNanos, next.getKey());
            next.getValue().forEach(this::input);
        } else {
            nowNanos = tickAt;
            input(new DrainInput.Tick());
        }
    }

    private void input(DrainInput input) {
        if (over) {
            return;
        }
        switch (input) {
            case DrainInput.Gone gone -> requireNonNull(clients.get(gone.id())).connected = false;
            case DrainInput.Hurry hurry -> hurriedAt = hurriedAt < 0 ? nowNanos : hurriedAt;
            case DrainInput.Joined joined
            when drain.state() instanceof DrainState.Delaying -> meet(joined.id());
            default -> {
                // Nothing to account for.
            }
        }
        drain.handle(input, nowNanos, this::take);
    }

    private void take(DrainOutput output) {
        assertThat(over).as("seed %d: %s after the end", seed, output).isFalse();
        outputs.add(output);
        switch (output) {
            case DrainOutput.RefuseNewcomers refuse -> tellingFrom = nowNanos;
            case DrainOutput.Tell tell -> tell(tell);
            case DrainOutput.Close close -> close(close);
            case DrainOutput.Cut cut -> {
                assertThat(client(cut.id()).closed)
                        .as("seed %d: cut unclosed", seed)
                        .isTrue();
                client(cut.id()).connected = false;
            }
            case DrainOutput.WriteStore write -> {
                assertThat(clients.values()).noneMatch(client -> client.connected);
                if (storeAnswers) {
                    later(random.nextLong(4 * SECOND), new DrainInput.StoreDone(true));
                }
            }
            case DrainOutput.Finished finished -> over = true;
            case DrainOutput.Resume resume -> over = true;
            default -> {
                // Nothing to account for.
            }
        }
    }

    private void tell(DrainOutput.Tell tell) {
        Client client = client(tell.id());
        assertThat(client.told).as("seed %d: %d told twice", seed, tell.id()).isFalse();
        assertThat(tellingFrom).as("seed %d: told before the newcomers", seed).isNotNegative();
        client.told = true;
        told++;
        boolean paced = !(drain.state() instanceof DrainState.Closing);
        if (paced && drain.state() instanceof DrainState.Leaving leaving) {
            double schedule =
                    leaving.course().ratePerSecond() * (nowNanos - tellingFrom) / (double) SECOND;
            assertThat((double) told).as("seed %d: schedule", seed).isLessThanOrEqualTo(schedule);
        }
        later(1 + random.nextLong(SECOND / 100), new DrainInput.Told(tell.id()));
        behave(tell.id());
    }

    private void behave(long id) {
        if (random.nextDouble() > patience) {
            How how = WAYS.get(random.nextInt(WAYS.size()));
            later(random.nextLong(50 * SECOND), new DrainInput.Gone(id, how));
        } else if (random.nextInt(10) == 0) {
            later(random.nextLong(SECOND), new DrainInput.Acknowledged(id));
        }
    }

    private void close(DrainOutput.Close close) {
        Client client = client(close.id());
        assertThat(client.closed)
                .as("seed %d: %d closed twice", seed, close.id())
                .isFalse();
        assertThat(client.told)
                .as("seed %d: %d closed untold", seed, close.id())
                .isTrue();
        client.closed = true;
        if (random.nextBoolean()) {
            later(random.nextLong(3 * SECOND), new DrainInput.Gone(close.id(), How.LEFT));
        }
    }

    private Client client(long id) {
        Client client = clients.get(id);
        assertThat(client).as("seed %d: stranger %d", seed, id).isNotNull();
        assertThat(client.connected).as("seed %d: %d had gone", seed, id).isTrue();
        return client;
    }

    private void checkEnd() {
        Verdict verdict;
        switch (outputs.getLast()) {
            case DrainOutput.Finished finished -> {
                verdict = finished.verdict();
                boolean hurried = verdict.outcome() == Verdict.Outcome.HURRIED;
                assertThat(finished.exitStatus())
                        .as("seed %d", seed)
                        .isEqualTo(!storeAnswers ? 1 : hurried ? 3 : 0);
                assertThat(nowNanos).as("seed %d: the end", seed).isLessThanOrEqualTo(latestEnd());
                assertThat(verdict.stayed()).as("seed %d", seed).isZero();
            }
            case DrainOutput.Resume resume -> {
                verdict = resume.verdict();
                assertThat(origin).as("seed %d", seed).isEqualTo(Origin.API);
            }
            default ->
                throw new AssertionError("seed " + seed + " ended with " + outputs.getLast());
        }
        assertThat(verdict.acknowledged()
                        + verdict.left()
                        + verdict.moved()
                        + verdict.forced()
                        + verdict.failed()
                        + verdict.stayed())
                .as("seed %d: each client ended once", seed)
                .isEqualTo(verdict.clients())
                .isEqualTo((int) fleetSize);
        assertThat(verdict.told() + verdict.undelivered()).as("seed %d", seed).isEqualTo(told);
        assertThat(told + verdict.untold()).as("seed %d", seed).isEqualTo(verdict.clients());
    }

    /** The bound: each of the waits may end late by one late tick. */
    private long latestEnd() {
        long timeout = 0;
        long closeGrace = 0;
        for (DialectDrain dialect : settings.dialects()) {
            timeout = Math.max(timeout, dialect.timeout().toNanos());
            closeGrace = Math.max(closeGrace, dialect.closeGrace().toNanos());
        }
        long telling = fleetSize * SECOND / settings.drainRate() + SECOND;
        long waiting = settings.drainDelay().toNanos() + telling + timeout;
        if (settings.terminationGrace() != null) {
            waiting = Math.min(waiting, settings.waitingNanos());
        }
        long end = START + waiting + closeGrace;
        if (hurriedAt >= 0) {
            end = Math.min(end, hurriedAt + 3 * SECOND);
        }
        int waits = 4 + 3 * settings.dialects().size();
        return end + 5 * SECOND + waits * maxLateNanos;
    }
}
