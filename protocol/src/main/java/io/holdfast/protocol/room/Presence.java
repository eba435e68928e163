package io.holdfast.protocol.room;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How the others hear of a client's coming and going (spec: dialect-rooms). In a small room at once,
 * one message each; in a large one, and while draining, gathered into one message a second: N clients
 * coming to N others would otherwise be N² messages.
 *
 * <p>A client that came and went within one gathering is not mentioned. Not thread-safe; the room's
 * home event loop owns it.
 */
public final class Presence {
    /** Nanoseconds between two gathered messages. */
    public static final long GATHER_NANOS = 1_000_000_000L;

    /** No gathering is under way. */
    public static final long NEVER = Long.MAX_VALUE;

    /** What is to be told, in order. */
    public interface Audience {
        /** To everyone but the client itself. */
        void connected(String clientId);

        /** To everyone; the client is gone. */
        void disconnected(String clientId);

        /** To everyone: the first of the names, and exactly how many clients there are. */
        void changed(List<String> joined, List<String> left);
    }

    private final Set<String> joined = new LinkedHashSet<>();
    private final Set<String> left = new LinkedHashSet<>();
    private long dueNanos = NEVER;

    /**
     * A client came.
     *
     * @param gather whether the room is large, or the server is shutting down
     */
    public void joined(String id, boolean gather, long nowNanos, Audience audience) {
        if (!gathers(gather)) {
            audience.connected(id);
        } else if (!left.remove(id)) {
            joined.add(id);
            gather(nowNanos);
        }
    }

    /**
     * A client went.
     *
     * @param gather as in {@link #joined}
     */
    public void left(String id, boolean gather, long nowNanos, Audience audience) {
        if (!gathers(gather)) {
            audience.disconnected(id);
        } else if (!joined.remove(id)) {
            left.add(id);
            gather(nowNanos);
        }
    }

    /** Nobody is left to be told: what was gathered is not for those who come later. */
    public void emptied() {
        joined.clear();
        left.clear();
        dueNanos = NEVER;
    }

    /**
     * Tells what was gathered once its second is over; earlier calls do nothing.
     *
     * @param maxNames in each list
     */
    public void tick(long nowNanos, int maxNames, Audience audience) {
        if (dueNanos == NEVER || nowNanos - dueNanos < 0) {
            return;
        }
        dueNanos = NEVER;
        if (!joined.isEmpty() || !left.isEmpty()) {
            audience.changed(first(joined, maxNames), first(left, maxNames));
        }
        joined.clear();
        left.clear();
    }

    /** When {@link #tick} has something to tell, or {@link #NEVER}. */
    public long dueNanos() {
        return dueNanos;
    }

    /** A gathering that has begun takes everything until it is told, so that order is kept. */
    private boolean gathers(boolean gather) {
        return gather || dueNanos != NEVER;
    }

    private void gather(long nowNanos) {
        if (dueNanos == NEVER) {
            dueNanos = nowNanos + GATHER_NANOS;
        }
    }

    private static List<String> first(Set<String> ids, int max) {
        List<String> names = new ArrayList<>(Math.min(ids.size(), max));
        for (String id : ids) {
            if (names.size() == max) {
                break;
            }
            names.add(id);
        }
        return names;
    }
}
