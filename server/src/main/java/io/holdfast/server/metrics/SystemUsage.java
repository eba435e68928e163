package io.holdfast.server.metrics;

import com.sun.management.OperatingSystemMXBean;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * CPU and memory use for health. Looked at when asked for, at most once a second; whoever asks in
 * between, or meanwhile, gets the last sample. Thread-safe.
 */
public final class SystemUsage {

    private static final long SAMPLE_NANOS = 1_000_000_000L;

    /** Linux only, see proc(5). */
    private static final Path STATUS = Path.of("/proc/self/status");

    private static final Pattern RESIDENT_KIB = Pattern.compile("VmRSS:\\s{1,20}(\\d{1,15}) kB");

    /**
     * Shares in percent, with one decimal.
     *
     * @param cpuPercent of all the processor time this process may use (all cores of the machine
     *     or of the container's quota)
     * @param memoryPercent resident memory of this process, heap and native, as a share of the
     *     machine's or, inside a container, of the container's memory limit
     */
    public record Sample(double cpuPercent, double memoryPercent) {}

    private final OperatingSystemMXBean system =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    private final LongSupplier nanoTime;
    private final AtomicBoolean sampling = new AtomicBoolean();
    private volatile long sampledNanos;
    private volatile Sample last;

    /**
     * Takes the first sample.
     *
     * @param nanoTime a monotonic clock such as {@link System#nanoTime}
     */
    public SystemUsage(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.last = take();
        this.sampledNanos = nanoTime.getAsLong();
    }

    public Sample sample() {
        boolean due = nanoTime.getAsLong() - sampledNanos >= SAMPLE_NANOS;
        if (due && sampling.compareAndSet(false, true)) {
            try {
                last = take();
                sampledNanos = nanoTime.getAsLong();
            } finally {
                sampling.set(false);
            }
        }
        return last;
    }

    private Sample take() {
        double total = Math.max(system.getTotalMemorySize(), 1);
        return new Sample(percent(system.getProcessCpuLoad()), percent(residentBytes() / total));
    }

    /** The JDK says a negative number when it does not know yet. */
    private static double percent(double share) {
        double percent = Double.isFinite(share) ? Math.clamp(share * 100, 0, 100) : 0;
        return Math.round(percent * 10) / 10.0;
    }

    /** Where there is no procfs: what the heap and the JVM's own pools have committed. */
    private long residentBytes() {
        try (InputStream in = Files.newInputStream(STATUS)) {
            String text = new String(in.readNBytes(8_192), StandardCharsets.US_ASCII);
            Matcher kib = RESIDENT_KIB.matcher(text);
            if (kib.find()) {
                return Long.parseLong(kib.group(1)) * 1_024;
            }
        } catch (IOException e) {
            // Falls through to the estimate.
        }
        return memory.getHeapMemoryUsage().getCommitted()
                + memory.getNonHeapMemoryUsage().getCommitted();
    }
}
