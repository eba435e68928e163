package io.holdfast.server.connection;

import io.holdfast.protocol.time.TimerWheel;
import io.holdfast.server.json.JsonText;
import io.holdfast.server.metrics.LoopMetrics;
import io.holdfast.server.room.LoopRooms;
import io.holdfast.transport.LoopContext;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * One event loop's connections with what they share: the timer wheel, the rooms, the counters.
 * Belongs to the loop.
 */
@SuppressWarnings("ReferenceEquality") // A connection is itself and no other.
public final class LoopConnections {
    /** Milliseconds; how late a timer may fire. */
    private static final long TICK_MILLIS = 100;
    /** Slots: one round takes 102 s, longer than a heartbeat's silence. */
    private static final int SLOTS = 1024;

    private final LoopContext context;
    private final LoopRooms rooms;
    private final LoopMetrics metrics;
    private final RandomGenerator random;
    private final TimerWheel<Connection> wheel;
    private final List<Connection> connections = new ArrayList<>();
    private final JsonText text = new JsonText();
    private final Timestamps timestamps = new Timestamps();
    private final AtomicInteger postsOnTheirWay = new AtomicInteger();

    LoopConnections(
            LoopContext context, LoopRooms rooms, LoopMetrics metrics, RandomGenerator random) {
        this.context = context;
        this.rooms = rooms;
        this.metrics = metrics;
        this.random = random;
        this.wheel = new TimerWheel<>(
                TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS), SLOTS, System.nanoTime());
    }

    /** Starts the tick and the end-of-turn work. */
    void start() {
        context.execute(() -> context.beforeFlush(rooms::endTurn));
        context.eventLoop()
                .scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        long now = context.nowNanos();
        wheel.advance(now, connection -> connection.timer(now));
        rooms.tick();
    }

    void add(Connection connection) {
        connection.index = connections.size();
        connections.add(connection);
    }

    void remove(Connection connection) {
        int at = connection.index;
        if (at < 0) {
            return;
        }
        Connection last = connections.removeLast();
        if (last != connection) {
            connections.set(at, last);
            last.index = at;
        }
        connection.index = -1;
    }

    /** All connections of this loop now, those in their closing handshake included. */
    public List<Connection> snapshot() {
        return List.copyOf(connections);
    }

    public LoopContext context() {
        return context;
    }

    public LoopRooms rooms() {
        return rooms;
    }

    public LoopMetrics metrics() {
        return metrics;
    }

    public RandomGenerator random() {
        return random;
    }

    /** Scratch for one message at a time: write it, send it, forget it. */
    public JsonText text() {
        return text;
    }

    public Timestamps timestamps() {
        return timestamps;
    }

    /** Messages from other loops to single clients here that have not arrived yet. Any thread. */
    AtomicInteger postsOnTheirWay() {
        return postsOnTheirWay;
    }

    TimerWheel<Connection> wheel() {
        return wheel;
    }
}
