package io.holdfast.simulation.run;

import io.holdfast.protocol.client.ClientSettings;
import io.holdfast.protocol.stream.HistoryLimits;
import io.holdfast.simulation.client.SimClient;
import io.holdfast.simulation.model.ClientChecker;
import io.holdfast.simulation.model.ReturnChecker;
import io.holdfast.simulation.model.SimulationFailure;
import io.holdfast.simulation.world.Hit;
import io.holdfast.simulation.world.Randoms;
import io.holdfast.simulation.world.SimLoop;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One run: a world by its seed, a schedule of what befalls it, then a time in which all is well and
 * everything must come right.
 */
public final class Simulation implements ClientChecker.Rules {
    private static final long SECOND = 1_000_000_000L;
    private static final long HOUR = 3_600 * SECOND;
    private static final long START_GAP_NANOS = 10_000_000L;

    private final long seed;
    private final List<Act> acts;
    private final Scene scene;
    private final Processes processes;

    private Simulation(long seed, @Nullable List<Act> given, int keepLines) {
        this.seed = seed;
        this.scene = new Scene(seed, keepLines);
        this.processes = new Processes(scene);
        this.acts =
                given == null ? Schedule.draw(scene.profile, scene.random.fork("schedule")) : given;
    }

    /** Runs a seed as it is. */
    public static Outcome run(long seed) {
        return run(seed, null, 0);
    }

    /**
     * @param acts the schedule; null for the seed's own
     * @param keepLines of the trace, for people
     */
    public static Outcome run(long seed, @Nullable List<Act> acts, int keepLines) {
        return new Simulation(seed, acts, keepLines).run();
    }

    private Outcome run() {
        SimulationFailure failure = null;
        Misfortunes misfortunes = new Misfortunes(scene, processes);
        Aftermath aftermath = new Aftermath(scene, processes);
        try {
            begin();
            acts.forEach(act -> scene.clock.at(act.atNanos(), () -> misfortunes.perform(act)));
            scene.until(scene.profile.faultsNanos());
            aftermath.heal();
            aftermath.comeRight();
            aftermath.everythingIsRight();
        } catch (SimulationFailure found) {
            failure = scene.findings.first() == null ? found : scene.findings.first();
        } catch (RuntimeException error) {
            failure = scene.findings.fail("exception", Processes.describe(error));
        }
        return new Outcome(
                seed,
                scene.trace.hash(),
                scene.clock.steps(),
                scene.clock.nowNanos(),
                new Outcome.Counts(
                        scene.truth.observations(),
                        scene.truth.acks(),
                        scene.servers.resumes(),
                        scene.servers.drains(),
                        processes.kills(),
                        processes.started(),
                        scene.servers.paced(),
                        scene.trace.hits()),
                failure,
                acts,
                scene.trace.lines());
    }

    private void begin() {
        scene.trace.note("world", "profile", scene.profile);
        processes.start();
        SimClient.World world = new SimClient.World(
                scene.network, scene.trace, scene.servers, scene.truth, processes::health);
        for (int i = 0; i < scene.profile.clients(); i++) {
            String name = "c" + i;
            Randoms own = scene.random.fork(name);
            SimLoop loop = new SimLoop(
                    scene.clock, own.fork("loop"), own.between(-HOUR, HOUR), processes::threw);
            ClientSettings settings = ClientSettings.of(scene.profile.preset().policy());
            SimClient client = new SimClient(
                    name,
                    world,
                    loop,
                    new ClientChecker(name, scene.findings, scene.truth, this),
                    new ReturnChecker(name, scene.findings, scene.clock, loop, settings),
                    settings,
                    scene.profile.leaving(),
                    i % 2,
                    own.fork("client"));
            scene.clients.add(client);
            scene.clock.at(i * START_GAP_NANOS, () -> loop.run(client::start));
        }
    }

    // The rules of this run.

    @Override
    public HistoryLimits leastHistory() {
        return scene.profile.leastHistory();
    }

    @Override
    public boolean epochsMayEnd(String stream) {
        return scene.servers.epochsMayEnd(stream);
    }

    @Override
    public boolean logMayForget() {
        return scene.profile.logMayForget();
    }

    @Override
    public void hit(Hit what) {
        scene.trace.hit(what);
    }

    @Override
    public long nowNanos() {
        return scene.servers.time().nowNanos();
    }
}
