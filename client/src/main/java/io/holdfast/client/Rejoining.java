package io.holdfast.client;

import io.holdfast.client.dialect.Incoming;
import io.holdfast.client.dialect.WireDialect;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Subscriptions, sent again on a connection that does not have them. What is on its way at once is
 * bounded, and after "not now" it is one, then more with each that succeeds. The driver's thread
 * only.
 */
final class Rejoining {
    /** Told of the first refusal of a room, and of the last. */
    @FunctionalInterface
    interface Refusals {
        /** @param again whether it is tried again on this connection */
        void refused(String room, Incoming.Refused why, boolean again);
    }

    /** Joins without an answer: a server takes 60 messages a minute by default. */
    static final int MOST_ASKED = 50;
    /** Tries of one room on one connection, where the server says that it may work later. */
    static final int MOST_TRIES = 10;
    /** Where the server does not say how much later. */
    static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private static final Duration LEAST_RETRY_AFTER = Duration.ofSeconds(1);
    private static final long NEVER = Long.MAX_VALUE;

    /** @param tries that were refused */
    private record Room(String name, int tries) {}

    private final WireDialect dialect;
    private final Consumer<String> wire;
    private final Refusals refusals;
    private final ArrayDeque<Room> waiting = new ArrayDeque<>();
    private final Map<String, Room> asked = new HashMap<>();
    /** A leave, whose answer nobody has to hear of. */
    private String leaveId = "";

    private int mostAsked = MOST_ASKED;
    private long goesOnAt = NEVER;
    private long next;

    Rejoining(WireDialect dialect, Consumer<String> wire, Refusals refusals) {
        this.dialect = dialect;
        this.wire = wire;
        this.refusals = refusals;
    }

    void begin(List<String> rooms) {
        stop();
        rooms.forEach(room -> waiting.add(new Room(room, 0)));
        ask();
    }

    /** The connection is gone, and with it every answer. */
    void stop() {
        waiting.clear();
        asked.clear();
        leaveId = "";
        mostAsked = MOST_ASKED;
        goesOnAt = NEVER;
    }

    void leave(String room) {
        leaveId = id();
        wire.accept(dialect.leave(leaveId, room));
    }

    /** The application sees to this room itself. */
    void isAskedFor(String room) {
        waiting.removeIf(one -> one.name().equals(room));
        asked.replaceAll((id, one) -> one.name().equals(room) ? new Room(room, MOST_TRIES) : one);
    }

    /** Whether this ack was to one of these, which it settles. */
    boolean answered(String id) {
        if (asked.remove(id) == null) {
            return id.equals(leaveId);
        }
        mostAsked = Math.min(mostAsked + 1, MOST_ASKED);
        ask();
        return true;
    }

    /**
     * Whether this was to one of these.
     *
     * @param retryAfter as the server says, or null
     */
    boolean refused(
            String id, Incoming.Refused refused, @Nullable Duration retryAfter, long nowNanos) {
        Room room = asked.remove(id);
        if (room == null) {
            return id.equals(leaveId);
        }
        if (room.tries() == MOST_TRIES) {
            ask();
            return true; // The application's own request tells it how this went.
        }
        Room again = new Room(room.name(), room.tries() + 1);
        boolean retries = refused.retryable() && again.tries() < MOST_TRIES;
        if (retries) {
            waiting.add(again);
            mostAsked = 1;
            goesOnAt = nowNanos + wait(retryAfter).toNanos();
        }
        if (!retries || room.tries() == 0) {
            refusals.refused(room.name(), refused, retries);
        }
        ask();
        return true;
    }

    private static Duration wait(@Nullable Duration retryAfter) {
        Duration told = retryAfter == null ? RETRY_AFTER : retryAfter;
        return told.compareTo(LEAST_RETRY_AFTER) < 0 ? LEAST_RETRY_AFTER : told;
    }

    void timer(long nowNanos) {
        if (nowNanos >= goesOnAt) {
            goesOnAt = NEVER;
            ask();
        }
    }

    long nextDeadlineNanos() {
        return goesOnAt;
    }

    private void ask() {
        while (goesOnAt == NEVER && asked.size() < mostAsked && !waiting.isEmpty()) {
            Room room = waiting.remove();
            String id = id();
            asked.put(id, room);
            wire.accept(dialect.join(id, room.name()));
        }
    }

    private String id() {
        return "rejoin-" + next++;
    }
}
