package io.holdfast.simulation.model;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.Limits;
import io.holdfast.protocol.stream.Gap;
import io.holdfast.protocol.stream.HistoryLimits;
import io.holdfast.protocol.stream.Position;
import io.holdfast.simulation.wire.StreamStart;
import io.holdfast.simulation.world.Hit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one client may see (spec: delivery, "The promise, exactly"), held against what comes out of
 * its socket. It keeps its own account of positions and asks no machine.
 */
public final class ClientChecker {
    private static final long SECOND = 1_000_000_000L;
    /** "30 s each (then the caller is told that it failed)". */
    private static final long KEPT_NANOS = 30 * SECOND;

    private static final String IDLE = "Idle";

    private final String clientId;
    private final Findings findings;
    private final StreamTruth truth;
    private final Rules rules;
    private final Map<String, Position> positions = new LinkedHashMap<>();
    private final Map<String, String> open = new LinkedHashMap<>();
    /** What its last hello said. */
    private Map<String, Position> named = Map.of();

    private final Map<String, Long> submittedNanos = new HashMap<>();
    private final Set<String> unacked = new HashSet<>();
    private final Set<String> leaving = new HashSet<>();
    private @Nullable String token;
    private boolean wasTold;
    private String state = IDLE;

    /** What holds in this run. */
    public interface Rules {
        /** The smallest history that any of its servers keeps. */
        HistoryLimits leastHistory();

        /** Whether a server has ended without writing down what it had only in memory. */
        boolean epochsMayEnd(String stream);

        /** Whether the log may have let go of messages that a history would keep. */
        boolean logMayForget();

        long nowNanos();

        /** A fault has struck where it was aimed at. */
        void hit(Hit what);
    }

    public ClientChecker(String clientId, Findings findings, StreamTruth truth, Rules rules) {
        this.clientId = clientId;
        this.findings = findings;
        this.truth = truth;
        this.rules = rules;
    }

    /**
     * The answer to a hello.
     *
     * @param restored whether the server says that it still has the session
     */
    public void welcomed(boolean returning, boolean restored, Map<String, StreamStart> streams) {
        if (!returning) {
            positions.clear();
        }
        for (String stream : positions.keySet()) {
            if (restored && !streams.containsKey(stream)) {
                findings.require(
                        leaving.contains(stream),
                        "membership-kept",
                        clientId + " was in " + stream + " and its restored session is not");
                rules.hit(Hit.OMITTED_AFTER_A_LEAVE);
            }
        }
        leaving.clear();
        positions.keySet().retainAll(streams.keySet());
        streams.forEach((stream, start) -> {
            if (named.containsKey(stream) || !positions.containsKey(stream)) {
                begins(stream, start);
            } else if (restored) {
                beginsUnnamed(stream, start, positions.get(stream));
            }
            positions.put(stream, start.position());
        });
    }

    /** "Starts at its head, as a gap if something was missed". */
    private void beginsUnnamed(String stream, StreamStart start, @Nullable Position had) {
        Gap gap = start.gap();
        long mustBegin = Long.MAX_VALUE;
        boolean nothingMissed = false;
        if (had != null && had.epoch().equals(start.epoch())) {
            mustBegin = had.seq() + 1;
            nothingMissed = had.seq() == start.head();
        }
        boolean told = gap != null
                && (gap.reason() != null || (gap.to() == start.head() && gap.from() <= mustBegin));
        findings.require(
                start.recovered() == 0 && (told || (nothingMissed && gap == null)),
                "missed-is-told",
                clientId + " was at " + had + " of " + stream + ", did not name it, and is told "
                        + start);
        if (told) {
            rules.hit(Hit.POSITIONS_LOST_WITH_A_GAP_TOLD);
        }
    }

    private void begins(String stream, StreamStart start) {
        Position had = positions.get(stream);
        Gap gap = start.gap();
        Position begin = start.position();
        if (had != null && had.epoch().equals(start.epoch())) {
            if (gap != null && gap.reason() != null) {
                throw findings.fail(
                        "unfounded-gap",
                        clientId + " was at " + had + " of " + stream + " and is told "
                                + gap.reason() + ", though nothing but what was given to it moved");
            }
            boolean covers = gap == null
                    ? begin.seq() == had.seq()
                    : gap.from() == had.seq() + 1 && gap.to() == begin.seq();
            findings.require(
                    covers,
                    "seq+1",
                    clientId + " was at " + had + " of " + stream + " and goes on at " + begin.seq()
                            + " with gap " + gap);
            if (gap != null) {
                founded(stream, start.epoch(), gap);
            }
        } else if (had != null) {
            findings.require(
                    gap != null,
                    "seq+1",
                    clientId + " was at " + had + " of " + stream + " and goes on under "
                            + start.epoch() + " without a word");
            findings.require(
                    rules.epochsMayEnd(stream),
                    "epoch-kept",
                    clientId + " was at " + had + " of " + stream + ", which has a new epoch "
                            + start.epoch() + " though nothing was lost");
        }
    }

