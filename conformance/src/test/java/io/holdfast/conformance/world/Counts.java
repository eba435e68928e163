package io.holdfast.conformance.world;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicLong;

/** What happened, in numbers. Thread-safe. */
public final class Counts {
    final AtomicLong sent = new AtomicLong();
    final AtomicLong acked = new AtomicLong();
    /** Acked while the receiver was away. */
    final AtomicLong queued = new AtomicLong();

    final AtomicLong refused = new AtomicLong();
    final AtomicLong outcomeUnknown = new AtomicLong();
    /** Written a second time, after a resume. */
    final AtomicLong resent = new AtomicLong();
    /** Acked after a resend though somebody had been given them before it. */
    final AtomicLong deduplicated = new AtomicLong();

    final AtomicLong delivered = new AtomicLong();
    final AtomicLong recovered = new AtomicLong();
    final AtomicLong gapsAtResume = new AtomicLong();
    final AtomicLong gapsInBand = new AtomicLong();
    /** Messages inside announced gaps, over all subscribers. */
    final AtomicLong announced = new AtomicLong();

    final AtomicLong sessionsLost = new AtomicLong();
    /** Old connections that ended with 4500. */
    final AtomicLong replaced = new AtomicLong();
    /** Dials answered by a server that is shutting down. */
    final AtomicLong turnedAway = new AtomicLong();

    final AtomicLong restarts = new AtomicLong();
    final AtomicLong kills = new AtomicLong();
    private final Map<Cause, AtomicLong> resumes = new EnumMap<>(Cause.class);

    Counts() {
        for (var cause : Cause.values()) {
            resumes.put(cause, new AtomicLong());
        }
    }

    void resumed(Cause cause) {
        of(cause).incrementAndGet();
    }

    public long resumes(Cause cause) {
        return of(cause).get();
    }

    private AtomicLong of(Cause cause) {
        var count = resumes.get(cause);
        if (count == null) {
            throw new IllegalStateException("no count for " + cause);
        }
        return count;
    }

    public long acked() {
        return acked.get();
    }

    public long gaps() {
        return gapsAtResume.get() + gapsInBand.get();
    }

    public long gapsInBand() {
        return gapsInBand.get();
    }

    public long restarts() {
        return restarts.get();
    }

    public long kills() {
        return kills.get();
    }

    public long replaced() {
        return replaced.get();
    }

    public long sessionsLost() {
        return sessionsLost.get();
    }

    @Override
    public String toString() {
        var kinds = new StringJoiner(" ");
        resumes.forEach(
                (cause, count) -> kinds.add(cause.name().toLowerCase(Locale.ROOT) + " " + count));
        return "sent %s, acked %s (queued %s, refused %s, unknown %s), delivered %s, recovered %s, "
                        .formatted(
                                sent, acked, queued, refused, outcomeUnknown, delivered, recovered)
                + "resent %s, deduplicated %s, gaps %s at resume + %s in band (%s messages), "
                        .formatted(resent, deduplicated, gapsAtResume, gapsInBand, announced)
                + "resumes %s (sessions lost %s, replaced %s, turned away %s), restarts %s, kills %s"
                        .formatted(kinds, sessionsLost, replaced, turnedAway, restarts, kills);
    }
}
