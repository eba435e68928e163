package io.holdfast.benchmarks.load;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/**
 * A load on one server: {@link #prepare}, then {@link #start}, run the generator, {@link #stop},
 * run it until {@link #finished}. Everything on one thread.
 */
public abstract sealed class Load permits EchoLoad, FanOutLoad, ResumeLoad {
    /** Upgrades under way at a time: below every server's listen backlog. */
    static final int MAX_UPGRADES_UNDER_WAY = 64;

    private static final Duration UPGRADE_LIMIT = Duration.ofSeconds(30);

    /** Longer than the second to which a server may coalesce its presence messages. */
    private static final Duration QUIET = Duration.ofMillis(1500);

    private static final Duration QUIET_LIMIT = Duration.ofSeconds(30);
    private static final long MAX_LATENCY_NANOS = Duration.ofMinutes(1).toNanos();

    private final Histogram latency = new Histogram(MAX_LATENCY_NANOS, 3);
    private int opened;
    private int broken;
    private long lastMessageNanos = System.nanoTime();
    long completed;
    long unexpected;

    /**
     * Opens the connections, waits until the server has no more to say about them, and checks one
     * message.
     */
    public abstract void prepare(Generator generator);

    public abstract void start();

    /** Sends no more. */
    public abstract void stop();

    /** Whether everything sent was answered. */
    public abstract boolean finished();

    /** What was sent and has not been answered or delivered. */
    public abstract long missing();

    /** Payload bytes of an answer or a delivery, as the server sends it. */
    public abstract int payloadBytes();

    /** Answers or deliveries so far. */
    public final long completed() {
        return completed;
    }

    /** Messages that were no answer, and connections that broke. */
    public final long unexpected() {
        return unexpected + broken;
    }

    public final Histogram latency() {
        return latency;
    }

    final void record(long nanos) {
        latency.recordValue(Math.min(nanos, MAX_LATENCY_NANOS));
    }

    final void countOpened() {
        opened++;
        lastMessageNanos = System.nanoTime();
    }

    final void countBroken() {
        broken++;
    }

    final void noteMessage(long nowNanos) {
        lastMessageNanos = nowNanos;
    }

    /** Waits until the upgrades under way are few enough for the next {@link Generator#connect}. */
    final void makeRoom(Generator generator, int connected) {
        await(
                generator,
                () -> connected - opened < MAX_UPGRADES_UNDER_WAY,
                UPGRADE_LIMIT,
                "upgrade");
    }

    final void awaitOpened(Generator generator, int connections) {
        await(generator, () -> opened == connections, UPGRADE_LIMIT, "upgrade");
    }

    /** After this no message of the connecting phase can be taken for an answer. */
    final void awaitQuiet(Generator generator) {
        BooleanSupplier quiet = () -> System.nanoTime() - lastMessageNanos > QUIET.toNanos();
        await(generator, quiet, QUIET_LIMIT, "quiet after the connections were made");
    }

    static void await(Generator generator, BooleanSupplier condition, Duration limit, String what) {
        if (!generator.runUntil(condition, limit)) {
            throw new IllegalStateException("The server under test gave no " + what + " within "
                    + limit.toSeconds() + " s: see its log.");
        }
    }
}
