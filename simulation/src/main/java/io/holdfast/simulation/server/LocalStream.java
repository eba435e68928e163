package io.holdfast.simulation.server;

import io.holdfast.protocol.outbox.Priority;
import io.holdfast.protocol.stream.HistoryLimits;
import io.holdfast.protocol.stream.StreamName;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * One loop's subscribers of one stream, and the chunks that some of them have yet to be given: a
 * window with a cursor for each, bounded as the history is.
 */
final class LocalStream {
    final String stream;
    final String epoch;
    final List<Subscription> places = new ArrayList<>();
    private final Priority priority;
    private final ArrayDeque<Chunk> window = new ArrayDeque<>();
    /** Number of the window's first chunk. */
    private long first;

    private long droppedSeq;
    private long bytes;
    private long messages;

    LocalStream(String stream, String epoch) {
        this.stream = stream;
        this.epoch = epoch;
        this.priority = StreamName.isPersonal(stream) ? Priority.HIGH : Priority.NORMAL;
    }

    private long end() {
        return first + window.size();
    }

    void add(Subscription place, long head) {
        place.next = end();
        place.lastSeq = head;
        place.begun = true;
        places.add(place);
    }

    void remove(Subscription place) {
        places.remove(place);
        place.begun = false;
        trim();
    }

    /** Messages that its bound counts: those behind the oldest chunk. */
    long messagesBehindOldest() {
        Chunk oldest = window.peek();
        return oldest == null ? 0 : messages - oldest.lines().size();
    }

    long bytes() {
        return bytes;
    }

    void offer(Chunk chunk, HistoryLimits limits) {
        window.add(chunk);
        bytes += chunk.bytes();
        messages += chunk.lines().size();
        for (Subscription place : List.copyOf(places)) {
            feed(place);
        }
        while (!window.isEmpty() && isTooMuch(limits)) {
            drop();
        }
    }

    private boolean isTooMuch(HistoryLimits limits) {
        long beyondOldest = messages - window.getFirst().lines().size();
        return beyondOldest >= limits.messages() || bytes > limits.bytes();
    }

    private void drop() {
        Chunk chunk = window.remove();
        first++;
        bytes -= chunk.bytes();
        messages -= chunk.lines().size();
        droppedSeq = chunk.lastSeq();
    }

    private void trim() {
        long floor = end();
        for (Subscription place : places) {
            floor = Math.min(floor, place.next);
        }
        while (first < floor && !window.isEmpty()) {
            drop();
        }
    }

    boolean lags(Subscription place) {
        return place.replayed < place.replay.size() || place.next < end();
    }

    /** Gives one what it can take now. */
    void feed(Subscription place) {
        while (place.begun && !place.held && lags(place) && place.connection.ready(priority)) {
            if (place.replayed < place.replay.size()) {
                give(place, place.replay.get(place.replayed++));
            } else if (place.next < first) {
                place.next = first;
                if (droppedSeq > place.lastSeq) {
                    long from = place.lastSeq + 1;
                    place.lastSeq = droppedSeq;
                    place.connection.gap(stream, from, droppedSeq, priority);
                }
            } else {
                Chunk chunk = nth(place.next++);
                give(place, chunk);
            }
        }
        trim();
    }

    private Chunk nth(long number) {
        Iterator<Chunk> chunks = window.iterator();
        for (long skip = number - first; skip > 0; skip--) {
            chunks.next();
        }
        return chunks.next();
    }

    private static void give(Subscription place, Chunk chunk) {
        for (int i = 0; i < chunk.lines().size(); i++) {
            long seq = chunk.firstSeq() + i;
            if (seq > place.lastSeq) {
                place.lastSeq = seq;
                place.connection.deliver(chunk.lines().get(i));
            }
        }
    }
}
