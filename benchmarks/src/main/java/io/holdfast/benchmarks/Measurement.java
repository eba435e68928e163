package io.holdfast.benchmarks;

import io.holdfast.benchmarks.load.ResumeStorm;

import java.util.OptionalDouble;

/** One contestant's turn in one round. */
public sealed interface Measurement {
    /** Of the contestant. */
    String name();

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
            String name,
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
            String name,
            int round,
            int connections,
            double residentBytes,
            OptionalDouble liveBytes,
            long faults)
            implements Measurement {}

    /**
     * Of all clients coming back to a server that was restarted.
     *
     * @param userMicros of the new server's CPU for each client
     * @param systemMicros likewise in the kernel
     * @param generatorCores that the generator used; near 1 it is the generator that was measured
     * @param again the same when they have all left and come back a third time: with compiled code
     * @param againMicros of the server's CPU for each client then
     * @param exitStatus of the server that was stopped, -1 if it did not end
     * @param stopSeconds from SIGTERM to the end of its process
     * @param startSeconds from the start of the next process to its READY line
     */
    record Restart(
            String name,
            int round,
            ResumeStorm.Outcome outcome,
            double userMicros,
            double systemMicros,
            double generatorCores,
            double othersCores,
            ResumeStorm.Outcome again,
            double againMicros,
            int exitStatus,
            double stopSeconds,
            double startSeconds)
            implements Measurement {
        public double cpuMicros() {
            return userMicros + systemMicros;
        }

        @Override
        public long faults() {
            return outcome.faults() + again.faults() + (exitStatus == 0 ? 0 : 1);
        }
    }
}
