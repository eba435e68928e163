package io.holdfast.conformance.world;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Runs a {@link Plan} against real server processes for some seconds, lets everybody arrive, and
 * judges. What befalls whom comes from the seed, at which moment from the number of acked
 * messages: a slow machine sees the same faults, later.
 */
public final class World implements AutoCloseable {
    /** For a restart on a machine that is busy with other tests. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(2);
    private static final long TICK_MILLIS = 20;
    /** Acked messages between two faults, at most. */
    private static final int MAX_PEACE = 20;
    /** Messages that a publisher sends right before its connection is cut, at most. */
    private static final int MAX_BURST = 10;

    private static final String RANDOM = "L64X128MixRandom";

    private final Plan plan;
    private final Counts counts = new Counts();
    private final Ledger ledger;
    private final WorldServer server;
    private final List<CountingClient> publishers = new ArrayList<>();
    private final List<CountingClient> subscribers = new ArrayList<>();
    private final List<CountingClient> all = new ArrayList<>();
    private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
    private final RandomGenerator publishing;
    private final RandomGenerator fate;
    private final PriorityQueue<Return> returns = new PriorityQueue<>();
    private final String padding;
    private CompletableFuture<Void> restart = CompletableFuture.completedFuture(null);
    private int lives;
    private long nextEnd;

    /** A client goes on when so many messages have been acked. */
    private record Return(long whenAcked, Runnable action) implements Comparable<Return> {
        @Override
        public int compareTo(Return other) {
            return Long.compare(whenAcked, other.whenAcked);
        }
    }

    public World(Plan plan, Path store, long seed) {
        this.plan = plan;
        this.ledger = new Ledger(counts, plan.lossless());
        this.padding = ".".repeat(plan.paddingBytes());
        var random = RandomGeneratorFactory.of(RANDOM);
        this.publishing = random.create(seed);
        this.fate = random.create(~seed);
        this.server = new WorldServer(plan.settings().with("store.directory", store));
        settle();
    }

    private void settle() {
        for (var i = 0; i < plan.publishers(); i++) {
            publishers.add(client("pub" + i, List.of(), i));
        }
        for (var i = 0; i < plan.subscribers(); i++) {
            var rooms = List.of(room(i), room(i + 1));
            subscribers.add(client("sub" + i, rooms, i));
        }
        all.addAll(publishers);
        all.addAll(subscribers);
        all.forEach(CountingClient::start);
        await("all clients are in their rooms")
                .atMost(PATIENCE)
                .until(() -> all.stream().allMatch(CountingClient::isReady));
    }

    private String room(int index) {
        return "room" + index % plan.rooms();
    }

    private CountingClient client(String name, List<String> rooms, int index) {
        var setup = new CountingClient.Setup(
                name, rooms, index % 2 == 0, plan.maxUnacked(), plan.receiveBufferBytes());
        return new CountingClient(setup, server, ledger, counts);
    }

    public Counts counts() {
        return counts;
    }

    /** All that is wrong; empty when the promise was kept. */
    public List<String> breaches() {
        var found = new ArrayList<>(ledger.breaches());
        found.addAll(server.complaints());
        return found;
    }

    /** The server's last words, for whoever looks into a breach. */
    public String serverLog() {
        return String.join("\n", server.lastLogLines());
    }

    /** Publishes and lets fate take its course for that long, then waits until all is quiet. */
    public void run(Duration howLong) {
        var untilNanos = System.nanoTime() + howLong.toNanos();
        startPublishing();
        nextEnd = between(100, 300);
        while (System.nanoTime() < untilNanos && ledger.isClean()) {
            if (!awaitAcked(counts.acked() + 1 + fate.nextInt(MAX_PEACE))) {
                ledger.breach("no more messages are acked: " + all);
            }
            letReturn(counts.acked());
            befall();
        }
        finish();
    }

