package io.holdfast.simulation.server;

import io.holdfast.protocol.drain.ArrivalSlots;
import io.holdfast.protocol.lifecycle.ServerLifecycle;
import io.holdfast.protocol.lifecycle.ServerState;
import io.holdfast.protocol.session.Session;
import io.holdfast.protocol.session.SessionRecord;
import io.holdfast.protocol.session.SessionTable;
import io.holdfast.protocol.stream.StreamName;
import io.holdfast.protocol.time.ServiceClock;
import io.holdfast.simulation.model.ServerChecker;
import io.holdfast.simulation.wire.Line;
import io.holdfast.simulation.world.Hit;
import io.holdfast.simulation.world.Randoms;
import io.holdfast.simulation.world.SimClock;
import io.holdfast.simulation.world.SimDisk;
import io.holdfast.simulation.world.SimLoop;
import io.holdfast.simulation.world.SimNetwork;
import io.holdfast.simulation.world.Trace;
import io.holdfast.store.Image;
import io.holdfast.store.Store;
import io.holdfast.store.StoreException;
import io.holdfast.store.StreamImage;
import io.holdfast.store.log.Log;
import io.holdfast.store.log.NewerFormatException;
import io.holdfast.store.memory.MemoryStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A process of the server: loops, a store's thread and a control thread, over the real machines. It
 * wires them as the server does (connection/Clients, Core, drain/DrainDriver), without Netty.
 */
public final class SimServer {
    private static final long HOUSEKEEPING_NANOS = 1_000_000_000L;

    /** What the world is told of a process. */
    public interface Owner {
        /** It has ended: by itself when {@code silently} is false and its drain has finished. */
        void ended(SimServer server);

        /** An error that nobody caught. */
        void threw(SimLoop loop, Throwable error);
    }

    private final String name;
    private final SimClock world;
    private final SimNetwork network;
    private final ServerSettings settings;
    private final Trace trace;
    private final ServerChecker checker;
    private final Owner owner;
    private final SimLoop control;
    private final SimLoop storeThread;
    private final List<Streams> loops = new ArrayList<>();
    private final Store store;
    private final ServiceClock clock;
    private final SessionTable sessions;
    private final ServerLifecycle lifecycle;
    private final Reception reception;
    private final SessionCommits commits;
    private final DrainControl drain;
    private final SimLoop.Alarm housekeeping;
    private final Ambush ambush;
    /** While newcomers are refused. */
    private @Nullable ArrivalSlots arrivals;

    private boolean clockJumped;

    private SimServer(
            String name,
            World world,
            ServerSettings settings,
            Randoms random,
            Owner owner,
            SimLoop control,
            SimLoop storeThread,
            Store store,
            Image found) {
        this.name = name;
        this.world = world.clock();
        this.network = world.network();
        this.settings = settings;
        this.trace = world.trace();
        this.ambush = new Ambush(trace);
        this.checker = world.checker();
        this.owner = owner;
        this.control = control;
        this.storeThread = storeThread;
        this.store = store;
        long now = control.nowNanos();
        this.clock = new ServiceClock(found.clockMillis(), now);
        this.sessions = new SessionTable(
                () -> false,
                settings.maxSessions(),
                settings::tokenTtl,
                random.fork("tokens"),
                this::sessionEnded);
        this.lifecycle = new ServerLifecycle((from, to, reason) -> {
            trace.note(name, "state", from.label(), to.label());
            checker.serverState(from.label(), to.label());
        });
        for (int i = 0; i < settings.loops(); i++) {
            SimLoop loop = new SimLoop(
                    world.clock(),
                    random.fork("loop" + i),
                    control.nowNanos() - world.clock().nowNanos(),
                    owner::threw);
            loops.add(new Streams(this, i, loop, random.fork("epochs" + i)));
        }
        this.reception = new Reception(this, random);
        this.commits = new SessionCommits(this);
        this.drain = new DrainControl(this, settings.drain(), random.fork("drain"));
        this.housekeeping = control.alarm(this::keepHouse);
    }

    /** What all processes of a run share. */
    public record World(
            SimClock clock, SimNetwork network, SimDisk disk, Trace trace, ServerChecker checker) {}

