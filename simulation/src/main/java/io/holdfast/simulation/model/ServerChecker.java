package io.holdfast.simulation.model;

import io.holdfast.protocol.drain.DrainSettings;
import io.holdfast.protocol.drain.Verdict;
import io.holdfast.protocol.stream.History;
import io.holdfast.protocol.stream.HistoryLimits;
import io.holdfast.protocol.stream.StreamName;
import io.holdfast.simulation.world.SimClock;
import io.holdfast.simulation.world.SimLoop;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the servers of one run may do, one after the other on the same store. It is told what has
 * happened and asks no machine whether it was right.
 */
public final class ServerChecker {
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long MINUTE_NANOS = 60 * SECOND_NANOS;
    private static final int MAX_UNACKED = 512;

    /** Of which session, and since when it counts. */
    private record Token(long number, long atNanos) {}

    private final Findings findings;
    private final Deadlines deadlines;
    private final SimClock clock;
    private final ServiceTime time;
    private final StreamTruth truth;
    private final boolean durable;
    private final long sessionTtlNanos;
    private final long tokenTtlNanos;
    private final Map<String, Long> owners = new HashMap<>();
    /** The highest generation that a welcome was said under, by client and session number. */
    private final Map<String, Long> committedOwners = new HashMap<>();
    /** When the newest token of each session was made, by its number. */
    private final Map<Long, Long> newestMade = new HashMap<>();

    private final Map<String, Token> tokenOf = new HashMap<>();
    private final Map<String, Long> numbers = new HashMap<>();
    private final Map<String, Long> awaySince = new HashMap<>();
    private final Set<String> known = new HashSet<>();
    /** What each client would show. */
    private final Map<String, String> newestToken = new HashMap<>();

    private final Map<String, Long> tokenSince = new HashMap<>();
    private final Set<String> endedStreams = new HashSet<>();
    private final Map<String, ArrayDeque<Long>> accepted = new HashMap<>();
    private @Nullable DrainChecker drain;
    /** Of the last drain; its clients come back when its process has long gone. */
    private @Nullable ArrivalChecker arrivals;
    /** Newcomers of this process by the second in which they will come. */
    private final Map<Long, Integer> newcomers = new HashMap<>();

    private long paced;
    private String lastMade = "";
    private long largestTurnBytes;
    private long largestChunkBytes;
    private boolean everUnclean;
    private long drains;
    private long resumes;

    public ServerChecker(
            Findings findings,
            SimClock clock,
            StreamTruth truth,
            boolean durable,
            long sessionTtlNanos,
            long tokenTtlNanos) {
        this.findings = findings;
        this.deadlines = new Deadlines(clock, findings);
        this.clock = clock;
        this.time = new ServiceTime(clock);
        this.truth = truth;
        this.durable = durable;
        this.sessionTtlNanos = sessionTtlNanos;
        this.tokenTtlNanos = tokenTtlNanos;
    }

    /** What sessions, histories and tokens age by. */
    public ServiceTime time() {
        return time;
    }

    /** A connection was accepted by that thread. */
    public ConnectionChecker connection(long id, SimLoop loop) {
        return new ConnectionChecker(id, findings, deadlines, loop);
    }

    // Processes.

    public void serverState(String from, String to) {
        findings.require(
                LegalChanges.SERVER.contains(from + ">" + to),
                "legal-transition",
                "a server went from " + from + " to " + to);
    }

    public void opened(List<String> report) {
        for (String line : report) {
            findings.require(
                    !line.contains("new epochs"),
                    "acked-is-kept",
                    "the log takes an unclean end for damage: " + line);
        }
    }

    /** @param whole whether it has written down everything */
    public void processEnded(boolean whole) {
        if (!whole && !durable) {
            everUnclean = true;
            known.clear();
            numbers.clear();
            awaySince.clear();
            committedOwners.clear();
        }
        time.stop();
        for (String clientId : known) {
            awaySince.putIfAbsent(clientId, time.nowNanos());
        }
        // Connections die with their process: whoever comes next owns what the store has of it.
        owners.clear();
        accepted.clear();
        drain = null;
        newcomers.clear();
    }

