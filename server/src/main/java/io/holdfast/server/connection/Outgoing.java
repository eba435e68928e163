package io.holdfast.server.connection;

import io.holdfast.protocol.Limits;
import io.holdfast.protocol.outbox.Outbox;
import io.holdfast.protocol.outbox.Priority;
import io.holdfast.protocol.time.TimerWheel;
import io.holdfast.server.metrics.Counter;
import io.holdfast.server.metrics.DialectName;
import io.holdfast.server.metrics.LimitName;
import io.holdfast.transport.Wire;
import io.holdfast.transport.WireHandler;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What leaves one connection: entries without a number go straight to the wire while the peer keeps
 * up, and wait in a bounded outbox, by priority, while it does not; streams are fed in between (spec:
 * delivery, "Outbox and slow consumers").
 *
 * <p>Belongs to the connection's event loop.
 */
abstract class Outgoing extends TimerWheel.Entry implements WireHandler {
    static final int WRITES_STALL = 1;
    private static final int TOO_MUCH_UNACKED = 2;
    private static final int NOT_WELCOMED = 4;

    private final Core core;
    private final DialectName dialect;
    private @Nullable Wire wire;
    private @Nullable LoopConnections loop;
    private @Nullable Outbox<byte[]> outbox;
    /** What the peer has to wait for before more is read from it: bits of those above. */
    private int readingStops;

    private int unsettled;
    /** Whether the peer has said goodbye, and nothing was dropped of what it was sent before. */
    boolean hasReadAll;

    Outgoing(Core core, DialectName dialect) {
        this.core = core;
        this.dialect = dialect;
    }

    final void attach(Wire opened) {
        wire = opened;
        loop = core.connections(opened.loop());
    }

    final boolean isAttached() {
        return loop != null;
    }

    /** Whether messages are still taken. */
    abstract boolean accepting();

    /** Closes a peer that reads slower than it is sent to. */
    abstract void slowConsumer(LimitName limit);

    /** Whether nothing is read because the peer has too much that is not acked. */
    final boolean waitsForAcks() {
        return (readingStops & TOO_MUCH_UNACKED) != 0;
    }

    /** Whether nothing is read now, for whatever reason: then silence is not the peer's. */
    protected final boolean isReadingStopped() {
        return readingStops != 0;
    }

    /** Reads on, whatever it was that had to be waited for. */
    final void readAgain() {
        readingStops = 0;
        wire().reading(true);
    }

    final void mayRead(int reason, boolean may) {
        int before = readingStops;
        readingStops = may ? before & ~reason : before | reason;
        if ((before == 0) != (readingStops == 0)) {
            wire().reading(readingStops == 0);
        }
    }

    /** Back pressure on a publisher whose messages are not committed as fast as they come. */
    protected final void takeMore(boolean may) {
        mayRead(TOO_MUCH_UNACKED, may);
    }

    /** Something was asked for whose answer comes later. Too much of it stops the reading. */
    protected final void begun() {
        if (++unsettled >= Limits.MAX_UNACKED_MESSAGES / 2) {
            takeMore(false);
        }
    }

    /** It was answered. */
    protected final void settled() {
        if (--unsettled == Limits.MAX_UNACKED_MESSAGES / 4) {
            takeMore(true);
        }
        onSettled();
    }

    /** Answers that it waits for. */
    protected final int unsettled() {
        return unsettled;
    }

    /** Whether something that it asked for has not been answered. */
    protected final boolean isUnsettled() {
        return unsettled > 0;
    }

    protected void onSettled() {}

    /** Holds back what comes before the answer to a hello. */
    protected final void takeAfterWelcome(boolean may) {
        mayRead(NOT_WELCOMED, may);
    }

    @Override
    public final void drained() {
        if (accepting() && sendFromOutbox(Priority.HIGH)) {
            feed(Priority.HIGH);
            if (sendFromOutbox(Priority.NORMAL)) {
                feed(Priority.NORMAL);
                if (sendFromOutbox(Priority.LOW)) {
                    idle();
                }
            }
        }
    }

    /** Everything that waited has been written, and there is still room. */
    protected void idle() {}

