package io.holdfast.protocol.client;

import io.holdfast.protocol.Limits;
import io.holdfast.protocol.stream.Gap;
import io.holdfast.protocol.stream.Position;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How far a client has come in each of its streams: the client's half of "exactly once, in order of
 * seq". It trusts no server: what is skipped without a word is a gap too, what comes twice is
 * dropped.
 *
 * <p>A position moves when its message arrives. Whoever hands messages on through a queue keeps
 * that queue over a reconnect. One thread.
 */
public final class Positions {
    /** As many as a session of the server may have. */
    public static final int MAX_STREAMS = Limits.MAX_MEMBERSHIPS;

    private final Map<String, Position> positions = new LinkedHashMap<>();

    /** For the next {@code hello}: a copy. */
    public Map<String, Position> asMap() {
        return new LinkedHashMap<>(positions);
    }

    /** The first answer: where the client starts. Nothing from before counts. */
    public void welcomed(Map<String, Position> streams) {
        positions.clear();
        streams.forEach(this::joined);
    }

    /**
     * The answer to a client that returns, whether or not its session was restored.
     *
     * @return the streams that it had a position in and is not in any more
     */
    public List<String> resumed(Map<String, StreamAnswer> streams, GapListener out) {
        List<String> dropped = new ArrayList<>();
        for (String name : positions.keySet()) {
            if (!streams.containsKey(name)) {
                dropped.add(name);
            }
        }
        dropped.forEach(positions::remove);
        streams.forEach((name, answer) -> resumed(name, answer, out));
        return dropped;
    }

    /** A message with its place came. */
    public Arrival arrived(String stream, long seq, GapListener out) {
        Position had = positions.get(stream);
        if (had == null || !Position.isSeq(seq)) {
            return Arrival.UNTRACKED;
        }
        if (seq <= had.seq()) {
            return Arrival.REPEAT;
        }
        missed(stream, had.seq(), seq - 1, out);
        positions.put(stream, new Position(had.epoch(), seq));
        return Arrival.NEW;
    }

    /** The server announced in band that these will not come; both bounds are included. */
    public void gap(String stream, long from, long to, GapListener out) {
        Position had = positions.get(stream);
        boolean makesSense = from >= 1 && from <= to && Position.isSeq(to);
        if (had != null && makesSense) {
            long known = announced(stream, had.seq(), from, to, out);
            positions.put(stream, new Position(had.epoch(), known));
        }
    }

    /** The ack of a join: the room begins behind this position. */
    public void joined(String stream, Position position) {
        if (positions.size() < MAX_STREAMS || positions.containsKey(stream)) {
            positions.put(stream, position);
        }
    }

    public void left(String stream) {
        positions.remove(stream);
    }

    private void resumed(String stream, StreamAnswer answer, GapListener out) {
        Position start = answer.start();
        Position had = positions.get(stream);
        Gap gap = answer.gap();
        boolean bounded = gap == null || gap.reason() == null;
        if (bounded && had != null && had.epoch().equals(answer.epoch())) {
            long known = gap == null
                    ? had.seq()
                    : announced(stream, had.seq(), gap.from(), gap.to(), out);
            missed(stream, known, start.seq(), out);
            joined(stream, start.seq() < had.seq() ? had : start);
            return;
        }
        if (gap != null) {
            out.gap(stream, gap, true);
        } else if (had != null) {
            out.gap(stream, Gap.because(Gap.EPOCH), false);
        }
        joined(stream, start);
    }

    /**
     * The server said that these would not come.
     *
     * @return up to where the client knows what it has had and what not
     */
    private static long announced(String stream, long had, long from, long to, GapListener out) {
        if (to <= had) {
            return had;
        }
        missed(stream, had, from - 1, out);
        out.gap(stream, Gap.between(Math.max(from, had + 1), to), true);
        return to;
    }

    /** Nobody said that what lies behind {@code had}, up to {@code to}, would not come. */
    private static void missed(String stream, long had, long to, GapListener out) {
        if (had < to) {
            out.gap(stream, Gap.between(had + 1, to), false);
        }
    }
}
