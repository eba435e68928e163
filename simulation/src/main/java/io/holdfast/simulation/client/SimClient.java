package io.holdfast.simulation.client;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.client.ClientEvent;
import io.holdfast.protocol.client.ClientLifecycle;
import io.holdfast.protocol.client.ClientOutputs;
import io.holdfast.protocol.client.ClientSettings;
import io.holdfast.protocol.client.Phase;
import io.holdfast.protocol.client.ResumeState;
import io.holdfast.protocol.reconnect.Ending;
import io.holdfast.protocol.reconnect.StopCause;
import io.holdfast.protocol.reconnect.Target;
import io.holdfast.protocol.stream.Position;
import io.holdfast.simulation.model.ClientChecker;
import io.holdfast.simulation.model.ReturnChecker;
import io.holdfast.simulation.model.ServerChecker;
import io.holdfast.simulation.model.StreamTruth;
import io.holdfast.simulation.wire.Line;
import io.holdfast.simulation.wire.StreamStart;
import io.holdfast.simulation.world.Randoms;
import io.holdfast.simulation.world.SimLoop;
import io.holdfast.simulation.world.SimNetwork;
import io.holdfast.simulation.world.SimSocket;
import io.holdfast.simulation.world.SocketListener;
import io.holdfast.simulation.world.Trace;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A client: the shell around the real client machines, as the Java client wires them. */
public final class SimClient implements ClientOutputs {
    /** A client that was told to leave does not wait longer for its acks. */
    private static final long LEAVE_WITHIN_NANOS = 5_000_000_000L;

    /** When a client goes that is told of a shutdown. */
    public enum Leaving {
        AT_ONCE,
        WHEN_CLOSED
    }

    /** What a client needs of its world. */
    public record World(
            SimNetwork network,
            Trace trace,
            ServerChecker servers,
            StreamTruth truth,
            Health health) {}

    private final String clientId;
    private final World world;
    private final SimLoop loop;
    private final ClientChecker checker;
    private final ReturnChecker returning;
    private final ClientSettings settings;
    private final Leaving leaving;
    private final int version;
    private final RandomGenerator random;
    private ResumeState state = new ResumeState();
    private final ClientRooms rooms;
    private final ClientMessages messages;
    private final Conversation conversation = new Conversation(this);
    private final SimLoop.Alarm alarm;
    private final HostClocks clocks;
    private ClientLifecycle lifecycle;
    private @Nullable SimSocket socket;
    private long connection;
    private long pings;
    private boolean welcomed;
    private boolean connecting; // Its transport is on its way and still wanted.
    private @Nullable Ending lastWord;
    private @Nullable Ending ended;
    private @Nullable Runnable companion;
    private long leaveByNanos = Long.MAX_VALUE;
    private @Nullable StopCause stopped;
    private boolean turnedAway;
    private @Nullable Duration advised;

    public SimClient(
            String clientId,
            World world,
            SimLoop loop,
            ClientChecker checker,
            ReturnChecker returning,
            ClientSettings settings,
            Leaving leaving,
            int version,
            Randoms random) {
        this.clientId = clientId;
        this.world = world;
        this.loop = loop;
        this.checker = checker;
        this.returning = returning;
        this.settings = settings;
        this.leaving = leaving;
        this.version = version;
        this.random = random;
        this.lifecycle = new ClientLifecycle(settings, random);
        this.messages = new ClientMessages(
                clientId, world, checker, random, loop::nowNanos, loop::awakeNanos, this::write);
        this.rooms = new ClientRooms(this);
        this.clocks = new HostClocks(loop, returning, world.trace());
        this.alarm = loop.alarm(this::timer);
    }

    // What its application and the world do.

    public void start() {
        turn(() -> lifecycle.start(now(), this));
    }

    /** Its process begins anew, with the token and the positions it has kept. */
    public void restart() {
        if (stopped == null) {
            return;
        }
        stopped = null;
        returning.restarts();
        clocks.restart();
        checker.restarts();
        lifecycle = new ClientLifecycle(settings, random);
        messages.restart();
        start();
    }

    public void publish(String room) {
        turn(() -> messages.submit("pub", room));
    }

    public void direct(String to) {
        turn(() -> messages.submit("direct", to));
    }

    public void join(String room) {
        rooms.join(room);
    }

    public void leave(String room) {
        rooms.leave(room);
    }

