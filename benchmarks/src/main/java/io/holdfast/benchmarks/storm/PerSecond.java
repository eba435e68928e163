package io.holdfast.benchmarks.storm;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Arrivals per second, from an origin on: counted in bins of {@link #FINE_MILLIS}, or of a whole
 * second.
 */
public final class PerSecond {
    /** Short enough to tell a wave from a second's spread. */
    public static final int FINE_MILLIS = 200;

    private static final int FINE_PARTS = 1000 / FINE_MILLIS;

    /** Bins in a second. */
    private final int parts;

    private double[] counts = new double[0];

    private PerSecond(int parts) {
        this.parts = parts;
    }

    /** Counts nothing yet, finely. */
    static PerSecond none() {
        return new PerSecond(FINE_PARTS);
    }

    /** Counts moments, in the time of the origin; those before it belong to the first bin. */
    public static PerSecond of(long originNanos, LongStream moments) {
        PerSecond all = none();
        moments.forEach(moment -> all.add(moment - originNanos, 1));
        return all;
    }

    void add(long sinceOriginNanos, double count) {
        long binNanos = TimeUnit.SECONDS.toNanos(1) / parts;
        put((int) (Math.max(0, sinceOriginNanos) / binNanos), count);
    }

    private void put(int bin, double count) {
        if (bin >= counts.length) {
            counts = Arrays.copyOf(counts, bin + 1);
        }
        counts[bin] += count;
    }

    /** The same in bins of a second. */
    public PerSecond whole() {
        PerSecond whole = new PerSecond(1);
        for (int bin = 0; bin < counts.length; bin++) {
            whole.put(bin / parts, counts[bin]);
        }
        return whole;
    }

    /** How many bins there are in a second. */
    int parts() {
        return parts;
    }

    /** Bins, up to the last with at least one arrival, or half of one that is expected. */
    public int bins() {
        return IntStream.range(0, counts.length)
                .filter(bin -> counts[bin] >= 0.5)
                .map(bin -> bin + 1)
                .max()
                .orElse(0);
    }

    /** Arrivals in a bin; 0 outside. */
    public double in(int bin) {
        return bin < counts.length ? counts[bin] : 0;
    }

    /** The most in one bin. */
    public double peak() {
        return Arrays.stream(counts).max().orElse(0);
    }

    public double total() {
        return Arrays.stream(counts).sum();
    }
}
