package io.holdfast.benchmarks;

import io.holdfast.benchmarks.load.DrainLoad;
import io.holdfast.benchmarks.load.Generator;
import io.holdfast.benchmarks.load.IdleLoad;
import io.holdfast.benchmarks.load.Load;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Runs scenarios: in every round each server takes its turn, freshly started, in an order that
 * rotates.
 */
public final class Suite {
    private static final Duration FINISH_LIMIT = Duration.ofSeconds(10);

    /**
     * Connections made and dropped before the idle baseline, so that classes and pools are not
     * counted.
     */
    private static final int IDLE_WARM_UP_CONNECTIONS = 200;

    private final Settings settings;
    private final PrintStream progress;

    public Suite(Settings settings, PrintStream progress) {
        this.settings = settings;
        this.progress = progress;
    }

    private interface Turn<M> {
        M take(Server server, int round) throws IOException, InterruptedException;
    }

    private <M> List<M> rounds(String title, Turn<M> turn)
            throws IOException, InterruptedException {
        List<M> all = new ArrayList<>();
        for (int round = 1; round <= settings.rounds(); round++) {
            List<Server> order = new ArrayList<>(settings.servers());
            Collections.rotate(order, 1 - round);
            for (Server server : order) {
                M measurement = turn.take(server, round);
                all.add(measurement);
                progress.println(title + ", round " + round + ": " + measurement);
            }
        }
        return all;
    }

    public List<Measurement.Messages> measure(Workload workload)
            throws IOException, InterruptedException {
        int delivered = workload == Workload.ECHO ? 0 : deliveredBytes();
        return rounds(workload.title(), (server, round) -> {
            boolean envelope = server == Server.HOLDFAST;
            int payload = envelope ? settings.fanOutPayloadBytes() : delivered;
            return messages(workload, server, round, payload);
        });
    }

    /**
     * Payload bytes of a delivery: what Holdfast makes of the publisher's data when it takes part,
     * so that the kernel carries the same bytes for everybody.
     */
    private int deliveredBytes() throws IOException, InterruptedException {
        if (!settings.servers().contains(Server.HOLDFAST)) {
            return settings.fanOutPayloadBytes();
        }
        try (ServerProcess process =
                        ServerProcess.start(Server.HOLDFAST, settings, settings.heap());
                Generator generator = new Generator(process.port())) {
            Load probe = Workload.FAN_OUT_1.load(
                    Server.HOLDFAST.wire(), settings, settings.fanOutPayloadBytes());
            probe.prepare(generator);
            return probe.payloadBytes();
        }
    }

    private Measurement.Messages messages(
            Workload workload, Server server, int round, int fanOutPayloadBytes)
            throws IOException, InterruptedException {
        try (ServerProcess process = ServerProcess.start(server, settings, settings.heap());
                Generator generator = new Generator(process.port())) {
            Load load = workload.load(server.wire(), settings, fanOutPayloadBytes);
            load.prepare(generator);
            load.start();
            generator.runFor(settings.warmUp());
            load.latency().reset();
            Snapshot before = Snapshot.take(process.pid(), load.completed());
            generator.runFor(settings.measure());
            Snapshot after = Snapshot.take(process.pid(), load.completed());
            double p50 = load.latency().getValueAtPercentile(50) / 1000.0;
            double p99 = load.latency().getValueAtPercentile(99) / 1000.0;
            load.stop();
            generator.runUntil(load::finished, FINISH_LIMIT);
            long completed = after.completed() - before.completed();
            double seconds = (after.atNanos() - before.atNanos()) / 1e9;
            ProcessFigures.Cpu cpu = after.server().since(before.server());
            long own = after.own().since(before.own()).totalNanos();
            long others = after.machineNanos() - before.machineNanos() - own - cpu.totalNanos();
            return new Measurement.Messages(
                    workload,
                    server,
                    round,
                    completed,
                    seconds,
                    cpu.userNanos() / 1000.0 / Math.max(1, completed),
                    cpu.systemNanos() / 1000.0 / Math.max(1, completed),
                    p50,
                    p99,
                    load.payloadBytes(),
                    load.missing(),
                    load.unexpected(),
                    Math.max(0, others / 1e9 / seconds));
        }
    }

    private record Snapshot(
            long atNanos,
            long completed,
            ProcessFigures.Cpu server,
            ProcessFigures.Cpu own,
            long machineNanos) {
        static Snapshot take(long pid, long completed) {
            return new Snapshot(
                    System.nanoTime(),
                    completed,
                    ProcessFigures.cpu(pid),
                    ProcessFigures.cpu(ProcessHandle.current().pid()),
                    ProcessFigures.machineBusyNanos());
        }
    }

    public List<Measurement.Idle> measureIdle() throws IOException, InterruptedException {
        return rounds("idle", this::idle);
    }

    private Measurement.Idle idle(Server server, int round)
            throws IOException, InterruptedException {
        int connections = settings.idleConnections();
        try (ServerProcess process = ServerProcess.start(server, settings, settings.idleHeap())) {
            try (Generator generator = new Generator(process.port())) {
                new IdleLoad(server.wire())
                        .open(generator, IDLE_WARM_UP_CONNECTIONS, Duration.ZERO);
            }
            try (Generator generator = new Generator(process.port())) {
                IdleLoad load = new IdleLoad(server.wire());
                generator.runFor(settings.settle());
                OptionalLong liveBefore = ProcessFigures.liveHeapBytes(process.pid());
                long residentBefore = ProcessFigures.residentBytes(process.pid());
                load.open(generator, connections, settings.settle());
                long residentAfter = ProcessFigures.residentBytes(process.pid());
                OptionalLong liveAfter = ProcessFigures.liveHeapBytes(process.pid());
                OptionalDouble live = liveBefore.isPresent() && liveAfter.isPresent()
                        ? OptionalDouble.of((liveAfter.getAsLong() - liveBefore.getAsLong())
                                / (double) connections)
                        : OptionalDouble.empty();
                double resident = (residentAfter - residentBefore) / (double) connections;
                return new Measurement.Idle(
                        server, round, connections, resident, live, load.broken());
            }
        }
    }

    /** Holdfast alone: the others know no drain. */
    public DrainResult drain() throws IOException, InterruptedException {
        int connections = settings.idleConnections();
        Duration planned = Duration.ofSeconds(connections / settings.drainRate());
        try (ServerProcess process =
                        ServerProcess.start(Server.HOLDFAST, settings, settings.heap());
                Generator generator = new Generator(process.port())) {
            DrainLoad load = new DrainLoad(connections);
            load.open(generator, settings.settle());
            process.terminate();
            generator.runUntil(load::finished, planned.multipliedBy(2).plusSeconds(30));
            int exit = process.awaitExit(30);
            return new DrainResult(settings.drainRate(), load.outcome(), exit);
        }
    }
}
