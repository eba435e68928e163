package io.holdfast.server.room;

import io.holdfast.transport.LoopContext;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** All rooms of a server: what its event loops share about them. */
public final class Rooms {
    /** The room in which everyone of the rooms dialect starts, and which hears of coming and going. */
    public static final String LOBBY = "lobby";

    /** Where applications' events appear. Clients may join it and never publish to it. */
    public static final String DEEPSTREAM_EVENTS = "deepstream.events";

    /** Names in an answer to who is in a room; the count is exact. */
    static final int MAX_NAMES = 1_000;

    private final List<LoopRooms> byLoop = new ArrayList<>();
    private final AtomicInteger count = new AtomicInteger();
    private final Supplier<RoomLimits> settings;
    private final PresenceWriter presence;
    private final IntSupplier connections;
    private final BooleanSupplier draining;

    /**
     * @param settings asked whenever one is needed, so that they can change
     * @param connections how many clients presence messages say there are
     * @param draining whether presence is gathered for that reason
     */
    public Rooms(
            List<LoopContext> loops,
            Supplier<RoomLimits> settings,
            PresenceWriter presence,
            IntSupplier connections,
            BooleanSupplier draining) {
        this.settings = settings;
        this.presence = presence;
        this.connections = connections;
        this.draining = draining;
        for (LoopContext loop : loops) {
            byLoop.add(new LoopRooms(this, loop, loops.size()));
        }
    }

    /** The part that belongs to one loop, and is used only there. */
    public LoopRooms on(LoopContext loop) {
        return byLoop.get(loop.index());
    }

    /** Rooms that have a subscriber now. Any thread. */
    public int count() {
        return count.get();
    }

    List<LoopRooms> loops() {
        return byLoop;
    }

    int homeOf(String room) {
        return Math.floorMod(room.hashCode() * 0x9E3779B9, byLoop.size());
    }

    /** Takes a room's place under the limit, if there is one. */
    boolean open() {
        if (count.incrementAndGet() > settings.get().maxRooms()) {
            count.decrementAndGet();
            return false;
        }
        return true;
    }

    void closed() {
        count.decrementAndGet();
    }

    PresenceWriter presence() {
        return presence;
    }

    int connections() {
        return connections.getAsInt();
    }

    /** Whether a room of that size is told of comings and goings once a second only. */
    boolean gathers(int members) {
        return draining.getAsBoolean() || members > settings.get().gatherPresenceAbove();
    }

    RoomLimits settings() {
        return settings.get();
    }
}