    /**
     * Publishes while every subscriber dials again and again with its old connection still open, so
     * often in all; then waits until all is quiet.
     */
    public void redial(int times) {
        startPublishing();
        var remaining = new AtomicInteger(times);
        try (var dialling = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var subscriber : subscribers) {
                var random = RandomGeneratorFactory.of(RANDOM).create(fate.nextLong());
                dialling.execute(() -> redialWhile(subscriber, remaining, random));
            }
        }
        if (!holds(() -> !ledger.isClean() || counts.replaced() == times)) {
            ledger.breach("of %d old connections %d were closed with 4500"
                    .formatted(times, counts.replaced()));
        }
        finish();
    }

    private void redialWhile(
            CountingClient subscriber, AtomicInteger remaining, RandomGenerator random) {
        try {
            while (remaining.getAndDecrement() > 0 && ledger.isClean()) {
                var fuse = random.nextInt(MAX_BURST);
                if (!subscriber.cutAndReturn(Cause.REDIAL, fuse, PATIENCE)) {
                    ledger.breach(subscriber + " did not come back");
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private long between(int least, int most) {
        return counts.acked() + fate.nextInt(least, most);
    }

    private boolean awaitAcked(long enough) {
        return holds(() -> counts.acked() >= enough);
    }

    private static boolean holds(Callable<Boolean> condition) {
        try {
            await().atMost(PATIENCE).pollInterval(LOOK_AGAIN).until(condition);
            return true;
        } catch (ConditionTimeoutException stuck) {
            return false;
        }
    }

    private void letReturn(long acked) {
        while (!returns.isEmpty() && returns.element().whenAcked() <= acked) {
            returns.remove().action().run();
        }
    }

    private void befall() {
        if (restart.isDone() && counts.acked() >= nextEnd && !plan.ends().isEmpty()) {
            restart.join();
            var end = plan.ends().get(lives++ % plan.ends().size());
            restart = CompletableFuture.runAsync(() -> end(end), Thread::startVirtualThread);
            nextEnd = between(500, 1_200);
        }
        var fault = plan.faults().get(fate.nextInt(plan.faults().size()));
        var victim = all.get(fate.nextInt(all.size()));
        var back = between(plan.absence() / 3, plan.absence());
        var fuse = fate.nextInt(MAX_BURST);
        if (publishers.contains(victim)) {
            fuse = 0;
            // Cut with acks on their way, or else hardly anything would be sent again.
            victim.publish(target(fate), fate.nextInt(1, MAX_BURST), padding);
        }
        switch (fault) {
            case RESET -> victim.cut(Cause.RESET, fuse);
            case HALF_OPEN -> victim.cut(Cause.HALF_OPEN, fuse);
            case REDIAL -> victim.cut(Cause.REDIAL, fuse);
            case AWAY -> {
                if (victim.cut(Cause.AWAY, 0)) {
                    var soon = between(1, MAX_PEACE);
                    var when = publishers.contains(victim) ? soon : back;
                    returns.add(new Return(when, victim::comeBack));
                }
            }
            case PAUSE -> {
                // Publishers that read no acks, or are away for long, would stop the world's clock.
                var reader = subscribers.get(fate.nextInt(subscribers.size()));
                reader.pause();
                returns.add(new Return(back, reader::goOn));
            }
        }
    }

    private void end(Plan.End how) {
        switch (how) {
            case DRAIN -> {
                server.drainAndRestart();
                counts.restarts.incrementAndGet();
            }
            case KILL -> {
                server.killAndRestart();
                counts.kills.incrementAndGet();
            }
        }
    }

    private void startPublishing() {
        var perTick = plan.perSecond() * TICK_MILLIS / 1_000.0;
        pace.scheduleAtFixedRate(
                () -> publishers.forEach(publisher -> publish(publisher, perTick)),
                0,
                TICK_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    private void publish(CountingClient publisher, double expected) {
        var count = (int) expected + (publishing.nextDouble() < expected % 1 ? 1 : 0);
        // To one stream, so that some are committed together and clients are cut among them.
        publisher.publish(target(publishing), count, padding);
    }

    private String target(RandomGenerator random) {
        var die = random.nextInt(10);
        if (die == 0) {
            return "@" + subscribers.get(random.nextInt(subscribers.size())).name();
        }
        return die < 5 ? "lobby" : room(random.nextInt(plan.rooms()));
    }

    /** Everybody comes back and gets what is left; then comes once more, to hear of nothing new. */
    private void finish() {
        restart.join();
        letReturn(Long.MAX_VALUE);
        stopPublishing();
        awaitQuiet();
        if (ledger.isClean()) {
            all.forEach(this::comeOnceMore);
            awaitQuiet();
        }
        ledger.close();
        all.forEach(CountingClient::stop);
    }

    private void comeOnceMore(CountingClient client) {
        try {
            if (!client.cutAndReturn(Cause.RESET, 0, PATIENCE)) {
                ledger.breach(client + " did not come back");
            }
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    private void stopPublishing() {
        pace.shutdown();
        try {
            if (!pace.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                ledger.breach("a publisher hangs");
            }
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    private void awaitQuiet() {
        if (!holds(() -> !ledger.isClean() || isQuiet())) {
            ledger.breach("it does not become quiet: " + all + "; " + ledger.behind());
        }
    }

    private boolean isQuiet() {
        return all.stream().allMatch(CountingClient::isSettled) && ledger.behind() == null;
    }

    @Override
    public void close() {
        pace.shutdownNow();
        all.forEach(CountingClient::stop);
        server.close();
    }
}