    private void founded(String stream, String epoch, Gap gap) {
        findings.require(
                rules.logMayForget()
                        || truth.mayBeGone(
                                stream, epoch, gap.to(), rules.leastHistory(), rules.nowNanos()),
                "unfounded-gap",
                clientId + " is told of a gap in " + stream + "/" + epoch + " from " + gap.from()
                        + " to " + gap.to() + " though the stream, at "
                        + truth.head(stream, epoch) + ", keeps more");
    }

    public void delivered(String stream, long seq, String payload) {
        Position had = positions.get(stream);
        if (had == null) {
            throw findings.fail(
                    "not-subscribed",
                    clientId + " is given " + seq + " of " + stream + ", where it is not");
        }
        findings.require(
                seq == had.seq() + 1,
                "seq+1",
                clientId + " is given " + seq + " of " + stream + "/" + had.epoch() + " after "
                        + had.seq());
        positions.put(stream, new Position(had.epoch(), seq));
        truth.observed(stream, had.epoch(), seq, payload, rules.nowNanos());
    }

    public void gap(String stream, long from, long to) {
        Position had = positions.get(stream);
        findings.require(
                had != null && from == had.seq() + 1 && to >= from,
                "seq+1",
                clientId + " at " + had + " of " + stream + " is told of a gap from " + from
                        + " to " + to);
        if (had != null) {
            founded(stream, had.epoch(), Gap.between(from, to));
            positions.put(stream, new Position(had.epoch(), to));
        }
    }

    public void joined(String stream, Position position) {
        leaving.remove(stream);
        positions.put(stream, position);
    }

    /** It has asked to leave. */
    public void leaves(String stream) {
        leaving.add(stream);
    }

    public void left(String stream) {
        leaving.remove(stream);
        positions.remove(stream);
    }

    public @Nullable Position position(String stream) {
        return positions.get(stream);
    }

    public Map<String, Position> positions() {
        return positions;
    }

    /** The machine's own account must be the same. */
    public void sameAs(Map<String, Position> machine) {
        findings.require(
                machine.equals(positions),
                "positions",
                clientId + " would say " + machine + " but is at " + positions);
    }

    public void gapHeard(String stream, Gap gap, boolean announced) {
        findings.require(
                announced,
                "seq+1",
                clientId + " missed " + gap + " of " + stream + " without a word");
    }

    /** It was given a token. */
    public void tokenGiven(String fresh) {
        token = fresh;
    }

    /** "The newest token": what it was given last is what it shows. */
    public void saysHello(@Nullable String shown, Map<String, Position> shownPositions) {
        named = shownPositions;
        if (shown != null && named.isEmpty() && !positions.isEmpty()) {
            rules.hit(Hit.HELLO_WITHOUT_POSITIONS);
        }
        findings.require(
                Objects.equals(shown, token),
                "newest-token",
                clientId + " does not show the token that it was given last");
    }

    // How it goes from state to state.

    /** The state of its machine after a turn. */
    public void state(String now) {
        findings.require(
                now.equals(state) || LegalChanges.CLIENT.contains(state + ">" + now),
                "legal-transition",
                clientId + " went from " + state + " to " + now);
        state = now;
    }

    /** Its process begins anew. */
    public void restarts() {
        state = IDLE;
    }

    /** A new connection: nothing was said on it yet. */
    public void dials() {
        wasTold = false;
    }

    /** The server has said on this connection that it goes away. */
    public void toldToGo() {
        wasTold = true;
    }

    /** The server closes: who is sent away by a drain has read why, and when to come back. */
    public void closed(int code) {
        findings.require(
                code != CloseCode.GOING_AWAY.code() || wasTold,
                "told-before-closed",
                clientId + " is sent away with " + code + " and was told nothing");
    }

    // What it has sent.

    /** @param nowNanos of its own clock, which stands still while its host sleeps */
    public void submitted(String id, String payload, long nowNanos) {
        open.put(id, payload);
        submittedNanos.put(id, nowNanos);
    }

    /** It is written to a connection, for the first time or again. */
    public void sent(String id) {
        unacked.add(id);
        findings.require(
                unacked.size() <= Limits.MAX_UNACKED_MESSAGES,
                "caps",
                clientId + " has " + unacked.size() + " messages on their way");
    }

    /**
     * Exactly once for each, and in time.
     *
     * @param nowNanos of its own clock
     * @param awakeNanos when its last pause ended, on the same clock
     */
    public void settled(String id, long nowNanos, long awakeNanos) {
        unacked.remove(id);
        findings.require(
                open.remove(id) != null,
                "settled-once",
                clientId + " hears the end of " + id + ", which was not open");
        long since = submittedNanos.getOrDefault(id, 0L);
        long late = nowNanos - Math.max(since + KEPT_NANOS, awakeNanos);
        findings.require(
                late <= SECOND,
                "settled-in-time",
                clientId + " hears the end of " + id + " " + late / 1e9 + " s too late");
    }

    public @Nullable String payload(String id) {
        return open.get(id);
    }

    public int open() {
        return open.size();
    }
}
