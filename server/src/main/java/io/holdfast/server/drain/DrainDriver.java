package io.holdfast.server.drain;

import io.holdfast.protocol.drain.Drain;
import io.holdfast.protocol.drain.DrainInput;
import io.holdfast.protocol.drain.DrainOutput;
import io.holdfast.protocol.drain.DrainPlan;
import io.holdfast.protocol.drain.DrainSettings;
import io.holdfast.protocol.drain.Verdict;
import io.holdfast.protocol.lifecycle.ServerLifecycle;
import io.holdfast.server.connection.Connection;
import io.holdfast.server.connection.ConnectionWatch;
import io.holdfast.server.connection.Core;
import io.holdfast.server.connection.Departure;
import io.holdfast.server.connection.Dialect;
import io.holdfast.server.connection.LoopConnections;
import io.holdfast.server.connection.RefusedConnection;
import io.holdfast.server.metrics.DialectName;
import io.holdfast.server.systemd.SystemdNotifier;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the shutdown sequence: carries what happens to the pure {@link Drain} machine and does what
 * it asks for.
 *
 * <p>Threads: everything runs on the control loop; the public methods may be called from any thread
 * and return at once. Event loops are only ever sent tasks, so no client can delay the drain.
 */
public final class DrainDriver implements ConnectionWatch {
    /** How a drain ended. */
    public record Outcome(Verdict verdict, int exitStatus) {}

    /** Three times the distance of two progress lines, so that systemd never runs out of patience. */
    private static final Duration SYSTEMD_EXTENSION = Duration.ofSeconds(30);

    private final Core core;
    private final List<Dialect> dialects;
    private final Supplier<DrainSettings> settings;
    private final ServerLifecycle lifecycle;
    private final SystemdNotifier systemd;
    private final Supplier<CompletableFuture<Boolean>> storeWriter;
    private final EventLoop control;
    private final DrainLog log = new DrainLog();
    private @Nullable Drain machine;
    private final Map<Long, Connection> connections = new LinkedHashMap<>();
    private final List<DrainInput> early = new ArrayList<>();
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private final CompletableFuture<Void> halt = new CompletableFuture<>();
    private @Nullable Future<?> timer;
    private boolean begun;
    private int signals;

    public DrainDriver(
            Core core,
            List<Dialect> dialects,
            Supplier<DrainSettings> settings,
            ServerLifecycle lifecycle,
            SystemdNotifier systemd,
            Supplier<CompletableFuture<Boolean>> storeWriter,
            EventLoop control) {
        this.core = core;
        this.dialects = List.copyOf(dialects);
        this.settings = settings;
        this.lifecycle = lifecycle;
        this.systemd = systemd;
        this.storeWriter = storeWriter;
        this.control = control;
    }

    /** Completed when the sequence has ended; nothing of it is left to do. */
    public CompletableFuture<Outcome> outcome() {
        return outcome;
    }

    /** Completed when the process should stop existing. */
    public CompletableFuture<Void> halt() {
        return halt;
    }

    /** A SIGTERM or SIGINT: the first begins, the second ends the waiting, the third everything. */
    public void signal(String name) {
        control.execute(() -> {
            signals++;
            log.signal(name, signals);
            switch (signals) {
                case 1 -> begin(name + " received");
                case 2 -> input(new DrainInput.Hurry());
                default -> {
                    input(new DrainInput.Halt());
                    // Also when the drain could not begin because a loop does not answer.
                    halt.complete(null);
                }
            }
        });
    }

    private void begin(String reason) {
        begun = true;
        String drainId = DrainIds.next();
        // Step 1, before anything else: from here on health says shutting_down.
        lifecycle.drain(drainId, reason);
        core.watch(this);
        core.stopClocks();
        gather(core.loops())
                .thenAcceptAsync(found -> start(drainId, reason, found), control)
                .exceptionally(failure -> {
                    log.warn("the drain could not begin: " + failure);
                    halt.complete(null);
                    return null;
                });
    }

    /** Everyone connected now, from all loops. Who comes later is reported by the watch. */
    private static CompletableFuture<List<Connection>> gather(List<LoopConnections> loops) {
        List<Connection> all = new ArrayList<>();
        CompletableFuture<?>[] parts = new CompletableFuture<?>[loops.size()];
        for (int i = 0; i < parts.length; i++) {
            LoopConnections loop = loops.get(i);
            parts[i] = CompletableFuture.runAsync(
                    () -> {
                        List<Connection> here = loop.snapshot().stream()
                                .filter(Connection::accepting)
                                .toList();
                        synchronized (all) {
                            all.addAll(here);
                        }
                    },
                    loop.context()::execute);
        }
        return CompletableFuture.allOf(parts).thenApply(done -> all);
    }

    private void start(String drainId, String reason, Collection<Connection> found) {
        for (Connection connection : found) {
            if (!(connection instanceof RefusedConnection)) {
                connections.put(connection.id(), connection);
            }
        }
        List<long[]> ids = new ArrayList<>();
        for (Dialect dialect : dialects) {
            ids.add(connections.values().stream()
                    .filter(connection -> connection.dialect() == dialect.name())
                    .mapToLong(Connection::id)
                    .toArray());
        }
        DrainSettings now = settings.get();
        machine = new Drain(now);
        log.started(drainId, reason, connections.size());
        warnOfSessionsThatEndTooSoon(now, ids);
        systemd.stopping("draining: " + connections.size() + " clients", SYSTEMD_EXTENSION);
        input(new DrainInput.Start(drainId, reason, DrainInput.Origin.SIGNAL, ids));
        for (DrainInput waiting : early) {
            input(waiting);
        }
        early.clear();
    }

