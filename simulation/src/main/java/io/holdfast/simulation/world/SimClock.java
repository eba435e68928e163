package io.holdfast.simulation.world;

import java.util.PriorityQueue;

/**
 * The one clock of a simulated world, and everything that is to happen. Events of the same moment
 * happen in the order in which they were asked for, so that a run depends on nothing but its seed.
 */
public final class SimClock {
    private record Event(long atNanos, long order, Runnable action) {}

    private final PriorityQueue<Event> events = new PriorityQueue<>((a, b) -> a.atNanos != b.atNanos
            ? Long.compare(a.atNanos, b.atNanos)
            : Long.compare(a.order, b.order));
    private long nowNanos;
    private long asked;
    private long steps;

    /** Nanoseconds since the world began. */
    public long nowNanos() {
        return nowNanos;
    }

    /** Events that have happened. */
    public long steps() {
        return steps;
    }

    /** Has something happen at that moment, or now when that has passed. */
    public void at(long atNanos, Runnable action) {
        events.add(new Event(Math.max(atNanos, nowNanos), asked++, action));
    }

    public void after(long delayNanos, Runnable action) {
        at(nowNanos + delayNanos, action);
    }

    /** Lets the next event happen, unless it comes after that moment. */
    public boolean step(long untilNanos) {
        Event next = events.peek();
        if (next == null || next.atNanos > untilNanos) {
            nowNanos = Math.max(nowNanos, untilNanos);
            return false;
        }
        events.remove();
        nowNanos = next.atNanos;
        steps++;
        next.action.run();
        return true;
    }
}
