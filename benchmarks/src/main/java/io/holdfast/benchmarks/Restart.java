package io.holdfast.benchmarks;

import io.holdfast.benchmarks.load.AckedPublisher;
import io.holdfast.benchmarks.load.AwaySessions;
import io.holdfast.benchmarks.load.Generator;
import io.holdfast.benchmarks.load.ResumePosition;
import io.holdfast.benchmarks.load.ResumeStorm;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Sessions are made, the server is restarted gracefully, and all its clients come back at once. */
final class Restart {
    /** Long enough for the rounds of a slow machine; no news of who left while it is measured. */
    private static final List<String> PATIENCE = List.of(
            "rooms.session_ttl=600s", "store.history_ttl=600s", "rooms.presence_grace=600s");

    private static final int EXIT_LIMIT_SECONDS = 60;

    private final Settings settings;

    Restart(Settings settings) {
        this.settings = settings;
    }

    static List<Contestant> contestants() {
        return Stream.of("memory", "disk").map(Restart::engine).toList();
    }

    private static Contestant engine(String name) {
        List<String> all = new ArrayList<>(PATIENCE);
        all.add("store.engine=" + name);
        return Contestant.holdfast(name, all.toArray(String[]::new));
    }

    Measurement.Restart take(Contestant contestant, int round)
            throws IOException, InterruptedException {
        int missed = settings.missedInRestart();
        try (StoreDirectory store = StoreDirectory.in(settings.stores())) {
            List<ResumePosition> positions;
            int exitStatus;
            long stoppingNanos;
            long stoppedNanos;
            try (ServerProcess first =
                    ServerProcess.start(contestant, settings, settings.heap(), store)) {
                positions = makeSessions(first.port(), missed);
                stoppingNanos = System.nanoTime();
                first.terminate();
                exitStatus = first.awaitExit(EXIT_LIMIT_SECONDS);
                stoppedNanos = System.nanoTime();
            }
            long startingNanos = System.nanoTime();
            try (ServerProcess second =
                            ServerProcess.start(contestant, settings, settings.heap(), store);
                    Generator generator = new Generator(second.port())) {
                long readyNanos = System.nanoTime();
                Storm cold = storm(second, generator, positions, missed);
                Storm next = storm(second, generator, cold.leave(generator), missed + 1);
                Storm warm = storm(second, generator, next.leave(generator), missed + 2);
                int sessions = positions.size();
                return new Measurement.Restart(
                        contestant.name(),
                        round,
                        cold.load().outcome(),
                        cold.cpu().userNanos() / 1000.0 / sessions,
                        cold.cpu().systemNanos() / 1000.0 / sessions,
                        cold.generatorCores(),
                        cold.othersCores(),
                        warm.load().outcome(),
                        warm.cpu().totalNanos() / 1000.0 / sessions,
                        exitStatus,
                        (stoppedNanos - stoppingNanos) / 1e9,
                        (readyNanos - startingNanos) / 1e9);
            }
        }
    }

    private record Storm(
            ResumeStorm load, ProcessFigures.Cpu cpu, double generatorCores, double othersCores) {
        List<ResumePosition> leave(Generator generator) {
            return load.leave(generator);
        }
    }

    private Storm storm(
            ServerProcess server, Generator generator, List<ResumePosition> positions, int missed) {
        ResumeStorm load = new ResumeStorm(positions, missed);
        Snapshot before = Snapshot.take(server.pid(), 0);
        load.run(generator);
        Snapshot after = Snapshot.take(server.pid(), positions.size());
        load.publishLive(generator, settings.fanOutPayloadBytes());
        return new Storm(
                load,
                after.serverSince(before),
                after.ownCoresSince(before),
                after.othersCoresSince(before));
    }

    private List<ResumePosition> makeSessions(int port, int missed) throws IOException {
        try (Generator generator = new Generator(port)) {
            int sessions = settings.idleConnections();
            List<ResumePosition> positions = AwaySessions.make(generator, sessions);
            AckedPublisher.publish(generator, missed, settings.fanOutPayloadBytes());
            AckedPublisher.publishToEach(generator, sessions);
            return positions;
        }
    }
}
