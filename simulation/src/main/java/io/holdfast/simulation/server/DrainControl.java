package io.holdfast.simulation.server;

import io.holdfast.protocol.drain.Drain;
import io.holdfast.protocol.drain.DrainInput;
import io.holdfast.protocol.drain.DrainOutput;
import io.holdfast.protocol.drain.DrainSettings;
import io.holdfast.simulation.world.Randoms;
import io.holdfast.simulation.world.SimLoop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Carries what happens to the real Drain, and does what it asks for, as the DrainDriver does. */
final class DrainControl {
    private final SimServer server;
    private final DrainSettings settings;
    private final Randoms random;
    private final SimLoop control;
    private final SimLoop.Alarm timer;
    private final Map<Long, ServerConnection> connections = new LinkedHashMap<>();
    private final List<DrainInput> early = new ArrayList<>();
    private @Nullable Drain machine;
    private boolean begun;
    private int signals;
    private int killAt = -1;
    private int outputs;

    DrainControl(SimServer server, DrainSettings settings, Randoms random) {
        this.server = server;
        this.settings = settings;
        this.random = random;
        this.control = server.control();
        this.timer = control.alarm(() -> input(new DrainInput.Tick()));
    }

    void killAt(int output) {
        killAt = output;
    }

    void signal() {
        switch (++signals) {
            case 1 -> begin();
            case 2 -> input(new DrainInput.Hurry());
            default -> input(new DrainInput.Halt());
        }
    }

    private void begin() {
        begun = true;
        server.lifecycle().drain("drain", "signal");
        server.stopClocks();
        // As the driver asks each loop for its connections, and starts when all have answered.
        int[] missing = {server.settings().loops()};
        for (int i = 0; i < server.settings().loops(); i++) {
            SimLoop loop = server.loop(i).loop();
            loop.execute(() -> {
                for (ServerConnection connection :
                        server.reception().connections().values()) {
                    if (connection.loop() == loop && connection.accepting()) {
                        connections.put(connection.id, connection);
                    }
                }
                if (--missing[0] == 0) {
                    control.execute(this::start);
                }
            });
        }
    }

    private void start() {
        machine = new Drain(settings);
        long[] ids = connections.keySet().stream().mapToLong(Long::longValue).toArray();
        server.trace().note(server.name(), "drain", ids.length);
        server.checker().drainStarted(settings, ids, server.worldNanos(), control);
        input(new DrainInput.Start("drain", "signal", DrainInput.Origin.SIGNAL, List.of(ids)));
        List<DrainInput> waiting = List.copyOf(early);
        early.clear();
        waiting.forEach(this::input);
    }

    void joined(long id) {
        if (begun) {
            control.execute(() -> {
                ServerConnection connection = server.reception().connections().get(id);
                if (connection != null && connections.putIfAbsent(id, connection) == null) {
                    server.checker().drainJoined(id);
                    input(new DrainInput.Joined(id, 0));
                }
            });
        }
    }

    void gone(long id, boolean broken) {
        if (begun) {
            control.execute(() -> {
                if (connections.remove(id) != null || machine == null) {
                    server.checker().drainGone(id);
                    input(new DrainInput.Gone(
                            id, broken ? DrainInput.How.ERROR : DrainInput.How.LEFT));
                }
            });
        }
    }

    private void input(DrainInput input) {
        Drain current = machine;
        if (current == null) {
            if (begun) {
                early.add(input);
            }
            return;
        }
        List<DrainOutput> out = new ArrayList<>();
        current.handle(input, control.nowNanos(), out::add);
        timer.set(current.nextDeadlineNanos());
        for (DrainOutput each : out) {
            if (!control.isAlive()) {
                return;
            }
            perform(each);
            if (++outputs == killAt) {
                // Between any two steps.
                server.killedInDrain(random.nextBoolean());
                return;
            }
        }
    }

    private void perform(DrainOutput output) {
        switch (output) {
            case DrainOutput.RefuseNewcomers ignored ->
                server.refuseNewcomers(Objects.requireNonNull(machine().slots()));
            case DrainOutput.Refuse late -> {
                server.checker().drainRefused(late.id());
                on(late.id(), connection -> connection.refuse(server.newcomerMayReturn()));
            }
            case DrainOutput.Tell tell -> tell(tell);
            case DrainOutput.Close close -> {
                server.checker().drainClosed(close.id());
                ServerConnection closing = connections.get(close.id());
                if (closing != null) {
                    // Now, however late its loop does it: they are closed together.
                    server.checker().clientClosed(closing.clientId());
                }
                on(close.id(), connection -> {
                    connection.close(close.code(), close.reason());
                });
            }
            case DrainOutput.Cut cut -> {
                server.checker().drainCut(cut.id());
                on(cut.id(), ServerConnection::cut);
            }
            case DrainOutput.WriteStore ignored ->
                server.writeStore(written -> input(new DrainInput.StoreDone(written)));
            case DrainOutput.Finished finished -> {
                server.trace()
                        .note(
                                server.name(),
                                "drained",
                                finished.exitStatus(),
                                finished.verdict().told(),
                                finished.verdict().clients());
                server.lifecycle().stop(finished.exitStatus(), "drain finished");
                server.checker()
                        .drainFinished(
                                finished.verdict(), finished.exitStatus(), server.worldNanos());
                server.finished(finished.exitStatus() != 1);
            }
            case DrainOutput.HaltNow ignored -> server.finished(false);
            case DrainOutput.HealthShuttingDown ignored -> {}
            case DrainOutput.Progress ignored -> {}
            case DrainOutput.Warn ignored -> {}
            case DrainOutput.Resume ignored -> {}
            case DrainOutput.AlreadyDraining ignored -> {}
            case DrainOutput.CancelRefused ignored -> {}
        }
    }

    private Drain machine() {
        return Objects.requireNonNull(machine, "the drain has begun");
    }

    private void tell(DrainOutput.Tell tell) {
        server.checker().drainTold(tell.id(), tell.reconnectAfterSeconds(), server.worldNanos());
        on(tell.id(), connection -> {
            server.checker().clientTold(connection.clientId(), tell.reconnectAfterSeconds());
            boolean told = connection.tellShutdown(tell.reconnectAfterSeconds());
            long id = tell.id();
            if (told) {
                server.checker().drainDelivered();
            }
            control.execute(
                    () -> input(told ? new DrainInput.Told(id) : new DrainInput.Undelivered(id)));
        });
    }

    private void on(long id, Consumer<ServerConnection> action) {
        ServerConnection connection = connections.get(id);
        if (connection != null) {
            connection.loop().execute(() -> action.accept(connection));
        }
    }
}
