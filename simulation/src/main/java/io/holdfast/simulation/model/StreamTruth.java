package io.holdfast.simulation.model;

import io.holdfast.protocol.stream.HistoryLimits;
import io.holdfast.protocol.stream.StreamName;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a stream holds, as far as anybody was ever told: one payload for each number of an epoch, for
 * all observers and for ever.
 */
public final class StreamTruth {
    /** A message that somebody has seen or was acked. */
    private record Seen(String payload, long atNanos) {}

    /** The last message of one sender in one numbering. */
    private record Sent(long seq, long number) {}

    /** One numbering. */
    private static final class Numbering {
        private final Map<Long, Seen> messages = new HashMap<>();
        private final Map<Long, Long> committedAt = new HashMap<>();
        private final Map<Long, Integer> sizes = new HashMap<>();
        private final Map<Long, Long> chunkBegins = new HashMap<>();
        private long head;
        private long acked;
        /** Up to here a start may have found messages that it did not bring back. */
        private long hidden;
    }

    private final Findings findings;
    private final Map<String, Numbering> numberings = new HashMap<>();
    /** Where each payload is: in one place only. */
    private final Map<String, String> places = new HashMap<>();

    private final Map<String, String> refused = new HashMap<>();
    private final Set<String> refusedOnce = new HashSet<>();
    private final Map<String, Sent> lastSent = new HashMap<>();
    private final Map<String, Long> acceptedAt = new HashMap<>();
    /** When a server last began with what another one had left. */
    private long lastStartNanos;

    private long observations;
    private long acks;

    public StreamTruth(Findings findings) {
        this.findings = findings;
    }

    private Numbering of(String stream, String epoch) {
        return numberings.computeIfAbsent(stream + "/" + epoch, key -> new Numbering());
    }

    /** A server took it, and began to wait for its store; messages age from here. */
    public void accepted(String payload, long nowNanos) {
        acceptedAt.putIfAbsent(payload, nowNanos);
    }

    /** The store said that it keeps it. */
    public void committed(
            String stream,
            String epoch,
            long seq,
            long chunkBegins,
            String payload,
            long nowNanos) {
        Numbering numbering = of(stream, epoch);
        findings.require(
                seq == numbering.head + 1 || numbering.head == 0,
                "numbering",
                "message " + seq + " of " + stream + "/" + epoch + " was committed behind "
                        + numbering.head);
        numbering.head = seq;
        numbering.chunkBegins.put(seq, chunkBegins);
        numbering.committedAt.put(seq, acceptedAt.getOrDefault(payload, nowNanos));
        numbering.sizes.put(seq, payload.length());
        agree(stream, epoch, seq, payload, nowNanos);
    }

    /**
     * A server starts with this much of the stream. What was handed to its store and not answered may
     * be there.
     */
    public void found(
            String stream, String epoch, long head, List<String> last, boolean whole, long now) {
        lastStartNanos = now;
        Numbering numbering = of(stream, epoch);
        findings.require(
                !whole || head >= numbering.acked,
                "acked-is-kept",
                stream + "/" + epoch + " was found at " + head + ", but message " + numbering.acked
                        + " had been acked or delivered");
        long seq = head - last.size();
        numbering.hidden = Math.max(numbering.hidden, seq);
        for (String payload : last) {
            seq++;
            agree(stream, epoch, seq, payload, now);
            numbering.committedAt.putIfAbsent(seq, acceptedAt.getOrDefault(payload, now));
            numbering.sizes.putIfAbsent(seq, payload.length());
        }
        numbering.head = head;
    }

    /** Somebody was given it, or told that it is there. */
    public void observed(String stream, String epoch, long seq, String payload, long nowNanos) {
        observations++;
        Numbering numbering = of(stream, epoch);
        findings.require(
                numbering.committedAt.containsKey(seq),
                "commit-before-delivery",
                "message " + seq + " of " + stream + "/" + epoch
                        + " was given out before the store had it");
        numbering.acked = Math.max(numbering.acked, seq);
        agree(stream, epoch, seq, payload, nowNanos);
    }

