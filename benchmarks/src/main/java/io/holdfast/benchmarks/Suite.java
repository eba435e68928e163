package io.holdfast.benchmarks;

import io.holdfast.benchmarks.load.DrainLoad;
import io.holdfast.benchmarks.load.FanOutLoad;
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
 * Runs scenarios: in every round each contestant takes its turn, freshly started, in an order
 * that rotates.
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

    private interface Turn<C, M> {
        M take(C contestant, int round) throws IOException, InterruptedException;
    }

    private <C, M> List<M> rounds(String title, List<C> contestants, Turn<C, M> turn)
            throws IOException, InterruptedException {
        List<M> all = new ArrayList<>();
        for (int round = 1; round <= settings.rounds(); round++) {
            List<C> order = new ArrayList<>(contestants);
            Collections.rotate(order, 1 - round);
            for (C contestant : order) {
                M measurement = turn.take(contestant, round);
                all.add(measurement);
                progress.println(title + ", round " + round + ": " + measurement);
            }
        }
        return all;
    }

    public List<Measurement.Messages> measure(Workload workload)
            throws IOException, InterruptedException {
        boolean fanOut = workload == Workload.FAN_OUT_1 || workload == Workload.FAN_OUT_32;
        int delivered = fanOut ? deliveredBytes() : 0;
        return rounds(workload.title(), workload.entries(settings), (entry, round) -> {
            boolean envelope = entry.contestant().server() == Server.HOLDFAST;
            int payload = envelope ? settings.fanOutPayloadBytes() : delivered;
            return messages(workload, entry.contestant(), entry.load().apply(payload), round);
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
        try (StoreDirectory store = StoreDirectory.in(settings.stores());
                ServerProcess process = ServerProcess.start(
                        Contestant.of(Server.HOLDFAST), settings, settings.heap(), store);
                Generator generator = new Generator(process.port())) {
            Load probe = new FanOutLoad(
                    Server.HOLDFAST.wire(),
                    settings.subscribers(),
                    1,
                    settings.fanOutPayloadBytes());
            probe.prepare(generator);
            return probe.payloadBytes();
        }
    }

    private Measurement.Messages messages(
            Workload workload, Contestant contestant, Load load, int round)
            throws IOException, InterruptedException {
        try (StoreDirectory store = StoreDirectory.in(settings.stores());
                ServerProcess process =
                        ServerProcess.start(contestant, settings, settings.heap(), store);
                Generator generator =
                        new Generator(contestant.bots() ? process.botPort() : process.port())) {
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
            ProcessFigures.Cpu cpu = after.serverSince(before);
            return new Measurement.Messages(
                    workload,
                    contestant.name(),
                    round,
                    completed,
                    after.secondsSince(before),
                    cpu.userNanos() / 1000.0 / Math.max(1, completed),
                    cpu.systemNanos() / 1000.0 / Math.max(1, completed),
                    p50,
                    p99,
                    load.payloadBytes(),
                    load.missing(),
                    load.unexpected(),
                    after.othersCoresSince(before));
        }
    }

    public List<Measurement.Idle> measureIdle() throws IOException, InterruptedException {
        return rounds("idle", settings.servers(), this::idle);
    }

    private Measurement.Idle idle(Server server, int round)
            throws IOException, InterruptedException {
        int connections = settings.idleConnections();
        Contestant contestant = Contestant.of(server);
        try (StoreDirectory store = StoreDirectory.in(settings.stores());
                ServerProcess process =
                        ServerProcess.start(contestant, settings, settings.idleHeap(), store)) {
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
                        contestant.name(), round, connections, resident, live, load.broken());
            }
        }
    }

    /** Holdfast alone, with either of its stores. */
    public List<Measurement.Restart> restart() throws IOException, InterruptedException {
        return rounds("restart", Restart.contestants(), new Restart(settings)::take);
    }

    /** Holdfast alone: the others know no drain. */
    public DrainResult drain() throws IOException, InterruptedException {
        int connections = settings.idleConnections();
        Duration planned = Duration.ofSeconds(connections / settings.drainRate());
        try (StoreDirectory store = StoreDirectory.in(settings.stores());
                ServerProcess process = ServerProcess.start(
                        Contestant.of(Server.HOLDFAST), settings, settings.heap(), store);
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
