package io.holdfast.protocol.session;

import io.holdfast.protocol.stream.StreamName;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A session as a value: what is written to a store, handed to a successor, and read again. Times
 * are what is left, never moments of a clock.
 *
 * @param number tells this session from others that had or will have the client id
 * @param generation of its last connection
 * @param resumable whether its client speaks resume, and so has a personal stream
 * @param ttlMillis its life without a connection
 * @param leftMillis of that life; all of it while connected
 * @param presenceLeftMillis until the others hear that it is gone; -1 when they know, or nobody is
 *     to hear
 * @param token the newest, or null when it never had one
 * @param previousToken still good because the newest has not been used yet, or null
 * @param memberships streams it belongs to, with the last position known
 * @param seen ids of its last messages, oldest first, with where they went
 * @param state the dialect's own
 */
public record SessionRecord(
        String clientId,
        long number,
        long generation,
        String principal,
        String dialect,
        boolean resumable,
        long ttlMillis,
        long leftMillis,
        long presenceLeftMillis,
        @Nullable Token token,
        @Nullable Token previousToken,
        List<Membership> memberships,
        List<Seen> seen,
        byte[] state) {

    /** The same session with other ids seen. */
    public SessionRecord withSeen(List<Seen> ids) {
        return new SessionRecord(
                clientId,
                number,
                generation,
                principal,
                dialect,
                resumable,
                ttlMillis,
                leftMillis,
                presenceLeftMillis,
                token,
                previousToken,
                memberships,
                ids,
                state);
    }

    /**
     * The same session without the ids of messages that are not there any more: what lay beyond a
     * room's head was lost, and may be sent again.
     *
     * <p>Ids of messages to other sessions stay, whatever has become of their streams: a personal
     * stream ends with its session, and another one may have its name and lower numbers by now. Sent
     * again, such a message would be there twice. So do those without a place in a stream.
     *
     * @param heads seq of the last message of each stream that is still there
     */
    public SessionRecord withSeenIn(Map<String, Long> heads) {
        return withSeen(seen.stream()
                .filter(one -> one.stream().isEmpty()
                        || StreamName.isPersonal(one.stream())
                        || heads.getOrDefault(one.stream(), -1L) >= one.seq())
                .toList());
    }

    /** A session token, by its SHA-256 only. */
    public record Token(byte[] sha256, long leftMillis) {}

    /** @param seq of the last message that is known to have been handed to the client */
    public record Membership(String stream, String epoch, long seq) {}

    public record Seen(String id, String stream, long seq) {}
}