    /**
     * Starts a process on what the last one left.
     *
     * @param originNanos of its monotonic clock
     * @return null when it could not start; the disk may be full
     */
    public static @Nullable SimServer start(
            String name,
            World world,
            ServerSettings settings,
            Randoms random,
            long originNanos,
            Owner owner) {
        SimLoop control =
                new SimLoop(world.clock(), random.fork("control"), originNanos, owner::threw);
        SimLoop storeThread =
                new SimLoop(world.clock(), random.fork("store"), originNanos, owner::threw);
        Store store;
        Image found;
        try {
            if (settings.durable()) {
                Log.Opened opened = Log.open(
                        world.disk(), settings.log(), random.fork("log").nextLong());
                store = new LogStore(
                        opened.log(), storeThread, random.fork("commits"), settings.commitNanos());
                found = opened.found();
                opened.report().forEach(line -> world.trace().note(name, "store", line));
                world.checker().opened(opened.report());
            } else {
                io.holdfast.store.Opened opened = MemoryStore.openOver(world.disk());
                store = opened.store();
                found = opened.found();
                opened.report().forEach(line -> world.trace().note(name, "store", line));
            }
        } catch (IOException | NewerFormatException | StoreException e) {
            world.trace().note(name, "cannot start", String.valueOf(e.getMessage()));
            control.kill();
            storeThread.kill();
            return null;
        }
        SimServer server = new SimServer(
                name, world, settings, random, owner, control, storeThread, store, found);
        server.begin(found);
        return server;
    }

    private void begin(Image found) {
        List<StreamImage> images = new ArrayList<>();
        Map<String, Long> heads = new HashMap<>();
        for (StreamImage image : found.streams()) {
            images.add(image);
            heads.put(image.name(), image.head());
            List<String> payloads = new ArrayList<>();
            image.history().forEach(batch -> payloads.addAll(Chunk.of(batch).payloads()));
            checker.found(image.name(), image.epoch(), image.head(), payloads);
        }
        Map<String, Long> numbers = new HashMap<>();
        long now = control.nowNanos();
        for (SessionRecord record : found.sessions()) {
            if (sessions.restore(record.withSeenIn(heads), now)) {
                numbers.put(record.clientId(), record.number());
                checker.sessionFound(record.clientId(), record.number());
                trace.note(name, "has session", record.clientId(), record.generation());
            }
        }
        for (StreamImage image : images) {
            boolean personal = StreamName.isPersonal(image.name());
            Long number =
                    personal ? numbers.get(StreamName.clientOf(image.name())) : Long.valueOf(0);
            if (number == null) {
                store.endStream(image.name(), image.epoch());
                checker.streamEnded(image.name());
            } else {
                loop(homeOf(image.name())).restore(image, number);
            }
            trace.note(name, "has stream", image.name(), image.epoch(), image.head());
        }
        lifecycle.started();
        checker.time().goOn();
        network.listen(reception);
        housekeeping.set(control.nowNanos() + HOUSEKEEPING_NANOS);
    }

    public String name() {
        return name;
    }

    ServerSettings settings() {
        return settings;
    }

    Store store() {
        return store;
    }

    ServiceClock clock() {
        return clock;
    }

    SessionTable sessions() {
        return sessions;
    }

    ServerChecker checker() {
        return checker;
    }

    Trace trace() {
        return trace;
    }

    SimLoop control() {
        return control;
    }

    ServerLifecycle lifecycle() {
        return lifecycle;
    }

    /** Connections that it still has. */
    public int connected() {
        return reception.connections().size();
    }

    Reception reception() {
        return reception;
    }

    SessionCommits commits() {
        return commits;
    }

    DrainControl drain() {
        return drain;
    }

    Streams loop(int index) {
        return loops.get(index);
    }

    int homeOf(String stream) {
        return Math.floorMod(stream.hashCode() * 0x9E3779B9, loops.size());
    }

    boolean isDraining() {
        return arrivals != null;
    }

    /** Runs what a store has answered on a loop: at once when the store answers on it. */
    void onLoop(SimLoop loop, Runnable action) {
        if (store.durable()) {
            loop.execute(action);
        } else {
            action.run();
        }
    }

    private void sessionEnded(Session session, SessionTable.End end) {
        trace.note(name, "session ended", session.clientId(), end);
        checker.sessionEnded(
                session.clientId(),
                end == SessionTable.End.EXPIRED,
                end == SessionTable.End.REPLACED);
        if (!loops.isEmpty()) {
            loops.getFirst().ended(session);
        }
        store.removeSession(session.clientId(), session.number());
    }

    boolean isReachable(String clientId) {
        return sessions.reachable().contains(clientId);
    }

    private void keepHouse() {
        housekeeping.set(control.nowNanos() + HOUSEKEEPING_NANOS);
        sessions.expire(control.nowNanos());
        commits.keepHouse();
        if (checker.time().isRunning() && store.available()) {
            reception.seated(checker::houseKept);
        }
    }

    // How it ends.

    /** A signal: the first begins a drain, the second hurries it, the third halts. */
    public void signal() {
        control.execute(drain::signal);
    }

