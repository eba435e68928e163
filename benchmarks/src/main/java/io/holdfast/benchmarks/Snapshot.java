package io.holdfast.benchmarks;

/** Clocks and counters at one moment; what a turn cost is the difference of two. */
record Snapshot(
        long atNanos,
        long completed,
        ProcessFigures.Cpu server,
        ProcessFigures.Cpu own,
        long machineNanos) {
    static Snapshot take(long serverPid, long completed) {
        return new Snapshot(
                System.nanoTime(),
                completed,
                ProcessFigures.cpu(serverPid),
                ProcessFigures.cpu(ProcessHandle.current().pid()),
                ProcessFigures.machineBusyNanos());
    }

    double secondsSince(Snapshot before) {
        return (atNanos - before.atNanos) / 1e9;
    }

    ProcessFigures.Cpu serverSince(Snapshot before) {
        return server.since(before.server);
    }

    /** Cores' worth of CPU that this process, the generator, used. */
    double ownCoresSince(Snapshot before) {
        return own.since(before.own).totalNanos() / 1e9 / secondsSince(before);
    }

    /** Cores' worth of CPU that neither the server nor this process used. */
    double othersCoresSince(Snapshot before) {
        long others = machineNanos
                - before.machineNanos
                - own.since(before.own).totalNanos()
                - server.since(before.server).totalNanos();
        return Math.max(0, others / 1e9 / secondsSince(before));
    }
}
