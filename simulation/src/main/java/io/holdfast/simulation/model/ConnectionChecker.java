package io.holdfast.simulation.model;

import io.holdfast.protocol.Limits;
import io.holdfast.protocol.outbox.Outbox;
import io.holdfast.protocol.outbox.Priority;
import io.holdfast.simulation.world.SimLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a server owes, and may not grant, one connection: it may not stay without a hello, without
 * answering pings, without taking what it is sent, or after its close; what waits for it leaves in
 * order and is bounded. The times are those of the thread that owns the connection.
 */
public final class ConnectionChecker {
    /** Between two looks of a server at a stalled write. */
    private static final long LOOK_NANOS = 1_000_000_000L;

    private static final long HELLO_NANOS = Limits.AUTH_TIMEOUT.toNanos();
    private static final long CLOSE_NANOS = Limits.TCP_CLOSE_GRACE.toNanos();
    /** What a poor connection has to answer a ping, in times of a good one's. */
    private static final int POOR = 2;

    /** Those of the table (spec: lifecycle, "Close codes"); "nobody sends 1005 or 1006". */
    private static final Set<Integer> CLOSE_CODES = Set.of(
            1000, 1001, 1003, 1007, 1008, 1009, 1011, 1012, 1013, 4100, 4101, 4102, 4500, 4501,
            4502);

    /** What waits for its turn. */
    private record Entry(byte[] line, long expiresAtNanos) {
        boolean isOver(long nowNanos) {
            return expiresAtNanos != Outbox.NEVER && nowNanos >= expiresAtNanos;
        }
    }

    private final long id;
    private final Findings findings;
    private final Deadlines deadlines;
    private final SimLoop loop;
    private final Map<Priority, ArrayDeque<Entry>> waiting = new EnumMap<>(Priority.class);
    private boolean seated;
    private boolean closing;
    private boolean lost;
    /** The stall that is watched; rises when it is over. */
    private int stalls;

    private long forgivenNanos = Long.MIN_VALUE;
    private String state = "AwaitingFirstMessage";

    ConnectionChecker(long id, Findings findings, Deadlines deadlines, SimLoop loop) {
        this.id = id;
        this.findings = findings;
        this.deadlines = deadlines;
        this.loop = loop;
        owes(
                HELLO_NANOS,
                () -> seated || closing || lost,
                "first-word-in-time",
                "has said no hello, and is still there");
    }

    private void require(boolean holds, String checker, String what) {
        findings.require(holds, checker, "connection " + id + " " + what);
    }

    private void owes(long nanos, BooleanSupplier over, String checker, String what) {
        deadlines.owed(loop, nanos, over, checker, "connection " + id + " " + what);
    }

    /** Its hello was accepted. */
    public void seated() {
        seated = true;
    }

    /** Our side has said its last word: the peer has the grace to answer, and is cut then. */
    public void closing(int code) {
        require(CLOSE_CODES.contains(code), "close-code", "was closed with " + code);
        require(!closing, "close-code", "was closed a second time, with " + code);
        closing = true;
        owes(CLOSE_NANOS, () -> lost, "cut-in-time", "was closed with " + code + " and is there");
    }

    /** The transport is gone. */
    public void lost() {
        lost = true;
    }

    /** The state of its machine after a turn. */
    public void state(String now) {
        require(
                now.equals(state) || LegalChanges.CONNECTION.contains(state + ">" + now),
                "legal-transition",
                "went from " + state + " to " + now);
        state = now;
    }

    // Peers that have gone without a word.

    /** @param timeoutNanos of a good connection */
    public void pinged(long timeoutNanos) {
        long at = loop.nowNanos();
        long most = POOR * timeoutNanos;
        owes(
                most,
                () -> closing || lost || forgivenNanos >= at || loop.wasPausedSince(at),
                "zombie-closed",
                "answers no ping and is still there");
    }

    /** A pong came, or it was us who did not read: nothing is known against the peer. */
    public void forgiven() {
        forgivenNanos = loop.nowNanos();
    }

    /**
     * Writes wait because the kernel takes no more.
     *
     * @param progress changes whenever the kernel takes bytes
     */
    public void stalled(LongSupplier progress, Duration writeTimeout) {
        watchWrites(++stalls, progress, writeTimeout.toNanos() + LOOK_NANOS);
    }

    private void watchWrites(int stall, LongSupplier progress, long most) {
        long before = progress.getAsLong();
        long at = loop.nowNanos();
        owes(
                most,
                () -> {
                    if (closing || lost || stall != stalls) {
                        return true;
                    }
                    boolean excused = progress.getAsLong() != before || loop.wasPausedSince(at);
                    if (excused) {
                        watchWrites(stall, progress, most);
                    }
                    return excused;
                },
                "slow-consumer",
                "takes nothing and is still there");
    }

    /** Nothing waits any more. */
    public void writesAgain() {
        stalls++;
    }

    // What waits for it.

    public void queued(Priority priority, byte[] line, long expiresAtNanos) {
        waiting.computeIfAbsent(priority, key -> new ArrayDeque<>())
                .add(new Entry(line, expiresAtNanos));
    }

    /** "Strictly by priority, first in first out inside one"; what is out of date stays away. */
    public void polled(Priority atLeast, byte @Nullable [] line, long nowNanos) {
        for (Map.Entry<Priority, ArrayDeque<Entry>> lane : waiting.entrySet()) {
            if (lane.getKey().compareTo(atLeast) > 0) {
                break;
            }
            ArrayDeque<Entry> entries = lane.getValue();
            while (!entries.isEmpty() && entries.element().isOver(nowNanos)) {
                entries.remove();
            }
            Entry first = entries.poll();
            if (first != null) {
                require(
                        Arrays.equals(first.line, line),
                        "outbox-order",
                        "is not sent first what has waited longest at " + lane.getKey());
                return;
            }
        }
        require(line == null, "outbox-order", "is sent what does not wait, or is out of date");
    }

    /**
     * "A slow or dead client never grows memory beyond its bound": what was written and not taken,
     * and what waits. With a close goes what waits.
     *
     * @param mostUnsent below the high water one more write is begun
     */
    public void holds(long unsent, long queued, long mostUnsent, long outboxLimit) {
        long most = mostUnsent + outboxLimit;
        require(
                unsent + queued <= most,
                "memory",
                "holds " + unsent + " unsent and " + queued + " queued bytes; " + most
                        + " are its bound");
    }
}
