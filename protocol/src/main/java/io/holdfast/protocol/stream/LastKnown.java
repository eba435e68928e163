package io.holdfast.protocol.stream;

import org.jspecify.annotations.Nullable;

/**
 * Up to where a session is known to have been given a stream, for clients that do not say it
 * themselves. An answer to a hello may be lost: what it announces does not count as known, so that
 * the next answer announces it again. A gap too large is better than one not told.
 */
public final class LastKnown {
    private LastKnown() {}

    /**
     * What is known behind a hello, until more is.
     *
     * @param epoch the stream's
     * @param head seq of its last message
     * @param begins behind which position the client is given messages now
     * @param named where the client says that it is, or null
     * @param known what was known before, or null for a session that is new to the stream
     */
    public static Position afterHello(
            String epoch,
            long head,
            long begins,
            @Nullable Position named,
            @Nullable Position known) {
        if (named != null && named.epoch().equals(epoch) && named.seq() <= head) {
            return named;
        }
        return known == null ? new Position(epoch, begins) : known;
    }
}
