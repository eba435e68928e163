package io.holdfast.simulation.run;

import io.holdfast.simulation.client.SimClient;
import io.holdfast.simulation.server.SimServer;
import io.holdfast.simulation.world.Hit;
import io.holdfast.simulation.world.SimDisk;
import io.holdfast.simulation.world.SimLoop;
import io.holdfast.simulation.world.SimSocket;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Does what a schedule says: what clients do, and what befalls them and the server. */
final class Misfortunes {
    private static final long SECOND = 1_000_000_000L;
    /** An owner's patience with a client that stays away. */
    private static final long RESTART_NANOS = 3 * SECOND;

    /** The steps of a resume, and of a commit between the store's answer and the last ack. */
    private static final List<Hit> RESUME = List.of(
            Hit.KILL_AT_HELLO,
            Hit.KILL_AT_SEAT,
            Hit.KILL_AT_SUBSCRIPTION,
            Hit.KILL_AT_COMMIT_OF_RESUME,
            Hit.KILL_AT_COMMITTED_RESUME,
            Hit.KILL_AT_WELCOME,
            Hit.KILL_AT_RELEASE);

    private static final List<Hit> COMMIT = List.of(
            Hit.KILL_WHEN_THE_STORE_HAS_ANSWERED, Hit.KILL_BEFORE_THE_ACKS, Hit.KILL_BETWEEN_ACKS);

    private final Scene scene;
    private final Processes processes;

    Misfortunes(Scene scene, Processes processes) {
        this.scene = scene;
        this.processes = processes;
    }

    void perform(Act act) {
        SimClient client = scene.clients.get(act.who() % scene.clients.size());
        SimSocket socket = client.socket();
        SimServer now = processes.current();
        scene.trace.note("world", act.kind().name(), act.who(), act.amount(), act.other());
        switch (act.kind()) {
            case PUBLISH -> {
                for (long i = 0; i < act.amount(); i++) {
                    client.loop().run(() -> client.publish(room(act.other())));
                }
            }
            case DIRECT -> {
                SimClient to = scene.clients.get(act.other() % scene.clients.size());
                client.loop().run(() -> client.direct(to.clientId()));
            }
            case JOIN -> client.loop().run(() -> client.join(room(act.other())));
            case LEAVE -> client.loop().run(() -> client.leave(room(act.other())));
            case STRAY_ACK -> strayAck(client, false);
            case ACK_AHEAD -> strayAck(client, true);
            case ONLINE -> client.loop().run(client::online);
            case REDIAL -> client.loop().run(client::redial);
            case FORGET_POSITIONS -> client.loop().run(client::forgetPositions);
            case RESET -> breakOff(client);
            case HALF_OPEN -> {
                if (socket != null) {
                    scene.network.halfOpen(socket);
                }
            }
            case CUT_UP -> {
                if (socket != null) {
                    scene.network.cutOut(socket, act.amount());
                }
            }
            case CUT_DOWN -> {
                if (socket != null) {
                    scene.network.cutIn(socket, act.amount());
                }
            }
            case STOP_READING -> {
                client.reading(false);
                scene.clock.after(act.amount(), () -> {
                    if (socket != null) {
                        socket.reading(true);
                    }
                });
            }
            case GHOST -> race(client, act.amount());
            case GHOST_AHEAD -> ghost(client, client.token(), true, act.amount());
            case STRANGER -> ghost(client, "-", false, act.amount());
            case PAUSE_CLIENT -> client.loop().pause(act.amount());
            case SLEEP_CLIENT ->
                sleep(
                        client,
                        Math.min(
                                act.amount(),
                                scene.profile.faultsNanos() - scene.clock.nowNanos()));
            case POWER_LOSS -> {
                processes.kill(true, act.amount());
                processes.losePower(power(act));
            }
            case KILL_AT_START -> {
                processes.killAtStart(act);
                if (now != null && now.isAlive()) {
                    endSoon(now);
                }
            }
            case CLOCK_AHEAD -> wallJumps(client, act.amount());
            case CLOCK_BACK -> wallJumps(client, -act.amount());
            default -> {
                if (now != null && now.isAlive()) {
                    befall(now, act);
                }
            }
        }
    }

    /** The monotonic clock of its host stands still, and its timers with it. */
    private void sleep(SimClient client, long nanos) {
        if (client.loop().isPaused()) {
            return; // Nobody sleeps twice at a time.
        }
        client.returning().standsStill(nanos);
        client.loop().stoodStill(nanos);
        client.loop().pause(nanos);
    }

