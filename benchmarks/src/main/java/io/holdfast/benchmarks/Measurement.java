package io.holdfast.benchmarks;

import java.util.OptionalDouble;

/** One server's turn in one round. */
public sealed interface Measurement {
    Server server();

    int round();

    /** Lost, unexpected or broken: 0 or the figures mean nothing. */
    long faults();

    /**
     * Of a {@link Workload}.
     *
     * @param userMicros of the server's CPU for each answer or delivery
     * @param systemMicros likewise in the kernel
     * @param payloadBytes of an answer or a delivery on the wire
     * @param missing sent, but neither answered nor delivered when the load had ended
     * @param unexpected other messages, and broken connections
     * @param othersCores cores' worth of CPU that other processes used meanwhile: disturbance
     */
    record Messages(
            Workload workload,
            Server server,
            int round,
            long completed,
            double seconds,
            double userMicros,
            double systemMicros,
            double p50Micros,
            double p99Micros,
            int payloadBytes,
            long missing,
            long unexpected,
            double othersCores)
            implements Measurement {
        public double cpuMicros() {
            return userMicros + systemMicros;
        }

        public double perSecond() {
            return completed / seconds;
        }

        @Override
        public long faults() {
            return missing + unexpected;
        }
    }

    /**
     * Of connections that do nothing.
     *
     * @param residentBytes that one connection added to the process
     * @param liveBytes of heap that one connection holds, where {@code jcmd} could say
     */
    record Idle(
            Server server,
            int round,
            int connections,
            double residentBytes,
            OptionalDouble liveBytes,
            long faults)
            implements Measurement {}
}