    /** There is room: gives the connection what its streams of that priority have for it. */
    protected void feed(Priority priority) {}

    /** Sends what waits and is at least that important; says whether there is still room. */
    private boolean sendFromOutbox(Priority atLeast) {
        Outbox<byte[]> waiting = outbox;
        long now = wire().loop().nowNanos();
        while (wire().hasRoom()) {
            byte[] entry = waiting == null ? null : waiting.poll(atLeast, now);
            if (entry == null) {
                return true;
            }
            write(entry, 0, entry.length);
        }
        wire().callWhenDrained();
        return false;
    }

    /** Whether something of that importance can be written now; if not, {@link #feed} will be called. */
    protected final boolean hasRoom(Priority priority) {
        if (!takes(priority)) {
            return false;
        }
        if (wire().hasRoom() && (outbox == null || !outbox.has(priority))) {
            return true;
        }
        wire().callWhenDrained();
        return false;
    }

    /** Whether the peer is sent anything of that importance now. */
    protected boolean takes(Priority priority) {
        return true;
    }

    /** Sends an answer, an ack or an error. */
    protected final boolean send(byte[] bytes, int from, int to) {
        return send(Priority.HIGH, bytes, from, to);
    }

    /**
     * Sends one text message that has no number, behind what waits and is as important; closes a peer
     * that has let too much pile up.
     *
     * @return false when it was not sent
     */
    protected final boolean send(Priority priority, byte[] bytes, int from, int to) {
        return send(priority, bytes, from, to, Outbox.NEVER);
    }

    /**
     * The same for a message that is of no use after a while.
     *
     * @param usefulNanos after which it is not sent any more
     */
    protected final boolean send(
            Priority priority, byte[] bytes, int from, int to, long usefulNanos) {
        if (!accepting()) {
            return false;
        }
        if (!takes(priority)) {
            loop().metrics().count(Counter.OUTBOX_DROPPED, dialect);
            return true;
        }
        if (wire().hasRoom() && (outbox == null || !outbox.has(priority))) {
            write(bytes, from, to);
            return true;
        }
        if (outbox == null) {
            outbox = new Outbox<>(core.config().limits().outboxBytes());
        }
        byte[] entry = Arrays.copyOfRange(bytes, from, to);
        long now = wire().loop().nowNanos();
        long expires = usefulNanos == Outbox.NEVER ? Outbox.NEVER : now + usefulNanos;
        if (!outbox.offer(priority, entry, Math.max(1, entry.length), expires, now)) {
            slowConsumer(LimitName.OUTBOX_LIMIT);
            return false;
        }
        wire().callWhenDrained();
        return true;
    }

    /** Whether something waits that has no number. */
    protected final boolean isWaiting() {
        return outbox != null && !outbox.isEmpty();
    }

    /** The connection has ended: counts what its outbox had to let go. */
    final void countDropped() {
        if (outbox != null) {
            loop().metrics()
                    .add(Counter.OUTBOX_DROPPED, dialect, outbox.dropped() + outbox.expired());
        }
    }

    private void write(byte[] bytes, int from, int to) {
        wire().sendText(bytes, from, to);
        countSent(1);
    }

    /** So many messages were given to the wire. */
    protected void countSent(int messages) {
        loop().metrics().add(Counter.MESSAGES_SENT, dialect, messages);
    }

    /** "A close frame goes last": what waits goes before it, but for what may be dropped anyway. */
    final void emptyOutbox() {
        Outbox<byte[]> waiting = outbox;
        if (waiting != null) {
            long now = wire().loop().nowNanos();
            for (byte[] entry = waiting.poll(Priority.NORMAL, now);
                    entry != null;
                    entry = waiting.poll(Priority.NORMAL, now)) {
                write(entry, 0, entry.length);
            }
        }
    }

    protected final Core core() {
        return core;
    }

    protected final Wire wire() {
        return present(wire);
    }

    protected final LoopConnections loop() {
        return present(loop);
    }

    private static <T> T present(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("the connection has not been opened");
        }
        return part;
    }

    /** Any thread. */
    public final DialectName dialect() {
        return dialect;
    }
}
