package io.holdfast.simulation.model;

import io.holdfast.protocol.drain.DialectDrain;
import io.holdfast.protocol.drain.DrainSettings;
import io.holdfast.protocol.drain.Verdict;
import io.holdfast.simulation.world.SimLoop;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a drain owes its clients: each is told once, none is closed before, arrivals are spread, and it
 * ends. It sees the outputs only.
 */
final class DrainChecker {
    private static final long SECOND = 1_000_000_000L;
    /** Threads and mailboxes between an output and its effect. */
    private static final long MARGIN_NANOS = SECOND;

    private final Findings findings;
    private final Deadlines deadlines;
    private final SimLoop control;
    private final DrainSettings settings;
    private final long startedNanos;
    private final Set<Long> connected = new LinkedHashSet<>();
    private final Set<Long> everyone = new LinkedHashSet<>();
    private final Set<Long> told = new LinkedHashSet<>();
    private final Map<Integer, Integer> byAdvice = new HashMap<>();
    private final Map<Long, Integer> byArrival = new HashMap<>();
    /** Nanoseconds for which the process could not do its part. */
    long excusedNanos;

    private boolean finished;
    private int delivered;

    DrainChecker(
            Findings findings,
            Deadlines deadlines,
            DrainSettings settings,
            long[] ids,
            long nowNanos,
            SimLoop control) {
        this.findings = findings;
        this.deadlines = deadlines;
        this.control = control;
        this.settings = settings;
        this.startedNanos = nowNanos;
        for (long id : ids) {
            connected.add(id);
            everyone.add(id);
        }
    }

    private DialectDrain dialect() {
        return settings.dialects().getFirst();
    }

    void joined(long id) {
        connected.add(id);
    }

    void gone(long id) {
        connected.remove(id);
    }

    void told(long id, int reconnectAfter, long nowNanos) {
        findings.require(told.add(id), "told-once", "connection " + id + " was told twice");
        findings.require(
                reconnectAfter >= dialect().reconnectBaseSeconds(),
                "arrival-rate",
                "connection " + id + " was told to come back after " + reconnectAfter
                        + " s; the least is " + dialect().reconnectBaseSeconds());
        int together = byAdvice.merge(reconnectAfter, 1, Integer::sum);
        long second = (nowNanos - startedNanos) / SECOND + reconnectAfter;
        int atOnce = byArrival.merge(second, 1, Integer::sum);
        int most = Math.max(1, settings.drainRate());
        findings.require(
                together <= most,
                "arrival-rate",
                together + " clients were told " + reconnectAfter + " s at a rate of " + most);
        // Two whole seconds of the drain's own clock may overlap one of ours.
        findings.require(
                atOnce <= 2 * most,
                "arrival-rate",
                atOnce + " clients arrive in second " + second + " at a rate of " + most);
    }

    /** A telling was taken by its connection. */
    void delivered() {
        delivered++;
    }

    void closed(long id) {
        findings.require(
                told.contains(id),
                "drained-means-told",
                "connection " + id + " was closed by the drain without being told");
        deadlines.owed(
                control,
                dialect().closeGrace().toNanos(),
                () -> finished || !connected.contains(id),
                "cut-in-time",
                "connection " + id + " was closed by the drain, and is still there");
    }

    void cut(long id) {
        closed(id);
        connected.remove(id);
    }

    void finished(Verdict verdict, long nowNanos) {
        finished = true;
        findings.require(
                connected.isEmpty(),
                "drained-means-told",
                "the drain has ended with " + connected + " still connected");
        int ends = verdict.acknowledged()
                + verdict.left()
                + verdict.moved()
                + verdict.forced()
                + verdict.failed()
                + verdict.stayed();
        int tellings = verdict.told() + verdict.undelivered() + verdict.untold();
        findings.require(
                ends == verdict.clients() && tellings == verdict.clients(),
                "verdict-adds-up",
                "the verdict does not add up: " + verdict);
        findings.require(
                verdict.told() <= delivered && verdict.stayed() == 0,
                "verdict-adds-up",
                "the verdict says " + verdict.told() + " told of " + delivered);
        inTime(nowNanos);
    }

    /** It ends by itself within what its settings allow. */
    void inTime(long nowNanos) {
        long took = nowNanos - startedNanos - excusedNanos;
        findings.require(
                took <= longestNanos(),
                "drain-ends",
                "the drain took " + took / 1e9 + " s; its settings allow " + longestNanos() / 1e9);
    }

    boolean isOver() {
        return finished;
    }

    private long longestNanos() {
        long own = settings.drainDelay().toNanos()
                + (everyone.size() + 1) * SECOND / settings.drainRate()
                + dialect().timeout().toNanos();
        Duration grace = settings.terminationGrace();
        long end =
                dialect().closeGrace().toNanos() + settings.storeReserve().toNanos() + MARGIN_NANOS;
        return grace == null
                ? own + end
                : Math.min(own + end, Math.max(grace.toNanos(), end) + MARGIN_NANOS);
    }
}