    public void found(String stream, String epoch, long head, List<String> last) {
        truth.found(stream, epoch, head, last, true, time.nowNanos());
    }

    /** A server starts with that session, whose client is away. */
    public void sessionFound(String clientId, long number) {
        Long current = numbers.put(clientId, number);
        if (current == null || current != number) {
            // An older one, whose end the disk did not take: nobody knows how long it was away.
            awaySince.put(clientId, Long.MIN_VALUE / 2);
        } else {
            awaySince.putIfAbsent(clientId, time.nowNanos());
        }
    }

    public void streamEnded(String stream) {
        endedStreams.add(stream);
    }

    /** Whether a client may find a stream under another epoch than before. */
    public boolean epochsMayEnd(String stream) {
        return everUnclean || endedStreams.contains(stream);
    }

    // Sessions.

    /** A connection has taken a client id. */
    public void arrived(
            String clientId,
            long number,
            long generation,
            boolean restored,
            @Nullable String token) {
        numbers.put(clientId, number);
        long before = owners.getOrDefault(clientId, 0L);
        findings.require(
                generation > before,
                "one-owner",
                "the generation of " + clientId + " went from " + before + " to " + generation);
        owners.put(clientId, generation);
        if (restored) {
            long committed = committedOwners.getOrDefault(clientId + "/" + number, 0L);
            findings.require(
                    generation > committed,
                    "one-owner",
                    "the generation of " + clientId + ", once " + committed + ", is " + generation
                            + " after a restart");
        }
        boolean newest = token != null && token.equals(newestToken.get(clientId));
        if (newest && !restored && known.contains(clientId)) {
            Long since = tokenSince.get(clientId);
            boolean tokenOld = since == null || time.nowNanos() - since >= tokenTtlNanos;
            findings.require(
                    tokenOld,
                    "session-kept",
                    clientId + " came back in time with its token, and its session was not"
                            + " restored");
        }
        if (restored) {
            resumes++;
        }
        if (!newest) {
            // Somebody has shown an older token, which makes the newest one worth nothing.
            known.remove(clientId);
        }
        // Good from now on: what was shown, and what it is answered with.
        tokenOf.entrySet()
                .removeIf(each -> each.getValue().number() == number
                        && !each.getKey().equals(token)
                        && !each.getKey().equals(lastMade));
        if (!restored) {
            // Its client knows nothing of it before it holds its token.
            awaySince.remove(clientId);
            known.remove(clientId);
            endedStreams.add(StreamName.personal(clientId));
        }
    }

    /** A token was made for a session. */
    public void tokenMade(String token, long number) {
        tokenOf.put(token, new Token(number, time.nowNanos()));
        lastMade = token;
        newestMade.put(number, time.nowNanos());
    }

    /** Fresh tokens were made for all that were due: no connected client's is older than 80 %. */
    public void houseKept(String clientId, long number) {
        Long made = newestMade.get(number);
        findings.require(
                made == null || time.nowNanos() - made <= tokenTtlNanos / 5 * 4 + SECOND_NANOS,
                "token-refreshed",
                clientId + " is connected, and got its last token "
                        + (made == null ? 0 : (time.nowNanos() - made) / 1e9) + " s ago");
    }

    /** The client holds it; if its session is over by now, that is worth nothing. */
    public void tokenGiven(String clientId, String token) {
        Token made = tokenOf.get(token);
        Long number = numbers.get(clientId);
        if (made != null && number != null && number == made.number()) {
            tokenSince.put(clientId, made.atNanos());
            newestToken.put(clientId, token);
            known.add(clientId);
        }
    }