    /** The host has lost its network and redials: the server is not told. */
    public void redial() {
        breakOff(SimSocket::abandon);
    }

    private void breakOff(Consumer<SimSocket> how) {
        SimSocket old = socket;
        if (old != null) {
            socket = null;
            how.accept(old);
            turn(() -> lifecycle.ended(connection, new Ending.Closed(1006, ""), now(), this));
        }
    }

    /** Its process ends and begins anew with its token, but without its positions. */
    public void forgetPositions() {
        String token = state.token();
        if (token != null && stopped == null) {
            state = new ResumeState();
            state.token(token);
            breakOff(SimSocket::cut);
        }
    }

    public void online() {
        returning.hurried();
        turn(() -> lifecycle.online(now(), this));
    }

    /** Somebody sets the clock of its host. */
    public void wallJumps(long nanos) {
        clocks.wallJumps(nanos);
    }

    /** Of a message that nobody waits for: one to come, or one that is settled; null if none is. */
    public @Nullable String strayId(boolean ahead) {
        return messages.strayId(ahead);
    }

    /** As soon as it connects next, somebody else does the same. */
    public void withNextConnect(Runnable other) {
        companion = other;
    }

    public void reading(boolean on) {
        SimSocket current = socket;
        if (current != null) {
            current.reading(on);
        }
    }

    public @Nullable SimSocket socket() {
        return socket;
    }

    public SimLoop loop() {
        return loop;
    }

    public String clientId() {
        return clientId;
    }

    public @Nullable String token() {
        return state.token();
    }

    public Map<String, Position> positions() {
        return state.positions().asMap();
    }

    public ReturnChecker returning() {
        return returning;
    }

    public ClientChecker checker() {
        return checker;
    }

    public ClientLifecycle lifecycle() {
        return lifecycle;
    }

    public @Nullable StopCause stopped() {
        return stopped;
    }

    public boolean isIdle() {
        return messages.pending().isEmpty();
    }

    public boolean isUp() {
        return lifecycle.phase() == Phase.CONNECTED && welcomed;
    }

    public Set<String> rooms() {
        return rooms.wanted();
    }

    // One turn: the machines are given something, then the timer is set.

    long now() {
        return loop.nowNanos();
    }

    private void turn(Runnable action) {
        if (stopped != null) {
            return;
        }
        action.run();
        leaveIfReady();
        checker.state(lifecycle.state().getClass().getSimpleName());
        if (stopped == null) {
            alarm.set(Math.min(
                    leaveByNanos,
                    Math.min(
                            lifecycle.nextDeadlineNanos(),
                            messages.pending().nextDeadlineNanos())));
        }
    }

    private void timer() {
        turn(() -> {
            long slept = clocks.sleptNanos();
            if (slept > 0) {
                lifecycle.slept(slept, now(), this);
            }
            lifecycle.timer(now(), this);
            messages.pending().timer(now(), messages);
        });
    }

    private void leaveIfReady() {
        boolean flushed = messages.pending().unacked() == 0;
        if (leaveByNanos != Long.MAX_VALUE && (flushed || now() >= leaveByNanos)) {
            leaveByNanos = Long.MAX_VALUE;
            lifecycle.leave(now(), this);
        }
    }

    // What the lifecycle decides.

    @Override
    public void connect(long number, @Nullable Target target) {
        connection = number;
        connecting = true;
        returning.connects();
        checker.dials();
        world.servers().clientArrives(clientId);
        advised = null;
        lastWord = null;
        welcomed = false;
        world.trace().note(clientId, "connects", number);
        Runnable other = companion;
        if (other != null) {
            companion = null;
            other.run();
        }
        world.network().connect(loop, new SimNetwork.Connecting() {
            @Override
            public SocketListener opened(SimNetwork.SocketHandle handle) {
                Ears ears = new Ears(SimClient.this, number);
                if (connection == number && connecting && stopped == null) {
                    connecting = false;
                    socket = handle.socket();
                    turn(() -> {
                        returning.opened();
                        lifecycle.opened(number, now());
                        hello();
                    });
                } else {
                    handle.socket().cut();
                }
                return ears;
            }

            @Override
            public void refused() {
                turn(() -> lifecycle.ended(
                        number, new Ending.Refused("nobody listens"), now(), SimClient.this));
            }
        });
    }

