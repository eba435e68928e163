package io.holdfast.simulation.run;

import io.holdfast.simulation.client.SimClient;
import io.holdfast.simulation.model.Findings;
import io.holdfast.simulation.model.ServerChecker;
import io.holdfast.simulation.model.SimulationFailure;
import io.holdfast.simulation.model.StreamTruth;
import io.holdfast.simulation.world.Randoms;
import io.holdfast.simulation.world.SimClock;
import io.holdfast.simulation.world.SimDisk;
import io.holdfast.simulation.world.SimNetwork;
import io.holdfast.simulation.world.Trace;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Everything of one run that is not a process: time, wires, the disk, those who watch. */
final class Scene {
    /** More than any world of these sizes needs; beyond it somebody runs in circles. */
    private static final long MAX_STEPS = 3_000_000;

    private static final long MAX_STEPS_AT_ONCE = 20_000;

    final Randoms random;
    final Profile profile;
    final SimClock clock = new SimClock();
    final Trace trace;
    final Findings findings = new Findings();
    final StreamTruth truth = new StreamTruth(findings);
    final ServerChecker servers;
    final SimNetwork network;
    final SimDisk disk;
    final List<SimClient> clients = new ArrayList<>();
    /** Clients whose token somebody else had too. */
    final Set<String> haunted = new HashSet<>();

    Scene(long seed, int keepLines) {
        this.random = new Randoms(seed * 0x9E3779B97F4A7C15L + 1);
        this.profile = Profile.draw(random.fork("profile"));
        this.trace = new Trace(clock, keepLines);
        this.network = new SimNetwork(clock, random.fork("network"), profile.conditions());
        this.network.kernelGivesUp(profile.kernelGivesUp());
        this.disk = new SimDisk(random.fork("disk"));
        this.servers = new ServerChecker(
                findings,
                clock,
                truth,
                profile.durable(),
                profile.versions().getFirst().sessionTtl().toNanos(),
                profile.versions().getFirst().tokenTtl().toNanos());
    }

    void until(long nanos) {
        long moment = clock.nowNanos();
        long sinceMoment = clock.steps();
        while (clock.step(nanos)) {
            if (clock.nowNanos() != moment) {
                moment = clock.nowNanos();
                sinceMoment = clock.steps();
            } else if (clock.steps() - sinceMoment > MAX_STEPS_AT_ONCE) {
                throw findings.fail("spins", "time stands still: somebody's timer is always due");
            }
            SimulationFailure found = findings.first();
            if (found != null) {
                throw found;
            }
            if (clock.steps() > MAX_STEPS) {
                throw findings.fail("runs-in-circles", "more than " + MAX_STEPS + " steps");
            }
        }
    }
}
