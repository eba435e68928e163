package io.holdfast.server.room;

import io.holdfast.protocol.outbox.Priority;
import io.holdfast.protocol.stream.StreamName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One loop's subscribers of one stream, and the slabs that are under way to them: a window whose end
 * grows with each slab and whose beginning follows the slowest.
 *
 * <p>Slabs are delivered in order; a delivery to very many is cut into slices, between which the loop
 * reads sockets and runs tasks. A subscriber gets exactly the slabs that were offered after it came
 * and before it went. One that cannot take more is left out: it lags, and its cursor stays. It is fed
 * from the window when it can take more. What bounds the window also bounds how far it may lag.
 *
 * <p>Belongs to one event loop.
 */
@SuppressWarnings("ReferenceEquality") // A subscription is itself and no other.
final class FanOut {
    /** Subscribers served in one go: some 300 µs of queueing. */
    static final int SLICE = 1024;

    final String stream;
    /** The numbering of what it delivers. */
    final String epoch;
    /** Whether the loop has this among its deliveries under way. */
    boolean delivering;

    private final int loopIndex;
    private final boolean lossy;
    private final Priority priority;
    private final List<@Nullable Subscription> places = new ArrayList<>(1);
    private final List<Subscription> lagging = new ArrayList<>(0);
    private final Window window = new Window();
    /** The number of the slab under delivery; those before it were offered to everybody. */
    private long sweeping;

    private int position;
    private int holes;
    /** Slabs that were kept when it was last looked which are needed. */
    private int keptAtTrim;

    /** The last seq that was offered to everybody. */
    private long sweptSeq;

    /** @param lossy whether who cannot take a slab at once goes without it */
    FanOut(String stream, String epoch, int loopIndex, boolean lossy) {
        this.stream = stream;
        this.epoch = epoch;
        this.loopIndex = loopIndex;
        this.lossy = lossy;
        this.priority = priorityOf(stream, lossy);
    }

    /** As the spec has it (delivery, "Outbox and slow consumers"). */
    private static Priority priorityOf(String stream, boolean lossy) {
        if (lossy) {
            return Priority.LOW;
        }
        return StreamName.isPersonal(stream) ? Priority.HIGH : Priority.NORMAL;
    }

    /**
     * Adds a subscriber: it gets what is offered from now on, behind what it has to be replayed.
     *
     * @param head the last seq before that
     */
    void add(Subscription subscription, long head) {
        subscription.index = places.size();
        subscription.next = window.end();
        subscription.lastSeq = head;
        places.add(subscription);
        if (subscription.isHeld() || subscription.replay != null) {
            lag(subscription);
        }
    }

    void remove(Subscription subscription) {
        if (subscription.index < 0) {
            return;
        }
        catchUp(subscription);
        if (position == 0) {
            Subscription last = places.removeLast();
            if (last != subscription && last != null) {
                places.set(subscription.index, last);
                last.index = subscription.index;
            }
        } else {
            // Positions must not move under a delivery that is under way.
            places.set(subscription.index, null);
            holes++;
        }
        subscription.end();
        trim();
    }

    /** The stream has ended: nobody gets anything more. */
    void end() {
        for (Subscription place : new ArrayList<>(places)) {
            if (place != null) {
                remove(place);
            }
        }
    }

    int size() {
        return places.size() - holes;
    }

    /** Slabs that have not been offered to everybody. */
    int backlog() {
        return (int) (window.end() - sweeping);
    }

    /** Slabs kept, for a delivery that is under way or for those who lag. */
    int kept() {
        return window.size();
    }

    /** The last seq that a subscriber was handed. */
    long position(Subscription subscription) {
        return subscription.lagging
                ? subscription.lastSeq
                : Math.max(subscription.lastSeq, sweptSeq);
    }

    /** Takes a slab, and its reference. */
    void offer(Slab slab) {
        window.add(slab);
    }

    /**
     * Serves one slice; true when more is waiting.
     *
     * @param maxMessages that the slowest may lag behind
     * @param maxBytes the same in bytes
     */
    boolean deliverSlice(int maxMessages, long maxBytes) {
        int budget = SLICE;
        while (backlog() > 0 && budget > 0) {
            Slab slab = window.get(sweeping);
            // Again in each slice: a publisher has one note, and another stream may have used it.
            if (position == 0 || budget == SLICE) {
                slab.markSenders(loopIndex);
            }
            while (position < places.size() && budget > 0) {
                Subscription place = places.get(position++);
                budget--;
                if (place != null && place.next == sweeping && !place.lagging) {
                    serve(place, slab);
                }
            }
            if (position == places.size()) {
                finish(slab);
                bound(maxMessages, maxBytes);
            }
        }
        return backlog() > 0;
    }