    private void hello() {
        String token = state.token();
        checker.saysHello(token, state.positions().asMap());
        String positions = StreamStart.writePositions(state.positions().asMap());
        String shown = token == null ? "-" : token;
        write(
                version == 0
                        ? Line.of("hello", clientId, shown, positions)
                        : Line.of("hello", clientId, shown, positions, "new-in-this-version"));
    }

    @Override
    public void askHealth(long number, @Nullable Target target) {
        connection = number;
        returning.asksHealth();
        loop.execute(() ->
                turn(() -> lifecycle.healthAnswered(number, world.health().ask(), now(), this)));
    }

    @Override
    public void sendPing() {
        write(Line.of("ping", ++pings));
    }

    @Override
    public void close(int code, String reason) {
        returning.leaves();
        messages.pending().disconnected();
        SimSocket current = socket;
        if (current != null) {
            current.finish();
        }
    }

    @Override
    public void cut() {
        connecting = false;
        messages.pending().disconnected();
        SimSocket current = socket;
        if (current != null) {
            socket = null;
            current.cut();
        }
    }

    @Override
    public void report(ClientEvent event) {
        switch (event) {
            case ClientEvent.Disconnected gone -> {
                messages.pending().disconnected();
                leaveByNanos = Long.MAX_VALUE;
                welcomed = false;
                ended = gone.ending();
                turnedAway = gone.ending() instanceof Ending.Closed closed
                        && closed.code() == CloseCode.TRY_AGAIN_LATER.code();
                world.trace().note(clientId, "disconnected", gone.ending().kind());
            }
            case ClientEvent.Closed closed -> {
                stopped = closed.cause();
                returning.stops();
                messages.pending().closed(messages);
                world.trace().note(clientId, "stays away", closed.cause());
            }
            case ClientEvent.Reconnecting next -> {
                world.trace().note(clientId, "waits", next.delayNanos());
                if (advised != null) {
                    world.servers().clientLeft(clientId);
                }
                returning.waits(next.delayNanos(), ended, advised);
                advised = null;
            }
            case ClientEvent.Connected ignored -> {}
            case ClientEvent.TimedOut what ->
                world.trace().note(clientId, "misses", what.what().name());
            case ClientEvent.ShuttingDown ignored -> {}
        }
    }

    World world() {
        return world;
    }

    ResumeState state() {
        return state;
    }

    ClientRooms clientRooms() {
        return rooms;
    }

    ClientMessages messages() {
        return messages;
    }

    /** What the server has said last: how this connection ends. */
    void lastWord(Ending ending) {
        lastWord = ending;
    }

    void welcomed() {
        returning.welcomed();
        lifecycle.welcomed(connection, now(), this);
        welcomed = true;
    }

    void advised(@Nullable Duration after) {
        advised = lifecycle.phase() == Phase.CLOSED ? null : after;
        if (lifecycle.phase() == Phase.CONNECTED && leaving == Leaving.AT_ONCE) {
            leaveByNanos = now() + LEAVE_WITHIN_NANOS;
        }
    }

    long nextId() {
        return messages.nextId();
    }

    void write(byte[] line) {
        SimSocket current = socket;
        if (current != null) {
            current.write(line, 0, line.length);
        }
    }

    boolean hears(long number) {
        return number == connection && stopped == null;
    }

    /** A sign of life; what was due before it came is done before it counts. */
    void received() {
        if (now() >= lifecycle.nextDeadlineNanos() || clocks.hasSlept()) {
            timer();
        }
        if (socket != null) {
            returning.heard();
            lifecycle.received(now());
        }
    }

    void said(Line line) {
        if (socket != null) {
            lastWord = null;
            turn(() -> conversation.take(line));
        }
    }

    void peerFinished() {
        SimSocket current = socket;
        if (current != null) {
            // As the transport of the Java client: the end of its input is its end.
            current.finish();
            gone();
        }
    }

    void gone() {
        if (socket != null) {
            socket = null;
            Ending word = lastWord;
            Ending ending = word == null ? new Ending.Closed(1006, "") : word;
            turn(() -> lifecycle.ended(connection, ending, now(), this));
        }
    }

    /** Whether its last connection was refused for want of a place. */
    public boolean wasTurnedAway() {
        return turnedAway;
    }

    /** Room requests that a server could not carry out. */
    public long refusedRooms() {
        return rooms.refused();
    }
}