    public void away(String clientId) {
        awaySince.putIfAbsent(clientId, time.nowNanos());
    }

    /** @param replaced whether a newcomer takes its client id, who is reported next */
    public void sessionEnded(String clientId, boolean expired, boolean replaced) {
        Long since = awaySince.get(clientId);
        if (expired) {
            findings.require(
                    since != null && time.nowNanos() - since >= sessionTtlNanos,
                    "session-kept",
                    "the session of " + clientId + " ended "
                            + (since == null
                                    ? "while it was there"
                                    : (time.nowNanos() - since) / 1e9 + " s after it went"));
        }
        if (!replaced) {
            known.remove(clientId);
            numbers.remove(clientId);
        }
        endedStreams.add(StreamName.personal(clientId));
    }

    /** Its arrival is committed: only now is it sure to have been there. */
    public void welcomed(String clientId, long generation) {
        if (generation == owners.getOrDefault(clientId, generation)) {
            awaySince.remove(clientId);
        }
        String session = clientId + "/" + numbers.getOrDefault(clientId, 0L);
        committedOwners.merge(session, generation, Math::max);
    }

    /** A message was numbered for a connection. */
    public void appended(String clientId, long generation, String payload) {
        truth.accepted(payload, time.nowNanos());
        long owner = owners.getOrDefault(clientId, generation);
        findings.require(
                generation == owner,
                "one-owner",
                "a connection of " + clientId + " with generation " + generation
                        + " publishes, but " + owner + " owns the session");
    }

    public void committed(String stream, String epoch, long seq, long chunkBegins, String payload) {
        truth.committed(stream, epoch, seq, chunkBegins, payload, time.nowNanos());
    }

    /** The server has answered a message with an error. */
    public void refusedOnce(String id) {
        truth.refusedOnce(id);
    }

    // Caps.

    public void historyHeld(History<?> history, HistoryLimits limits) {
        findings.require(
                history.messages() <= limits.messages() && history.bytes() <= limits.bytes(),
                "caps",
                "a history holds " + history.messages() + " messages and " + history.bytes()
                        + " bytes; its limits are " + limits);
    }

    /** What is written whole was made: so much may be unsent above a high water. */
    public void madeChunk(long bytes) {
        largestChunkBytes = Math.max(largestChunkBytes, bytes);
    }

    public long largestChunkBytes() {
        return largestChunkBytes;
    }

    /** What one loop keeps for those who lag behind: no more than the history, but for a chunk. */
    public void windowHeld(long messagesBehindOldest, long bytes, HistoryLimits limits) {
        findings.require(
                messagesBehindOldest < limits.messages() && bytes <= limits.bytes(),
                "caps",
                "a window holds " + messagesBehindOldest + " messages behind its oldest chunk and "
                        + bytes + " bytes; its limits are " + limits);
    }

    /**
     * What waits for the store: publishers are refused above the limit, so that each loop adds one
     * turn to it at the most.
     */
    public void uncommitted(long bytes, long addedBytes, long limit, int loops) {
        largestTurnBytes = Math.max(largestTurnBytes, addedBytes);
        findings.require(
                bytes <= limit + loops * largestTurnBytes,
                "caps",
                bytes + " bytes wait for the store; " + limit + " and a turn of each loop, "
                        + largestTurnBytes + " at the most, may");
    }

    public void outgoing(long outboxBytes, long limit) {
        findings.require(
                outboxBytes <= limit,
                "caps",
                "an outbox holds " + outboxBytes + " bytes; its limit is " + limit);
    }

    public void unacked(String clientId, int unacked) {
        findings.require(
                unacked <= MAX_UNACKED, "caps", clientId + " has " + unacked + " unacked messages");
    }

    public void sessions(int sessions, int most) {
        findings.require(sessions <= most, "caps", sessions + " sessions of " + most);
    }

    public void admitted(int admitted, int most) {
        findings.require(admitted <= most, "caps", admitted + " connections of " + most);
    }

