package io.holdfast.protocol.drain;

import io.holdfast.protocol.drain.DrainInput.How;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every client of one drain, and the counts of how they ended. */
final class Fleet {
    /** In the order of telling. */
    final List<DialectGroup> groups = new ArrayList<>();
    /** Group and index by id; never iterated, so its order decides nothing. */
    private final Map<Long, Place> places;

    private int clients;
    private int remaining;
    private int sent;
    private int written;
    private int acknowledged;
    private int left;
    private int moved;
    private int forced;
    private int failed;

    private record Place(DialectGroup group, int index) {}

    Fleet(DrainSettings settings, List<long[]> connections) {
        int dialects = settings.dialects().size();
        if (connections.size() != dialects) {
            throw new IllegalArgumentException("The drain was given connections of "
                    + connections.size() + " dialects; expected " + dialects
                    + ", an array for each that is configured.");
        }
        places = HashMap.newHashMap(
                connections.stream().mapToInt(ids -> ids.length).sum());
        for (int dialect : Timetable.order(settings)) {
            DialectGroup group = new DialectGroup(
                    dialect, settings.dialects().get(dialect), connections.get(dialect));
            groups.add(group);
            for (int i = 0; i < group.size(); i++) {
                place(group, i);
            }
        }
    }

    /** Adds a client of a dialect; one that is known already is left as it is. */
    void join(long id, int dialect) {
        if (places.containsKey(id)) {
            return;
        }
        for (DialectGroup group : groups) {
            if (group.dialect == dialect) {
                place(group, group.add(id));
                return;
            }
        }
        throw new IllegalArgumentException("Connection " + id + " joined dialect " + dialect
                + "; expected 0 to " + (groups.size() - 1) + ".");
    }

    private void place(DialectGroup group, int index) {
        if (places.put(group.id(index), new Place(group, index)) != null) {
            throw new IllegalArgumentException("Connection " + group.id(index)
                    + " was given to the drain twice; expected each id once.");
        }
        clients++;
        remaining++;
    }

    boolean knows(long id) {
        return places.containsKey(id);
    }

    void countSent() {
        sent++;
    }

    void written(long id) {
        Place place = places.get(id);
        if (place != null && place.group.markWritten(place.index)) {
            written++;
        }
    }

    void acknowledged(long id) {
        Place place = connected(id);
        if (place != null) {
            place.group.markAcknowledged(place.index);
        }
    }

    void gone(long id, How how) {
        Place place = connected(id);
        if (place != null) {
            countEnd(place.group, place.index, how);
            markGone(place.group, place.index);
        }
    }

    /** Cut: gone without its own report. */
    void cut(DialectGroup group, int index) {
        forced++;
        markGone(group, index);
    }

    private void countEnd(DialectGroup group, int index, How how) {
        if (group.isClosed(index)) {
            forced++;
            return;
        }
        switch (how) {
            case MOVED -> moved++;
            case ERROR -> failed++;
            case ACKED_AND_CLOSED -> acknowledged++;
            case LEFT -> {
                if (group.isAcknowledged(index)) {
                    acknowledged++;
                } else {
                    left++;
                }
            }
        }
    }

    private void markGone(DialectGroup group, int index) {
        group.markGone(index);
        remaining--;
    }

    private @Nullable Place connected(long id) {
        Place place = places.get(id);
        return place == null || place.group.isGone(place.index) ? null : place;
    }

    int clients() {
        return clients;
    }

    int remaining() {
        return remaining;
    }

    int sent() {
        return sent;
    }

    int forced() {
        return forced;
    }

    /** Clients by dialect, for the plan. */
    int[] counts() {
        int[] counts = new int[groups.size()];
        for (DialectGroup group : groups) {
            counts[group.dialect] = group.remaining();
        }
        return counts;
    }

    Verdict verdict(DrainCourse course, Verdict.Outcome outcome, long nowNanos) {
        return new Verdict(
                course.drainId(),
                course.reason(),
                outcome,
                clients,
                written,
                acknowledged,
                left,
                moved,
                forced,
                failed,
                remaining,
                sent - written,
                clients - sent,
                course.tellingTook(),
                Duration.ofNanos(nowNanos - course.startedNanos()),
                Verdict.Arriving.UNKNOWN);
    }
}