    private void serve(Subscription place, Slab slab) {
        if (place.subscriber().ready(priority)) {
            place.next++;
            slab.deliverTo(place.subscriber());
        } else if (lossy) {
            place.next++;
        } else {
            place.lastSeq = Math.max(place.lastSeq, sweptSeq);
            lag(place);
        }
    }

    private void lag(Subscription place) {
        place.lagging = true;
        place.lagIndex = lagging.size();
        lagging.add(place);
    }

    private void catchUp(Subscription place) {
        if (place.lagging) {
            place.lagging = false;
            Subscription last = lagging.removeLast();
            if (last != place) {
                lagging.set(place.lagIndex, last);
                last.lagIndex = place.lagIndex;
            }
        }
    }

    private void finish(Slab slab) {
        slab.unmarkSenders(loopIndex);
        sweptSeq = Math.max(sweptSeq, slab.lastSeq());
        sweeping++;
        position = 0;
        if (holes > 0) {
            closeHoles();
        }
        // Looking through all who lag for each slab would cost more than the slabs kept longer.
        if (lagging.isEmpty() || window.size() > 2 * keptAtTrim) {
            trim();
        }
    }

    /** Lets go of what nobody waits for. */
    private void trim() {
        keptAtTrim = 0;
        if (window.first() == window.end()) {
            return;
        }
        long floor = sweeping;
        for (Subscription place : lagging) {
            floor = Math.min(floor, place.next);
        }
        if (places.size() == holes) {
            floor = position == 0 ? window.end() : sweeping;
            sweeping = floor;
        }
        window.dropBefore(floor);
        keptAtTrim = window.size();
    }

    /** Lets go of what somebody waits for, when that is too much. */
    private void bound(int maxMessages, long maxBytes) {
        boolean dropped = false;
        while (window.first() < sweeping && isTooMuch(maxMessages, maxBytes)) {
            window.dropBefore(window.first() + 1);
            dropped = true;
        }
        if (dropped) {
            for (Subscription place : List.copyOf(lagging)) {
                if (place.next < window.first() && !place.subscriber().sequenced()) {
                    place.subscriber().fellBehind();
                }
            }
        }
    }

    /**
     * Messages are counted without the oldest slab's, as history still has the last ones of it: no
     * gap is announced for what a resume would be given.
     */
    private boolean isTooMuch(int maxMessages, long maxBytes) {
        long beyondOldest = window.messages() - window.get(window.first()).count();
        return beyondOldest >= maxMessages || window.bytes() > maxBytes;
    }

    /** Gives one that lags what it can take now. */
    void feed(Subscription place) {
        Subscriber subscriber = place.subscriber();
        boolean keptTheOldest = place.next == window.first();
        while (place.lagging && !place.isHeld() && subscriber.ready(priority)) {
            if (place.replay != null) {
                replay(place, place.replay);
            } else if (place.next < window.first()) {
                skip(place);
            } else if (place.next < sweeping || passedBySweep(place)) {
                Slab slab = window.get(place.next++);
                place.lastSeq = Math.max(place.lastSeq, slab.lastSeq());
                slab.deliverLate(subscriber);
            } else {
                catchUp(place);
            }
        }
        if (!delivering && (keptTheOldest || lagging.isEmpty())) {
            trim();
        }
    }

    /** Whether the delivery under way has left it out already. */
    private boolean passedBySweep(Subscription place) {
        return place.next == sweeping && backlog() > 0 && place.index < position;
    }

    private void replay(Subscription place, Replay replay) {
        if (place.replayChunk == replay.chunks()) {
            place.dropReplay();
            return;
        }
        Replay.Chunk chunk = replay.chunk(place.replayChunk++);
        int skip = (int) Math.max(0, place.lastSeq + 1 - chunk.firstSeq());
        int count = chunk.frames().count();
        if (skip < count) {
            place.lastSeq = chunk.lastSeq();
            Subscriber subscriber = place.subscriber();
            subscriber.deliver(
                    chunk.frames().slice(skip, count, subscriber.encoding(), loopIndex),
                    count - skip);
        }
    }

    /** It has fallen off: what it missed is announced, and it goes on with what there is. */
    private void skip(Subscription place) {
        place.next = window.first();
        long to = window.droppedSeq();
        if (!place.subscriber().sequenced()) {
            place.subscriber().fellBehind();
        } else if (to > place.lastSeq) {
            long from = place.lastSeq + 1;
            place.lastSeq = to;
            place.subscriber().gap(stream, from, to);
        }
    }

    private void closeHoles() {
        int to = 0;
        for (int from = 0; from < places.size(); from++) {
            Subscription place = places.get(from);
            if (place != null) {
                place.index = to;
                places.set(to++, place);
            }
        }
        places.subList(to, places.size()).clear();
        holes = 0;
    }
}