    /** A message was let through by the rate limit. */
    public void rated(String clientId, long nowNanos, int perMinute) {
        ArrayDeque<Long> times = accepted.computeIfAbsent(clientId, key -> new ArrayDeque<>());
        while (!times.isEmpty() && nowNanos - times.element() >= MINUTE_NANOS) {
            times.remove();
        }
        times.add(nowNanos);
        findings.require(
                times.size() <= perMinute,
                "caps",
                clientId + " had " + times.size() + " messages let through in a minute of "
                        + perMinute);
    }

    // Drains.

    public void drainStarted(DrainSettings settings, long[] ids, long nowNanos, SimLoop control) {
        drains++;
        arrivals = new ArrivalChecker(findings, settings.drainRate());
        drain = new DrainChecker(findings, deadlines, settings, ids, nowNanos, control);
    }

    public void drainJoined(long id) {
        if (drain != null) {
            drain.joined(id);
        }
    }

    public void drainGone(long id) {
        if (drain != null) {
            drain.gone(id);
        }
    }

    /** It came too late to belong to the drain. */
    public void drainRefused(long id) {
        drainGone(id);
    }

    public void drainTold(long id, int reconnectAfter, long nowNanos) {
        if (drain != null) {
            drain.told(id, reconnectAfter, nowNanos);
        }
    }

    /** It could be told, and counts as told. */
    public void drainDelivered() {
        if (drain != null) {
            drain.delivered();
        }
    }

    public void drainClosed(long id) {
        if (drain != null) {
            drain.closed(id);
        }
    }

    public void drainCut(long id) {
        if (drain != null) {
            drain.cut(id);
        }
    }

    public void drainFinished(Verdict verdict, int exitStatus, long nowNanos) {
        if (drain != null) {
            drain.finished(verdict, nowNanos);
        }
    }

    /** The process could not do its part for so long. */
    public void excused(long nanos) {
        if (drain != null) {
            drain.excusedNanos += nanos;
        }
    }

    /** Everything works again: a drain that is under way must come to its end. */
    public void drainInTime() {
        if (drain != null && !drain.isOver()) {
            drain.inTime(clock.nowNanos());
        }
    }

    /** The drain has told that client to come back. */
    public void clientTold(String clientId, int reconnectAfter) {
        boolean late = drain != null && drain.excusedNanos > 0;
        if (arrivals != null && !late) { // Who was paused says everything at once.
            arrivals.told(clientId, reconnectAfter, clock.nowNanos());
        }
    }

    /** The drain has closed its connection. */
    public void clientClosed(String clientId) {
        if (arrivals != null) {
            arrivals.closed(clientId, clock.nowNanos());
        }
    }

    /** The client has gone, and waits as it was told. */
    public void clientLeft(String clientId) {
        if (arrivals != null) {
            arrivals.left(clientId, clock.nowNanos());
        }
    }

    public void clientArrives(String clientId) {
        if (arrivals != null) {
            int before = arrivals.counted();
            arrivals.arrives(clientId, clock.nowNanos());
            paced += arrivals.counted() - before;
        }
    }

    /** Returns from drains that were held against the rate. */
    public long paced() {
        return paced;
    }

    /** @param nowNanos of the server's clock, whose seconds it fills */
    public void newcomerTold(long seconds, int base, int rate, long nowNanos) {
        long second = Math.floorDiv(nowNanos, 1_000_000_000L) + seconds;
        findings.require(
                newcomers.merge(second, 1, Integer::sum) <= Math.max(1, rate * 105 / 100),
                "arrival-rate",
                "more than " + rate + " newcomers are sent to the successor in one second");
        findings.require(
                seconds >= base,
                "arrival-rate",
                "a newcomer was told " + seconds + " s; the least is " + base);
    }

    public long drains() {
        return drains;
    }

    public long resumes() {
        return resumes;
    }
}