    private void agree(String stream, String epoch, long seq, String payload, long nowNanos) {
        Seen before = of(stream, epoch).messages.putIfAbsent(seq, new Seen(payload, nowNanos));
        findings.require(
                before == null || before.payload.equals(payload),
                "agreement",
                "message " + seq + " of " + stream + "/" + epoch + " is " + payload + ", and was "
                        + (before == null ? "" : before.payload) + " before");
        String place = stream + "/" + epoch + "/" + seq;
        String known = places.putIfAbsent(payload, place);
        findings.require(
                known == null || known.equals(place),
                "exactly-once",
                payload + " is at " + place + ", and was at " + known + " before");
        if (known == null) {
            inOrder(stream, epoch, seq, payload);
        }
        String why = refused.get(payload);
        findings.require(
                why == null, "refused-is-not-kept", payload + " is there, but was refused: " + why);
    }

    /**
     * A server has refused this id. "A refused id is not remembered": where the refusal is lost, the
     * message is sent again, behind later ones that were not refused.
     */
    public void refusedOnce(String id) {
        refusedOnce.add(id);
    }

    /** What one client sends to a stream is there in the order in which it was sent. */
    private void inOrder(String stream, String epoch, long seq, String payload) {
        int dash = payload.indexOf('-');
        String sender = stream + "/" + epoch + "/" + payload.substring(0, dash);
        String number = payload.substring(dash + 1).replace("x", "");
        if (refusedOnce.contains(payload.substring(1, dash + 1) + number)) {
            return;
        }
        Sent last = lastSent.get(sender);
        Sent now = new Sent(seq, Long.parseLong(number));
        findings.require(
                last == null || (last.seq < now.seq) == (last.number < now.number),
                "sender-order",
                payload + " is at " + seq + " of " + stream + "/" + epoch + ", but message "
                        + (last == null ? 0 : last.number) + " of its sender is at "
                        + (last == null ? 0 : last.seq));
        if (last == null || last.seq < seq) {
            lastSent.put(sender, now);
        }
    }

    /** Its sender was told that it was not taken. */
    public void refused(String payload, String why) {
        findings.require(
                !places.containsKey(payload),
                "refused-is-not-kept",
                payload + " was refused (" + why + "), but is at " + places.get(payload));
        refused.put(payload, why);
    }

    /** The ack of a message names its place. */
    public void acked(String stream, long seq, String payload) {
        acks++;
        String place = places.get(payload);
        if (place == null && (mayBeHidden(stream, seq) || mayHaveEnded(stream, payload))) {
            return;
        }
        findings.require(
                place != null && place.startsWith(stream + "/") && place.endsWith("/" + seq),
                "ack-names-place",
                payload + " was acked as " + stream + "/" + seq + ", but is at " + place);
        if (place != null) {
            String epoch = place.substring(stream.length() + 1, place.lastIndexOf('/'));
            Numbering numbering = of(stream, epoch);
            numbering.acked = Math.max(numbering.acked, seq);
        }
    }

    /** It was committed without a word before a kill, and is too old to have been brought back. */
    private boolean mayBeHidden(String stream, long seq) {
        return numberings.entrySet().stream()
                .anyMatch(each -> each.getKey().startsWith(stream + "/")
                        && seq <= each.getValue().hidden
                        && !each.getValue().messages.containsKey(seq));
    }

    /** The same, and the session that it went to has been replaced since, its stream with it. */
    private boolean mayHaveEnded(String stream, String payload) {
        return StreamName.isPersonal(stream) // In a drain the time of the service stands still.
                && acceptedAt.getOrDefault(payload, Long.MAX_VALUE) <= lastStartNanos;
    }

    /** Whether a message may be gone by what the server was told to keep. */
    public boolean mayBeGone(
            String stream, String epoch, long seq, HistoryLimits least, long nowNanos) {
        Numbering numbering = of(stream, epoch);
        if (numbering.head - seq >= least.messages()) {
            return true;
        }
        Long committed = numbering.committedAt.get(seq);
        if (committed == null || nowNanos - committed >= least.ageNanos()) {
            return true;
        }
        long bytes = 0;
        // Bytes go by whole chunks.
        long from = numbering.chunkBegins.getOrDefault(seq, seq);
        for (long each = from; each <= numbering.head; each++) {
            bytes += numbering.sizes.getOrDefault(each, 0) + MESSAGE_OVERHEAD;
        }
        return bytes >= least.bytes() / 2;
    }

    /** What a kept message has beside its payload, at the most: sender, id, seq, words. */
    private static final int MESSAGE_OVERHEAD = 96;

    public long head(String stream, String epoch) {
        return of(stream, epoch).head;
    }

    /** Messages that clients were given. */
    public long observations() {
        return observations;
    }

    /** Messages whose senders have their acks. */
    public long acks() {
        return acks;
    }
}
