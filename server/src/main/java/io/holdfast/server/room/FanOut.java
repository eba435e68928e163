package io.holdfast.server.room;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One loop's subscribers of one room, and what is under way to them. Slabs are delivered in order; a
 * delivery to very many is cut into slices, between which the loop reads sockets and runs tasks. A
 * subscriber gets exactly the slabs that were queued after it came and before it went.
 *
 * <p>Belongs to one event loop.
 */
final class FanOut {
    /** Subscribers served in one go: some 300 µs of queueing. */
    static final int SLICE = 1024;

    final String room;
    /** Whether the loop has this among its deliveries under way. */
    boolean delivering;

    private final int loopIndex;
    private final List<@Nullable Place> places = new ArrayList<>();
    private final ArrayDeque<Slab> queue = new ArrayDeque<>();
    private long queued;
    private long done;
    private int position;
    private int holes;

    FanOut(String room, int loopIndex) {
        this.room = room;
        this.loopIndex = loopIndex;
    }

    Place add(Subscriber subscriber) {
        Place place = new Place(subscriber, queued, places.size());
        places.add(place);
        return place;
    }

    void remove(Place place) {
        if (place.index < 0) {
            return;
        }
        if (queue.isEmpty()) {
            Place last = places.removeLast();
            if (last != place && last != null) {
                places.set(place.index, last);
                last.index = place.index;
            }
        } else {
            // Positions must not move under a delivery that is under way.
            places.set(place.index, null);
            holes++;
        }
        place.index = -1;
    }

    int size() {
        return places.size() - holes;
    }

    /** Slabs queued or under delivery. */
    int backlog() {
        return queue.size();
    }

    /** Queues a slab, taking over its reference. */
    void offer(Slab slab) {
        queue.add(slab);
        queued++;
    }

    /** Serves one slice; true when more is waiting. */
    boolean deliverSlice() {
        int budget = SLICE;
        while (!queue.isEmpty() && budget > 0) {
            Slab slab = queue.peek();
            // Again in each slice: a publisher has one note, and another room may have used it.
            if (position == 0 || budget == SLICE) {
                slab.markSenders(loopIndex);
            }
            while (position < places.size() && budget > 0) {
                Place place = places.get(position++);
                budget--;
                if (place != null && place.firstSlab <= done) {
                    slab.deliverTo(place.subscriber);
                }
            }
            if (position == places.size()) {
                finish();
            }
        }
        return !queue.isEmpty();
    }

    private void finish() {
        Slab slab = queue.remove();
        slab.unmarkSenders(loopIndex);
        slab.release();
        done++;
        position = 0;
        if (queue.isEmpty() && holes > 0) {
            close(places);
        }
    }

    private void close(List<@Nullable Place> gaps) {
        int to = 0;
        for (int from = 0; from < gaps.size(); from++) {
            Place place = gaps.get(from);
            if (place != null) {
                place.index = to;
                gaps.set(to++, place);
            }
        }
        gaps.subList(to, gaps.size()).clear();
        holes = 0;
    }
}