    /** On the hosts of a client and of the server. */
    private void wallJumps(SimClient client, long nanos) {
        client.wallJumps(nanos);
        SimServer now = processes.current();
        if (now != null && now.isAlive()) {
            now.wallJumps(nanos);
        }
    }

    /** The server acks something that was never sent, or for the second time. */
    private void strayAck(SimClient client, boolean ahead) {
        SimServer now = processes.current();
        String id = client.strayId(ahead);
        if (now != null && now.isAlive() && id != null) {
            now.strayAck(client.clientId(), id);
        }
    }

    private void breakOff(SimClient client) {
        SimSocket socket = client.socket();
        if (socket != null && !socket.isClosed()) {
            scene.network.reset(socket);
        }
    }

    private void killAt(SimServer now, Act act, List<Hit> steps) {
        int count = steps.size();
        processes.downtime(SECOND);
        now.killAt(steps.get((int) (act.amount() % count)), 1 + (int) (act.amount() / count));
    }

    private static SimDisk.Unsynced power(Act act) {
        SimDisk.Unsynced[] modes = SimDisk.Unsynced.values();
        return modes[act.other() % modes.length];
    }

    private void killAtDisk(SimServer now, Act act, SimDisk.@Nullable Unsynced power) {
        scene.disk.killAfter(act.amount(), power);
        processes.downtime(SECOND);
        if (!scene.profile.durable()) {
            now.signal(); // Only its last word goes to the disk.
        }
    }

    /** So that the next process has something to find. */
    private void endSoon(SimServer now) {
        if (scene.profile.durable()) {
            processes.kill(false, SECOND);
        } else {
            processes.downtime(SECOND);
            now.signal();
        }
    }

    private void befall(SimServer now, Act act) {
        switch (act.kind()) {
            case PAUSE_SERVER -> {
                now.pause(act.amount());
                scene.servers.excused(act.amount());
            }
            case PAUSE_LOOP -> {
                now.pauseLoop(act.other(), act.amount());
                scene.servers.excused(act.amount());
            }
            case PAUSE_STORE -> {
                now.pauseStore(act.amount());
                scene.servers.excused(act.amount());
            }
            case KILL -> processes.kill(false, act.amount());
            case KILL_AT_DISK -> killAtDisk(now, act, null);
            case POWER_LOSS_AT_DISK -> killAtDisk(now, act, power(act));
            case KILL_IN_RESUME -> {
                killAt(now, act, RESUME);
                scene.clients.forEach(this::breakOff);
            }
            case KILL_IN_COMMIT -> killAt(now, act, COMMIT);
            case DRAIN -> {
                processes.downtime(act.amount());
                now.signal();
            }
            case DRAIN_HURRIED -> {
                processes.downtime(SECOND);
                now.signal();
                scene.clock.after(act.amount(), now::signal);
            }
            case KILL_IN_DRAIN -> {
                processes.downtime(SECOND);
                now.killInDrain((int) act.amount());
                now.signal();
            }
            case DISK_FULL -> {
                scene.disk.full(true);
                scene.clock.after(act.amount(), () -> scene.disk.full(false));
            }
            case SYNC_FAILS -> {
                scene.disk.syncFails(true);
                scene.clock.after(act.amount(), () -> scene.disk.syncFails(false));
            }
            default -> throw new IllegalStateException("unknown act " + act);
        }
    }

    /** Both come back in the same moment; if the client loses, its owner starts it again. */
    private void race(SimClient client, long stays) {
        if (client.isUp()) {
            client.withNextConnect(() -> {
                ghost(client, client.token(), false, stays);
                scene.clock.after(stays + RESTART_NANOS, () -> client.loop().run(client::restart));
            });
            breakOff(client);
        } else {
            ghost(client, client.token(), false, stays);
        }
    }

    private void ghost(SimClient client, @Nullable String token, boolean ahead, long stays) {
        if (token != null) {
            scene.haunted.add(client.clientId());
            SimLoop loop =
                    new SimLoop(scene.clock, scene.random.fork("ghost"), 0, processes::threw);
            scene.network.connect(
                    loop,
                    new Ghost(
                            loop,
                            scene.findings,
                            client.clientId(),
                            token,
                            client.positions(),
                            ahead,
                            stays));
        }
    }

    private static String room(int number) {
        return number == 0 ? "bot" : "r" + number % 3;
    }
}
