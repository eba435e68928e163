package io.holdfast.protocol.client;

import io.holdfast.protocol.MessageId;
import io.holdfast.protocol.client.SendOutcome.Acked;
import io.holdfast.protocol.client.SendOutcome.NotConnected;
import io.holdfast.protocol.client.SendOutcome.NotSent;
import io.holdfast.protocol.client.SendOutcome.OutcomeUnknown;
import io.holdfast.protocol.client.SendOutcome.QueueFull;
import io.holdfast.protocol.client.SendOutcome.Refused;
import io.holdfast.protocol.client.SendOutcome.Written;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client's own messages until it is known what became of them (spec: delivery, "Client to
 * server"; client, "Sending"). Sent ones are kept in order until they are acked, and are sent again
 * when the session was restored; the others wait behind them.
 *
 * <p>Every message is settled exactly once. A message expires in the order of submission: all are
 * kept equally long.
 *
 * <p>One thread. {@link #connected} when the welcome is in, {@link #disconnected} when the
 * transport is gone.
 *
 * @param <P> the driver's form of a message
 */
public final class PendingMessages<P> {
    /** {@link #nextDeadlineNanos()} when nothing is kept. */
    public static final long NEVER = Long.MAX_VALUE;

    private record Entry<P>(
            @Nullable String id, P payload, int bytes, boolean repeatable, long expiresAtNanos) {}

    private final PendingSettings settings;
    /** Sent, by id, in order of sending, which is the order of submission. */
    private final Map<String, Entry<P>> unacked = new LinkedHashMap<>();

    private final ArrayDeque<Entry<P>> waiting = new ArrayDeque<>();
    private final Set<String> waitingIds = new HashSet<>();
    private long bytes;
    private boolean writable;

    public PendingMessages(PendingSettings settings) {
        this.settings = settings;
    }

    /**
     * Takes a message: sends it, keeps it for later, or settles it at once.
     *
     * @param id null when no ack is asked for: then it is settled when it is sent
     * @param bytes of the payload, counted towards the bound
     */
    public void submit(
            @Nullable String id, P payload, int bytes, long nowNanos, PendingOutputs<P> out) {
        submit(id, payload, bytes, false, nowNanos, out);
    }

    /** @param repeatable whether it is harmless when it is done twice, as a join is */
    public void submit(
            @Nullable String id,
            P payload,
            int bytes,
            boolean repeatable,
            long nowNanos,
            PendingOutputs<P> out) {
        requireNew(id);
        boolean sendNow = writable && waiting.isEmpty() && mayBeSent(id);
        if (!writable && settings.whileDisconnected() == WhileDisconnected.FAIL) {
            out.settled(payload, new NotConnected());
        } else if (this.bytes + bytes > settings.maxBytes()
                || (!sendNow && waiting.size() >= settings.maxWaiting())) {
            out.settled(payload, new QueueFull());
        } else {
            long expiresAtNanos = nowNanos + settings.keep().toNanos();
            Entry<P> entry = new Entry<>(id, payload, bytes, repeatable, expiresAtNanos);
            this.bytes += bytes;
            if (sendNow) {
                send(entry, out);
            } else {
                waiting.add(entry);
                if (id != null) {
                    waitingIds.add(id);
                }
            }
        }
    }

    /**
     * The server has answered: everything may be sent.
     *
     * @param sessionRestored whether it knows which messages it has had. Otherwise only what is
     *     harmless twice is sent again: a message could be published twice
     */
    public void connected(boolean sessionRestored, PendingOutputs<P> out) {
        if (!sessionRestored) {
            List<Entry<P>> sent = new ArrayList<>(unacked.values());
            sent.removeIf(Entry::repeatable);
            settleUnknown(sent, out);
        }
        unacked.values().forEach(entry -> out.send(entry.payload(), true));
        writable = true;
        flush(out);
    }

    /** The transport is gone. What was sent waits for the next answer, or for its end. */
    public void disconnected() {
        writable = false;
    }

    /** The server is going away: new messages are treated as if it were gone. */
    public void held() {
        writable = false;
    }

    /**
     * @param stream null when the server named none
     * @param seq {@link SendOutcome#NO_SEQ} when the server named none
     * @return whether anybody waited for this ack
     */
    public boolean acked(
            String id, String status, @Nullable String stream, long seq, PendingOutputs<P> out) {
        return settle(id, new Acked(status, stream, seq), out);
    }

    /**
     * The server answered with an error that names the id.
     *
     * @return whether anybody waited for it
     */
    public boolean refused(
            String id, String code, @Nullable Duration retryAfter, PendingOutputs<P> out) {
        return settle(id, new Refused(code, retryAfter), out);
    }

    /** The client ends: nothing more will be known. */
    public void closed(PendingOutputs<P> out) {
        writable = false;
        settleUnknown(new ArrayList<>(unacked.values()), out);
        List<Entry<P>> unsent = new ArrayList<>(waiting);
        waiting.clear();
        waitingIds.clear();
        unsent.forEach(entry -> settle(entry, new NotSent(), out));
    }

    /** The deadline passed, or any other moment: settles what has been kept long enough. */
    public void timer(long nowNanos, PendingOutputs<P> out) {
        Iterator<Entry<P>> sent = unacked.values().iterator();
        while (sent.hasNext()) {
            Entry<P> entry = sent.next();
            if (nowNanos < entry.expiresAtNanos()) {
                break;
            }
            sent.remove();
            settle(entry, new OutcomeUnknown(), out);
        }
        while (!waiting.isEmpty() && nowNanos >= waiting.element().expiresAtNanos()) {
            settle(takeWaiting(), new NotSent(), out);
        }
        flush(out);
    }

    public long nextDeadlineNanos() {
        long sent =
                unacked.isEmpty() ? NEVER : unacked.values().iterator().next().expiresAtNanos();
        Entry<P> first = waiting.peek();
        return first == null ? sent : Math.min(sent, first.expiresAtNanos());
    }

    public int unacked() {
        return unacked.size();
    }

    public int waiting() {
        return waiting.size();
    }

    /** Of all messages that are kept. */
    public long bytes() {
        return bytes;
    }

    public boolean isEmpty() {
        return unacked.isEmpty() && waiting.isEmpty();
    }

    private void requireNew(@Nullable String id) {
        if (id == null) {
            return;
        }
        if (!MessageId.isValid(id)) {
            throw new IllegalArgumentException("A message id of " + id.length()
                    + " characters, expected 1 to 64: the server would refuse it.");
        }
        if (unacked.containsKey(id) || waitingIds.contains(id)) {
            throw new IllegalArgumentException("The message id " + id
                    + " is on its way already, expected a new one: the server takes it once.");
        }
    }

    private boolean mayBeSent(@Nullable String id) {
        return id == null || unacked.size() < settings.maxUnacked();
    }

    private void flush(PendingOutputs<P> out) {
        while (writable && !waiting.isEmpty() && mayBeSent(waiting.element().id())) {
            send(takeWaiting(), out);
        }
    }

    private Entry<P> takeWaiting() {
        Entry<P> entry = waiting.remove();
        if (entry.id() != null) {
            waitingIds.remove(entry.id());
        }
        return entry;
    }

    private void send(Entry<P> entry, PendingOutputs<P> out) {
        if (entry.id() != null) {
            unacked.put(entry.id(), entry);
        }
        out.send(entry.payload(), false);
        if (entry.id() == null) {
            settle(entry, new Written(), out);
        }
    }

    private boolean settle(String id, SendOutcome outcome, PendingOutputs<P> out) {
        Entry<P> entry = unacked.remove(id);
        if (entry == null) {
            return false; // it had expired, or the server names what it was never sent
        }
        settle(entry, outcome, out);
        flush(out);
        return true;
    }

    private void settleUnknown(List<Entry<P>> sent, PendingOutputs<P> out) {
        sent.forEach(entry -> unacked.remove(entry.id()));
        sent.forEach(entry -> settle(entry, new OutcomeUnknown(), out));
    }

    private void settle(Entry<P> entry, SendOutcome outcome, PendingOutputs<P> out) {
        bytes -= entry.bytes();
        out.settled(entry.payload(), outcome);
    }
}
