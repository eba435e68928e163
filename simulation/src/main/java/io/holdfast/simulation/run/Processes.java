package io.holdfast.simulation.run;

import io.holdfast.protocol.client.HealthAnswer;
import io.holdfast.simulation.model.SimulationFailure;
import io.holdfast.simulation.server.ServerSettings;
import io.holdfast.simulation.server.SimServer;
import io.holdfast.simulation.world.Hit;
import io.holdfast.simulation.world.ProcessKilled;
import io.holdfast.simulation.world.Randoms;
import io.holdfast.simulation.world.SimDisk;
import io.holdfast.simulation.world.SimLoop;

import org.jspecify.annotations.Nullable;

/** The server's processes of one run, one after the other on the same disk and address. */
final class Processes implements SimServer.Owner {
    private static final long SECOND = 1_000_000_000L;
    private static final long HOUR = 3_600 * SECOND;

    private final Scene scene;
    private @Nullable SimServer server;
    private long downtimeNanos;
    private int started;
    private long kills;
    private boolean healed;
    /** What is to strike the next start. */
    private @Nullable Act atStart;

    Processes(Scene scene) {
        this.scene = scene;
    }

    /** The one that is there now; it may be dead. */
    @Nullable
    SimServer current() {
        return server;
    }

    int started() {
        return started;
    }

    long kills() {
        return kills;
    }

    /** Whether a server is there to stay: running, and no drain under way. */
    boolean isRunning() {
        SimServer now = server;
        return now != null && now.isAlive() && now.isRunning();
    }

    /** How long nobody is there after the next end. */
    void downtime(long nanos) {
        downtimeNanos = nanos;
    }

    HealthAnswer health() {
        SimServer now = server;
        if (now == null || !now.isAlive()) {
            return HealthAnswer.NONE;
        }
        return now.isRunning() ? HealthAnswer.OK : HealthAnswer.SHUTTING_DOWN;
    }

    /** From now on whoever ends is replaced soon, beginning with who is not there. */
    void heal() {
        healed = true;
        SimServer now = server;
        if (now != null && now.isAlive()) {
            now.spare();
            now.wake();
        } else {
            scene.clock.after(SECOND, () -> {
                SimServer later = server;
                if (later != null && !later.isAlive()) {
                    start();
                }
            });
        }
    }

    void start() {
        SimServer.World world = new SimServer.World(
                scene.clock, scene.network, scene.disk, scene.trace, scene.servers);
        // Old and new versions in turn; a monotonic clock begins anywhere.
        ServerSettings settings = scene.profile.versions().get(started % 2);
        String name = "s" + started;
        Randoms own = scene.random.fork(name);
        started++;
        scene.disk.handedOn();
        scene.trace.note(name, "starts", settings.version());
        arm();
        SimServer fresh = null;
        try {
            fresh = SimServer.start(name, world, settings, own, own.between(-HOUR, 3 * HOUR), this);
            scene.disk.handedOn();
        } catch (ProcessKilled killed) {
            scene.trace.note(name, "killed while it starts");
            kills++;
            scene.trace.hit(Hit.KILL_AT_START);
            scene.servers.processEnded(false);
            if (scene.disk.power() != null) {
                scene.trace.hit(Hit.POWER_LOSS_AT_START);
            }
            losePower(scene.disk.power());
        } catch (RuntimeException error) {
            if (!(error instanceof SimulationFailure)) {
                scene.findings.fail("exception", describe(error));
            }
        }
        server = fresh;
        if (fresh == null) {
            scene.clock.after(SECOND, this::start);
        }
    }

    /** Has the next start killed at one of its disk operations. */
    void killAtStart(Act act) {
        atStart = act;
    }

    private void arm() {
        Act act = atStart;
        atStart = null;
        if (act != null && !healed) {
            SimDisk.Unsynced[] modes = SimDisk.Unsynced.values();
            int which = act.other() % (modes.length + 1);
            scene.disk.killAfter(act.amount(), which == modes.length ? null : modes[which]);
        }
    }

    /** @param mode null when the power stays */
    void losePower(SimDisk.@Nullable Unsynced mode) {
        if (mode == null) {
            return;
        }
        if (scene.disk.hasUnsyncedBytes()) {
            scene.trace.hit(Hit.POWER_LOSS_WITH_UNSYNCED_BYTES);
        }
        if (scene.disk.hasUnsyncedNames()) {
            scene.trace.hit(Hit.POWER_LOSS_WITH_UNSYNCED_NAMES);
        }
        scene.disk.powerLoss(mode);
    }

    private void startLater(long nanos) {
        scene.clock.after(healed ? Math.min(nanos, SECOND) : nanos, () -> {
            SimServer now = server;
            if (now != null && !now.isAlive()) {
                start();
            }
        });
    }

    @Override
    public void ended(SimServer process) {
        scene.trace.note(process.name(), "ended");
        startLater(downtimeNanos);
    }

    @Override
    public void threw(SimLoop loop, Throwable error) {
        SimServer now = server;
        if (error instanceof ProcessKilled) {
            if (now != null && now.owns(loop)) {
                kills++;
                SimDisk.Unsynced power = scene.disk.power();
                now.kill(power != null);
                losePower(power);
                startLater(downtimeNanos);
            }
            return;
        }
        if (error instanceof SimulationFailure) {
            return; // Kept by the scene.findings.
        }
        if (error instanceof VirtualMachineError fatal) {
            throw fatal;
        }
        scene.findings.fail("exception", describe(error));
    }

    static String describe(Throwable error) {
        StringBuilder text = new StringBuilder(error.toString());
        StackTraceElement[] frames = error.getStackTrace();
        for (int i = 0; i < Math.min(6, frames.length); i++) {
            text.append("\n    at ").append(frames[i]);
        }
        return text.toString();
    }

    void kill(boolean silently, long downtime) {
        SimServer now = server;
        if (now != null && now.isAlive()) {
            kills++;
            now.kill(silently);
            startLater(downtime);
        }
    }
}
