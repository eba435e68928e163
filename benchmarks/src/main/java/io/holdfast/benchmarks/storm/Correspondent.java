package io.holdfast.benchmarks.storm;

import io.holdfast.client.ClientBuilder;
import io.holdfast.client.HoldfastClient;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Writes to each of the fleet in turn, a {@code direct} message with the next number for it,
 * before, during and after the restart. It is a client itself: what it writes while there is no
 * server waits in it.
 */
public final class Correspondent implements AutoCloseable {
    /** Messages on their way at once. */
    private static final int WINDOW = 64;

    private static final int SETTLE_LIMIT_SECONDS = 60;
    /** Beyond the longest outage here: nothing expires in its queue. */
    private static final Duration KEPT = Duration.ofMinutes(10);

    private final HoldfastClient client;
    private final Thread thread;
    private final Semaphore window = new Semaphore(WINDOW);
    private final AtomicIntegerArray acked;
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicReference<@Nullable String> firstFailure = new AtomicReference<>();
    private final int perSecond;
    private volatile boolean stopped;

    private Correspondent(HoldfastClient client, int fleet, int perSecond) {
        this.client = client;
        this.perSecond = perSecond;
        acked = new AtomicIntegerArray(fleet);
        thread = Thread.ofVirtual().unstarted(this::write);
    }

    /** @param fleet how many are written to, named c0, c1… */
    public static Correspondent connect(ClientBuilder builder, int fleet, int perSecond) {
        HoldfastClient client = builder.resume()
                .pending(2 * WINDOW, 2 * WINDOW, KEPT)
                .listener(event -> {})
                .open();
        Fleet.connected(client.connected());
        return new Correspondent(client, fleet, perSecond);
    }

    /** Begins to write; nobody is written to who was never there. */
    public void start() {
        thread.start();
    }

    private void write() {
        long pauseNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        long dueNanos = System.nanoTime();
        for (int sent = 0; !stopped; sent++) {
            int to = sent % acked.length();
            int number = sent / acked.length();
            window.acquireUninterruptibly();
            client.direct("c" + to, Integer.toString(number)).whenComplete((ack, failure) -> {
                if (failure == null) {
                    acked.incrementAndGet(to);
                } else {
                    failed.incrementAndGet();
                    firstFailure.compareAndSet(null, failure.toString());
                }
                window.release();
            });
            dueNanos = Math.max(dueNanos + pauseNanos, System.nanoTime() - pauseNanos);
            LockSupport.parkNanos(dueNanos - System.nanoTime());
        }
    }

    /** Ends writing and waits for the last acks; whether they all came. */
    public boolean finish() throws InterruptedException {
        stopped = true;
        return thread.join(Duration.ofSeconds(SETTLE_LIMIT_SECONDS))
                && window.tryAcquire(WINDOW, SETTLE_LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    /** By member: messages that the server has taken. */
    public int[] published() {
        int[] counts = new int[acked.length()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = acked.get(i);
        }
        return counts;
    }

    public int failed() {
        return failed.get();
    }

    /** Null without one. */
    public @Nullable String firstFailure() {
        return firstFailure.get();
    }

    @Override
    public void close() {
        stopped = true;
        client.close();
    }
}
