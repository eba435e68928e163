package io.holdfast.protocol.stream;

import org.jspecify.annotations.Nullable;

/**
 * What one stream gives to a client that resumes (spec: delivery, "Resuming"). The gap lies before
 * {@code from}, and from there on nothing is missing.
 *
 * @param from seq of the first message to send; head + 1 when the client starts at the head
 * @param recovered messages from there to the head
 * @param gap what was missed and cannot be given, or null when nothing was
 */
public record Recovery(long from, long recovered, @Nullable Gap gap) {

    /**
     * For one stream of a client that comes back, or of one that comes for the first time.
     *
     * @param named where the client says that it is, or null when it did not name the stream
     * @param known up to where the server knows that its session was given messages, or null when
     *     it did not belong to the stream: then it starts at the head and has missed nothing
     */
    public static Recovery resumed(
            String epoch,
            long head,
            long firstKept,
            @Nullable Position named,
            @Nullable Position known) {
        if (named != null || known == null) {
            return of(epoch, head, firstKept, named, head);
        }
        boolean comparable = known.epoch().equals(epoch);
        return of(epoch, head, firstKept, comparable ? null : known, known.seq());
    }

    /**
     * @param epoch the stream's
     * @param head seq of its last message; 0 when it has none yet
     * @param firstKept seq of the first message that can be sent again; head + 1 when none can
     * @param named where the client says that it is, or null when it did not name the stream. A
     *     session whose last known position is under another epoch has that as its name, so that it
     *     is told of the gap
     * @param lastKnown seq up to which the session was given messages, as far as the server knows;
     *     consulted only if the client did not name the stream, and then under {@code epoch}
     */
    static Recovery of(
            String epoch, long head, long firstKept, @Nullable Position named, long lastKnown) {
        if (head < 0 || firstKept < 1 || firstKept > head + 1) {
            throw new IllegalArgumentException("A stream at " + head + " that is kept from "
                    + firstKept + "; expected 1 to head + 1: give both of the same moment.");
        }
        if (named == null) {
            return atHead(head, missed(lastKnown, head));
        }
        if (!named.epoch().equals(epoch)) {
            return atHead(head, Gap.because(Gap.EPOCH));
        }
        if (named.seq() > head) {
            return atHead(head, Gap.because(Gap.AHEAD));
        }
        long from = Math.max(named.seq() + 1, firstKept);
        return new Recovery(from, head - from + 1, missed(named.seq(), from - 1));
    }

    private static Recovery atHead(long head, @Nullable Gap gap) {
        return new Recovery(head + 1, 0, gap);
    }

    private static @Nullable Gap missed(long had, long until) {
        return had < until ? Gap.between(had + 1, until) : null;
    }
}
