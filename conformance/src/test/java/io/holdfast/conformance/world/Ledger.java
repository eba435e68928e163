package io.holdfast.conformance.world;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything that was sent, acked and seen, and each breach of the promise (spec: delivery, "The
 * promise, exactly"). Thread-safe.
 */
final class Ledger {
    /** Further breaches are counted only: the first ones tell the story. */
    private static final int MAX_REPORTED = 20;

    /** {@code seq} is where subscribers saw it, {@code ackSeq} where the ack said. */
    private static final class Sent {
        final String stream;
        long seq;
        long ackSeq;
        String epoch = "";
        boolean refused;

        Sent(String stream) {
            this.stream = stream;
        }
    }

    private final Counts counts;
    private final boolean lossless;
    private final Map<String, Sent> sent = new HashMap<>();
    /** By stream and epoch: which message has which number, as the first who saw it says. */
    private final Map<Numbering, TreeMap<Long, String>> numbered = new HashMap<>();

    private final Map<Subscription, StreamView> views = new HashMap<>();
    private final List<StreamView> past = new ArrayList<>();
    private final Set<String> renumbered = new HashSet<>();
    private final List<String> breaches = new ArrayList<>();
    private int unreported;

    private record Numbering(String stream, String epoch) {}

    private record Subscription(String client, String stream) {}

    /** @param lossless whether gaps and lost sessions are breaches */
    Ledger(Counts counts, boolean lossless) {
        this.counts = counts;
        this.lossless = lossless;
    }

    synchronized void breach(String what) {
        if (breaches.size() < MAX_REPORTED) {
            breaches.add(what);
        } else {
            unreported++;
        }
    }

    private void breachIf(@Nullable String what) {
        if (what != null) {
            breach(what);
        }
    }

    synchronized boolean isClean() {
        return breaches.isEmpty();
    }

    synchronized List<String> breaches() {
        var all = new ArrayList<>(breaches);
        if (unreported > 0) {
            all.add("and " + unreported + " more");
        }
        return all;
    }

    synchronized void sent(String id, String stream) {
        counts.sent.incrementAndGet();
        sent.put(id, new Sent(stream));
    }

    /** Whether somebody has been given it. */
    synchronized boolean isSeen(String id) {
        var message = sent.get(id);
        return message != null && message.seq > 0;
    }

    synchronized void acked(String id, String stream, long seq) {
        counts.acked.incrementAndGet();
        var message = sent.get(id);
        if (message == null) {
            breach(id + " is acked and was never sent");
            return;
        }
        message.ackSeq = seq;
        if (!message.stream.equals(stream) || seq < 1) {
            breach("%s was sent to %s and is acked as %d of %s"
                    .formatted(id, message.stream, seq, stream));
        }
        checkAck(id, message);
    }

    private void checkAck(String id, Sent message) {
        if (message.seq > 0 && message.ackSeq > 0 && message.seq != message.ackSeq) {
            breach("%s is acked as %d of %s and seen as %d"
                    .formatted(id, message.ackSeq, message.stream, message.seq));
        }
    }

    synchronized void refused(String id, String why) {
        counts.refused.incrementAndGet();
        var message = sent.get(id);
        if (message != null) {
            message.refused = true;
        }
        if (lossless) {
            breach(id + " is refused: " + why);
        }
    }

    /** The first place of a client in a stream, or one in another session. */
    synchronized void joined(String client, String stream, Place place) {
        var subscription = new Subscription(client, stream);
        var before = views.get(subscription);
        if (before != null && before.epoch.equals(place.epoch())) {
            breachIf(before.rejoined(place.seq()));
            return;
        }
        if (before != null) {
            past.add(before);
            renumbered.add(stream);
            if (lossless) {
                breach(before + " has epoch " + place.epoch() + " now");
            }
        }
        views.put(subscription, new StreamView(client, stream, place));
    }

    synchronized void sessionLost(String client) {
        counts.sessionsLost.incrementAndGet();
        if (lossless) {
            breach(client + " lost its session");
        }
    }

    /** What the answer to a hello says of a stream under the known epoch. */
    synchronized void resumed(String client, String stream, long head, long recovered) {
        counts.recovered.addAndGet(recovered);
        var view = views.get(new Subscription(client, stream));
        if (view != null) {
            breachIf(view.resumed(head, recovered));
        }
    }

    synchronized void gap(String client, String stream, long from, long to, boolean inBand) {
        (inBand ? counts.gapsInBand : counts.gapsAtResume).incrementAndGet();
        counts.announced.addAndGet(to - from + 1);
        var view = views.get(new Subscription(client, stream));
        if (view == null) {
            breach(client + " has a gap in " + stream + ", to which it does not belong");
            return;
        }
        breachIf(view.gap(from, to));
        if (lossless) {
            breach("%s is told of a gap from %d to %d".formatted(view, from, to));
        }
    }

    synchronized void seen(String client, String stream, long seq, String id) {
        counts.delivered.incrementAndGet();
        var view = views.get(new Subscription(client, stream));
        var message = sent.get(id);
        if (view == null) {
            breach("%s has %s in %s, to which it does not belong".formatted(client, id, stream));
            return;
        }
        breachIf(view.message(seq));
        if (message == null || !message.stream.equals(stream)) {
            breach("%s has %s, which was never sent there".formatted(view, id));
            return;
        }
        var numbers = numbered.computeIfAbsent(
                new Numbering(stream, view.epoch), fresh -> new TreeMap<>());
        var same = numbers.putIfAbsent(seq, id);
        if (same != null && !same.equals(id)) {
            breach("%s has %s as %d, others have %s".formatted(view, id, seq, same));
        }
        if (message.seq == 0) {
            message.seq = seq;
            message.epoch = view.epoch;
            checkAck(id, message);
        } else if (message.seq != seq || !message.epoch.equals(view.epoch)) {
            breach("%s is published twice: as %d and %d".formatted(id, message.seq, seq));
        }
        if (message.refused) {
            breach(id + " was refused and is seen by " + client);
        }
    }

    /** Null when everybody has all that is known to exist; else who lacks what. */
    synchronized @Nullable String behind() {
        for (var view : views.values()) {
            var head = Math.max(view.toldHead(), head(view));
            if (view.position() < head) {
                return "%s is at %d of %d".formatted(view, view.position(), head);
            }
        }
        for (var entry : sent.entrySet()) {
            if (entry.getValue().ackSeq > 0
                    && entry.getValue().seq == 0
                    && !isExcused(entry.getValue())) {
                return "%s was acked as %d of %s and nobody has it"
                        .formatted(
                                entry.getKey(), entry.getValue().ackSeq, entry.getValue().stream);
            }
        }
        return null;
    }

    private boolean isExcused(Sent message) {
        return renumbered.contains(message.stream)
                || views.values().stream()
                        .anyMatch(view -> view.stream.equals(message.stream)
                                && view.isAnnounced(message.ackSeq));
    }

    private long head(StreamView view) {
        var numbers = numbered.get(new Numbering(view.stream, view.epoch));
        return numbers == null ? 0 : numbers.lastKey();
    }

    /** The last judgement, when the world stands still. */
    synchronized void close() {
        breachIf(behind());
        var lost = 0L;
        for (var view : views.values()) {
            breachIf(view.complete(Math.max(view.toldHead(), head(view))));
            lost += view.announced();
        }
        for (var view : past) {
            breachIf(view.complete(view.position()));
            lost += view.announced();
        }
        if (lost != counts.announced.get()) {
            breach("%d messages were lost, %s announced".formatted(lost, counts.announced));
        }
        numbered.forEach((numbering, numbers) -> checkOrder(numbering.stream(), numbers));
    }

    /** Each publisher's messages are in the stream as it sent them: clients resend in order. */
    private void checkOrder(String stream, Map<Long, String> numbers) {
        Map<String, Long> lastByPublisher = new HashMap<>();
        numbers.forEach((seq, id) -> {
            var dash = id.lastIndexOf('-');
            var number = Long.parseLong(id.substring(dash + 1));
            var before = lastByPublisher.put(id.substring(0, dash), number);
            if (before != null && before > number) {
                breach("%s has %s as %d, behind number %d".formatted(stream, id, seq, before));
            }
        });
    }
}