    /** A session that ends before its client was asked to come back is lost for no fault of it. */
    private void warnOfSessionsThatEndTooSoon(DrainSettings now, List<long[]> ids) {
        int[] counts = ids.stream().mapToInt(dialect -> dialect.length).toArray();
        for (int i = 0; i < counts.length; i++) {
            boolean deepstream = dialects.get(i).name() == DialectName.DEEPSTREAM;
            Duration ttl = dialects.get(i).sessionTtl();
            if (counts[i] > 0 && (deepstream || core.clients().reachable() > 0)) {
                int longest = DrainPlan.of(now, counts).longestReconnectAfterSeconds();
                if (longest > ttl.toSeconds()) {
                    log.warn("clients are asked to come back after up to " + longest
                            + " s, longer than " + dialects.get(i).name().label()
                            + ".session_ttl of " + ttl.toSeconds()
                            + " s keeps their sessions: raise session_ttl or drain_rate");
                }
            }
        }
    }

    @Override
    public void joined(Connection connection) {
        control.execute(() -> {
            if (connections.putIfAbsent(connection.id(), connection) == null) {
                input(new DrainInput.Joined(connection.id(), indexOf(connection)));
            }
        });
    }

    @Override
    public void departed(Connection connection, Departure how) {
        control.execute(() -> {
            if (connections.remove(connection.id()) != null || machine == null) {
                input(new DrainInput.Gone(connection.id(), howOf(how)));
            }
        });
    }

    private static DrainInput.How howOf(Departure how) {
        return switch (how) {
            case LEFT -> DrainInput.How.LEFT;
            case ACKNOWLEDGED -> DrainInput.How.ACKED_AND_CLOSED;
            case BROKEN -> DrainInput.How.ERROR;
        };
    }

    private int indexOf(Connection connection) {
        for (int i = 0; i < dialects.size(); i++) {
            if (dialects.get(i).name() == connection.dialect()) {
                return i;
            }
        }
        throw new IllegalStateException("no dialect " + connection.dialect() + " is served");
    }

    private void input(DrainInput input) {
        Drain current = machine;
        if (current == null) {
            if (begun) {
                early.add(input);
            }
            return;
        }
        current.handle(input, System.nanoTime(), this::perform);
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
        long deadline = current.nextDeadlineNanos();
        if (deadline != Drain.NEVER) {
            long delay = Math.max(0, deadline - System.nanoTime());
            timer = control.schedule(
                    () -> input(new DrainInput.Tick()), delay, TimeUnit.NANOSECONDS);
        }
    }

    private void perform(DrainOutput output) {
        switch (output) {
            case DrainOutput.HealthShuttingDown said -> {
                // Done when the signal came.
            }
            case DrainOutput.RefuseNewcomers refuse ->
                core.refuseNewcomers(Objects.requireNonNull(machine().slots()));
            case DrainOutput.Refuse late -> refuse(late.id());
            case DrainOutput.Tell tell -> tell(tell);
            case DrainOutput.Close close ->
                on(close.id(), connection -> connection.close(close.code(), close.reason()));
            case DrainOutput.Cut cut -> on(cut.id(), Connection::cut);
            case DrainOutput.Progress progress -> {
                log.progress(progress);
                systemd.progress(
                        "draining: " + progress.remaining() + " clients remain", SYSTEMD_EXTENSION);
            }
            case DrainOutput.Warn warn -> log.warn(warn.text());
            case DrainOutput.WriteStore write ->
                storeWriter
                        .get()
                        .exceptionally(failure -> {
                            log.warn("the store could not be written: " + failure);
                            return false;
                        })
                        .thenAcceptAsync(
                                written -> input(new DrainInput.StoreDone(written)), control);
            case DrainOutput.Resume resume -> {
                core.welcomeNewcomers();
                lifecycle.resume("drain cancelled");
            }
            case DrainOutput.AlreadyDraining already -> log.alreadyDraining(already.drainId());
            case DrainOutput.CancelRefused refused -> log.warn(refused.why());
            case DrainOutput.Finished finished -> {
                core.metrics().shutdownTook(finished.verdict().took());
                lifecycle.stop(finished.exitStatus(), "drain finished");
                outcome.complete(new Outcome(finished.verdict(), finished.exitStatus()));
            }
            case DrainOutput.HaltNow now -> halt.complete(null);
        }
    }

    private Drain machine() {
        return Objects.requireNonNull(machine, "the drain has begun");
    }

    private void tell(DrainOutput.Tell tell) {
        on(tell.id(), connection -> {
            boolean told =
                    connection.tellShutdown(tell.reconnectAfterSeconds(), tell.timeoutSeconds());
            long id = tell.id();
            control.execute(
                    () -> input(told ? new DrainInput.Told(id) : new DrainInput.Undelivered(id)));
        });
    }

    private void refuse(long id) {
        on(id, connection -> connection.refuse(dialects.get(indexOf(connection))));
    }

    /** Does something with a connection, on its own loop, if it is still there. */
    private void on(long id, Consumer<Connection> action) {
        Connection connection = connections.get(id);
        if (connection != null) {
            connection.home().context().execute(() -> action.accept(connection));
        }
    }
}
