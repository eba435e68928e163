package io.holdfast.simulation.world;

/**
 * What the network is like.
 *
 * @param minDelayNanos of a segment, one way
 * @param maxDelayNanos the same
 * @param loss of segments, 0 to 0.3: TCP makes stalls of it
 * @param splitting how likely a segment ends anywhere
 * @param kernelBytes that both kernels hold of one direction
 * @param highWaterBytes that a process lets wait before its socket has no room
 */
public record Conditions(
        long minDelayNanos,
        long maxDelayNanos,
        double loss,
        double splitting,
        int kernelBytes,
        int highWaterBytes) {

    long delayNanos(Randoms random) {
        return random.between(minDelayNanos, maxDelayNanos);
    }

    /** The same without faults. */
    public Conditions healed() {
        return new Conditions(1_000_000, 20_000_000, 0, splitting, kernelBytes, highWaterBytes);
    }
}
