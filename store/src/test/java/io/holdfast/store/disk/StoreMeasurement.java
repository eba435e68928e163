package io.holdfast.store.disk;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.holdfast.store.Opened;
import io.holdfast.store.Outcome;
import io.holdfast.store.Store;
import io.holdfast.store.StoreException;
import io.holdfast.store.StreamBatch;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures the log against SQLite, and a start with 1 GiB. Not one of the build's tests; run by hand
 * as docs/decisions/0014-segmented-log.md says. Prints one line per measurement.
 */
class StoreMeasurement {
    private static final int MESSAGE_BYTES = 200;
    private static final long RUN_NANOS = Duration.ofSeconds(4).toNanos();
    private static final int[] IN_FLIGHT = {1, 16, 256, 2048};
    private static final long GIB = 1024L * 1024 * 1024;

    @TempDir
    private Path directory;

    @Test
    void appends() throws Exception {
        for (int round = 0; round < 2; round++) {
            for (int inFlight : IN_FLIGHT) {
                try (Store store = DiskStore.open(fresh(), DiskSettings.DEFAULT).store()) {
                    measure("log", inFlight, store::append);
                }
                try (SqliteAppender sqlite = new SqliteAppender(fresh())) {
                    measure("sqlite", inFlight, sqlite::append);
                }
            }
        }
    }

    private Path fresh() throws IOException {
        return Files.createTempDirectory(directory, "store");
    }

    /** Each of {@code inFlight} publishers sends its next message when the last is committed. */
    private static void measure(String name, int inFlight, BiConsumer<StreamBatch, Outcome> append)
            throws InterruptedException {
        long start = System.nanoTime();
        long end = start + RUN_NANOS;
        long cpu = cpuNanos();
        Latencies latencies = new Latencies();
        CountDownLatch done = new CountDownLatch(inFlight);
        for (int i = 0; i < inFlight; i++) {
            new Publisher("room" + i, append, end, latencies, done).next();
        }
        done.await();
        double seconds = (System.nanoTime() - start) / 1e9;
        long count = latencies.count();
        System.out.printf(
                "%-7s in flight %5d: %8.0f messages/s, p50 %7.2f ms, p99 %7.2f ms,"
                        + " %6.1f us CPU per message%n",
                name,
                inFlight,
                count / seconds,
                latencies.millis(0.50),
                latencies.millis(0.99),
                (cpuNanos() - cpu) / 1e3 / count);
        assertThat(count).isPositive();
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    @Test
    void startsWithOneGibibyte() throws Exception {
        Path store = fresh();
        DiskSettings settings = new DiskSettings(
                Duration.ZERO, true, 32L << 20, 2 * GIB, Duration.ofMinutes(10), 1_000, 8L << 20);
        fill(store, settings);
        for (int round = 0; round < 2; round++) {
            long start = System.nanoTime();
            long cpu = cpuNanos();
            Opened opened = DiskStore.open(store, settings);
            AtomicLong messages = new AtomicLong();
            opened.found()
                    .streams()
                    .forEach(stream ->
                            stream.history().forEach(batch -> messages.addAndGet(batch.count())));
            System.out.printf(
                    "start with 1 GiB: %.2f s, %.2f s CPU; %d messages kept as history%n",
                    (System.nanoTime() - start) / 1e9, (cpuNanos() - cpu) / 1e9, messages.get());
            opened.store().close();
        }
    }

    private static void fill(Path directory, DiskSettings settings)
            throws StoreException, InterruptedException {
        int perBatch = 50;
        int streams = 1_000;
        long batches = GIB / ((long) perBatch * (MESSAGE_BYTES + 4));
        byte[] bytes = new byte[perBatch * MESSAGE_BYTES];
        Arrays.fill(bytes, (byte) 'x');
        int[] ends = new int[perBatch];
        Arrays.setAll(ends, i -> (i + 1) * MESSAGE_BYTES);
        CountDownLatch done = new CountDownLatch((int) batches);
        try (Store store = DiskStore.open(directory, settings).store()) {
            for (int i = 0; i < batches; i++) {
                long first = 1 + (long) (i / streams) * perBatch;
                store.append(
                        new StreamBatch(
                                "room" + i % streams, "e", first, i, bytes, ends, null, perBatch),
                        counting(done));
                while (store.pendingBytes() > 64L << 20) {
                    Thread.onSpinWait();
                }
            }
            done.await();
        }
    }

    private static Outcome counting(CountDownLatch done) {
        return new Outcome() {
            @Override
            public void committed() {
                done.countDown();
            }

            @Override
            public void failed(StoreException why) {
                throw new IllegalStateException(why);
            }
        };
    }

    private static final class Publisher implements Outcome {
        private static final byte[] BYTES = new byte[MESSAGE_BYTES];
        private static final int[] ENDS = {MESSAGE_BYTES};

        private final String stream;
        private final BiConsumer<StreamBatch, Outcome> append;
        private final long endNanos;
        private final Latencies latencies;
        private final CountDownLatch done;
        private long seq;
        private long sentNanos;

        Publisher(
                String stream,
                BiConsumer<StreamBatch, Outcome> append,
                long endNanos,
                Latencies latencies,
                CountDownLatch done) {
            this.stream = stream;
            this.append = append;
            this.endNanos = endNanos;
            this.latencies = latencies;
            this.done = done;
        }

        void next() {
            sentNanos = System.nanoTime();
            append.accept(new StreamBatch(stream, "e", ++seq, 0, BYTES, ENDS, null, 1), this);
        }

        @Override
        public void committed() {
            long now = System.nanoTime();
            latencies.add(now - sentNanos);
            if (now < endNanos) {
                next();
            } else {
                done.countDown();
            }
        }

        @Override
        public void failed(StoreException why) {
            throw new IllegalStateException(why);
        }
    }

    /** Only the committing thread adds. */
    private static final class Latencies {
        private long[] nanos = new long[1 << 16];
        private int count;

        void add(long value) {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = value;
        }

        int count() {
            return count;
        }

        double millis(double quantile) {
            Arrays.sort(nanos, 0, count);
            return nanos[(int) (quantile * (count - 1))] / 1e6;
        }
    }
}