    /** Kills the process when it is at that step for the n-th time. */
    public void killAt(Hit step, int times) {
        ambush.lay(step, times);
    }

    /** Somebody sets the clock of its host. */
    public void wallJumps(long nanos) {
        loops.forEach(streams -> streams.loop().wallJumps(nanos));
        clockJumped = true;
    }

    boolean clockJumped() {
        return clockJumped;
    }

    /** Its client hears an ack that it does not wait for. */
    public void strayAck(String clientId, String id) {
        ServerConnection holder = reception.holder(clientId);
        if (holder != null) {
            byte[] ack = Line.of("ack", id, "ok", ServerConnection.ROOM, 1);
            holder.loop().execute(() -> holder.stray(ack));
        }
    }

    /** Nobody kills it any more. */
    public void spare() {
        ambush.leave();
    }

    void pass(Hit step) {
        ambush.pass(step);
    }

    /** Kills the process at the n-th thing that its drain asks for. */
    public void killInDrain(int output) {
        drain.killAt(output);
    }

    /** Bytes that publishers have added and the store has not committed. */
    long pendingAppends() {
        return store instanceof LogStore log ? log.pendingAppends() : 0;
    }

    void refuseNewcomers(ArrivalSlots slots) {
        arrivals = slots;
        stopClocks();
    }

    /** As the server's Core has it. */
    int newcomerMayReturn() {
        int base = settings.drain().dialects().getFirst().reconnectBaseSeconds();
        int seconds = arrivals == null ? base : arrivals.newcomer(base, control.nowNanos());
        checker.newcomerTold(seconds, base, settings.drain().drainRate(), control.nowNanos());
        return seconds;
    }

    void stopClocks() {
        checker.time().stop();
        clock.pause(control.nowNanos());
        sessions.pause(control.nowNanos());
    }

    /** Step 7 of the shutdown sequence. */
    void writeStore(java.util.function.Consumer<Boolean> done) {
        List<StreamImage> images = new ArrayList<>();
        int[] missing = {loops.size()};
        for (Streams streams : loops) {
            streams.loop().execute(() -> {
                images.addAll(streams.freeze());
                if (--missing[0] == 0) {
                    storeThread.execute(() -> stopStore(images, done));
                }
            });
        }
    }

    private void stopStore(List<StreamImage> images, java.util.function.Consumer<Boolean> done) {
        List<SessionRecord> records = new ArrayList<>();
        sessions.forEach(
                session -> records.add(sessions.record(session, true, control.nowNanos())));
        boolean written;
        try {
            store.stop(new Image(clock.millis(control.nowNanos()), records, images));
            written = true;
        } catch (StoreException e) {
            trace.note(name, "store not written", String.valueOf(e.getMessage()));
            written = false;
        }
        boolean answer = written;
        control.execute(() -> done.accept(answer));
    }

    /** The drain has ended: the process leaves. */
    void finished(boolean written) {
        checker.processEnded(written);
        die(false);
        owner.ended(this);
    }

    /**
     * It is gone at once.
     *
     * @param silently whether its peers are not even told
     */
    public void kill(boolean silently) {
        if (isAlive()) {
            trace.note(name, "killed");
            checker.processEnded(false);
            die(silently);
        }
    }

    /** Somebody has killed it in the middle of its drain. */
    void killedInDrain(boolean silently) {
        kill(silently);
        owner.ended(this);
    }

    private void die(boolean silently) {
        network.stopListening(silently);
        for (Streams streams : loops) {
            streams.loop().kill();
            network.processDied(streams.loop(), silently);
        }
        storeThread.kill();
        control.kill();
    }

    public boolean isRunning() {
        return lifecycle.state() instanceof ServerState.Running;
    }

    public boolean isAlive() {
        return control.isAlive();
    }

    /** Stops all of its threads for so long. */
    public void pause(long nanos) {
        control.pause(nanos);
        storeThread.pause(nanos);
        loops.forEach(streams -> streams.loop().pause(nanos));
    }

    public void pauseLoop(int which, long nanos) {
        loops.get(which % loops.size()).loop().pause(nanos);
    }

    public void pauseStore(long nanos) {
        storeThread.pause(nanos);
    }

    public void wake() {
        control.wake();
        storeThread.wake();
        loops.forEach(streams -> streams.loop().wake());
    }

    public boolean owns(SimLoop loop) {
        return loop == control
                || loop == storeThread
                || loops.stream().anyMatch(streams -> streams.loop() == loop);
    }

    /** Moments of the world, for logs. */
    long worldNanos() {
        return world.nowNanos();
    }
}
