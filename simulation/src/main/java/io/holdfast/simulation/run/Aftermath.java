package io.holdfast.simulation.run;

import io.holdfast.protocol.reconnect.StopCause;
import io.holdfast.protocol.stream.Position;
import io.holdfast.simulation.client.SimClient;
import io.holdfast.simulation.server.SimServer;
import io.holdfast.simulation.world.SimSocket;

/** The end of a run: everything works again, and all must come right. */
final class Aftermath {
    private static final long SECOND = 1_000_000_000L;
    /** Between two looks at whether all are back. */
    private static final long LOOK_NANOS = SECOND / 10;
    /** No wait, silence and advice together are as long; the checkers of the clients know better. */
    private static final long LONGEST_NANOS = 1_200 * SECOND;
    /** Until a server has found the connections whose clients have long been elsewhere. */
    private static final long FORGET_NANOS = 245 * SECOND;

    /** Connections that clients which find no place have under way. */
    private static final int GHOSTS_LEFT = 1;

    private final Scene scene;
    private final Processes processes;

    Aftermath(Scene scene, Processes processes) {
        this.scene = scene;
        this.processes = processes;
    }

    void heal() {
        scene.trace.note("world", "heals");
        scene.network.heal();
        scene.disk.full(false);
        scene.disk.syncFails(false);
        scene.disk.handedOn();
        processes.heal();
        for (SimClient client : scene.clients) {
            client.loop().wake();
            SimSocket socket = client.socket();
            if (socket != null) {
                socket.reading(true);
            }
        }
    }

    /**
     * Everything works from the moment that a server runs to stay; each client's own checker knows by
     * when it must be back, so this only waits until all are.
     */
    void comeRight() {
        // Whoever was paused has to wake first: a signal may be waiting for it.
        do {
            scene.until(scene.clock.nowNanos() + LOOK_NANOS);
            scene.servers.drainInTime();
        } while (!processes.isRunning());
        long since = scene.clock.nowNanos();
        scene.trace.note("world", "works");
        scene.clients.forEach(client -> client.returning().everythingWorks());
        while (!scene.clients.stream().allMatch(this::isBackOrExcused)) {
            scene.until(scene.clock.nowNanos() + LOOK_NANOS);
            scene.clients.forEach(this::reviveStopped);
            scene.findings.require(
                    scene.clock.nowNanos() < since + LONGEST_NANOS,
                    "back-in-time",
                    "somebody is not back " + LONGEST_NANOS / 1e9 + " s after everything works");
        }
        // The last message's time to be kept; the server's time to find zombies.
        long keeping = scene.clock.nowNanos() + 40 * SECOND;
        scene.until(Math.max(keeping, since + FORGET_NANOS));
    }

    private boolean isBackOrExcused(SimClient client) {
        return client.returning().isBack() || (client.stopped() == null && isCrowdedOut(client));
    }

    /** Who may not retry is started again by his owner. */
    private void reviveStopped(SimClient client) {
        StopCause cause = client.stopped();
        if (cause != null) {
            scene.findings.require(
                    cause == StopCause.REPLACED && scene.haunted.contains(client.clientId()),
                    "stays-away-rightly",
                    client.clientId() + " stays away because of " + cause);
            client.loop().run(client::restart);
        }
    }

    /** Where there are fewer places than scene.clients, some find none. */
    private boolean isCrowdedOut(SimClient client) {
        boolean crowded = scene.profile.versions().stream()
                .anyMatch(version -> version.maxSessions() < scene.profile.clients());
        return crowded && client.wasTurnedAway();
    }

    void everythingIsRight() {
        long up = scene.clients.stream().filter(SimClient::isUp).count();
        SimServer last = processes.current();
        int connected = last == null ? 0 : last.connected();
        scene.findings.require(
                connected <= up + GHOSTS_LEFT,
                "nothing-leaks",
                "the server has " + connected + " connections of " + up + " clients");
        for (SimClient client : scene.clients) {
            if (client.stopped() != null || isCrowdedOut(client)) {
                continue;
            }
            scene.findings.require(
                    client.isUp(),
                    "back-in-time",
                    client.clientId() + " is not connected at the end: "
                            + client.lifecycle().state());
            scene.findings.require(
                    client.isIdle() && client.checker().open() == 0,
                    "settled-once",
                    client.clientId() + " still waits for " + client.checker().open()
                            + " of its messages");
            for (String room : client.rooms()) {
                scene.findings.require(
                        client.checker().position(room) != null || client.refusedRooms() > 0,
                        "membership",
                        client.clientId() + " is not in " + room);
            }
            client.checker()
                    .positions()
                    .forEach((stream, position) -> atHead(client, stream, position));
        }
    }

    private void atHead(SimClient client, String stream, Position position) {
        long head = scene.truth.head(stream, position.epoch());
        scene.findings.require(
                position.seq() == head,
                "nobody-waits",
                client.clientId() + " is at " + position + " of " + stream + ", whose head is "
                        + head);
    }
}
