package io.holdfast.simulation.server;

import io.holdfast.protocol.Limits;
import io.holdfast.protocol.outbox.Outbox;
import io.holdfast.protocol.outbox.Priority;
import io.holdfast.simulation.model.ConnectionChecker;
import io.holdfast.simulation.world.SimLoop;
import io.holdfast.simulation.world.SimNetwork;
import io.holdfast.simulation.world.SimSocket;
import io.holdfast.simulation.world.SocketListener;

import org.jspecify.annotations.Nullable;

/**
 * What leaves one connection, in the order of the server's own Outgoing: straight to the socket
 * while there is room, through the real outbox while there is not, streams in between.
 */
abstract class Outgoing implements SocketListener {
    /** But for a welcome, which names every stream. */
    private static final int LARGEST_LINE = 1_024;

    static final int WRITES_STALL = 1;
    private static final int TOO_MUCH_UNACKED = 2;
    static final int NOT_WELCOMED = 4;

    final SimServer server;
    final ConnectionChecker checker;
    private final SimNetwork.SocketHandle handle;
    private final SimLoop loop;
    private @Nullable Outbox<byte[]> outbox;
    private int readingStops;
    private int unsettled;

    Outgoing(
            SimServer server,
            SimLoop loop,
            SimNetwork.SocketHandle handle,
            ConnectionChecker checker) {
        this.server = server;
        this.checker = checker;
        this.loop = loop;
        this.handle = handle;
    }

    abstract boolean accepting();

    abstract void slowConsumer();

    abstract void feed(Priority priority);

    abstract void idle();

    /** There was no room for the first time in a while. */
    abstract void stalled();

    final SimSocket socket() {
        return handle.socket();
    }

    /** Its number in the order of accepting. */
    final long accepted() {
        return handle.accepted();
    }

    final SimLoop loop() {
        return loop;
    }

    final long now() {
        return loop.nowNanos();
    }

    final void mayRead(int reason, boolean may) {
        int before = readingStops;
        readingStops = may ? before & ~reason : before | reason;
        if ((before == 0) != (readingStops == 0)) {
            socket().reading(readingStops == 0);
        }
    }

    final void readAgain() {
        readingStops = 0;
        socket().reading(true);
    }

    final boolean isReadingStopped() {
        return readingStops != 0;
    }

    final void begun() {
        if (++unsettled >= Limits.MAX_UNACKED_MESSAGES / 2) {
            mayRead(TOO_MUCH_UNACKED, false);
        }
    }

    final void settled() {
        if (--unsettled == Limits.MAX_UNACKED_MESSAGES / 4) {
            mayRead(TOO_MUCH_UNACKED, true);
        }
        idle();
    }

    final int unsettled() {
        return unsettled;
    }

    final boolean isWaiting() {
        return outbox != null && !outbox.isEmpty();
    }

    @Override
    public final void writable() {
        mayRead(WRITES_STALL, true);
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

    private boolean sendFromOutbox(Priority atLeast) {
        Outbox<byte[]> waiting = outbox;
        while (socket().hasRoom()) {
            byte[] entry = waiting == null ? null : waiting.poll(atLeast, now());
            checker.polled(atLeast, entry, now());
            if (entry == null) {
                return true;
            }
            write(entry);
        }
        socket().callWhenDrained();
        return false;
    }

    final boolean hasRoom(Priority priority) {
        if (socket().hasRoom() && (outbox == null || !outbox.has(priority))) {
            return true;
        }
        stalled();
        socket().callWhenDrained();
        return false;
    }

    final boolean send(Priority priority, byte[] line) {
        return send(priority, line, Outbox.NEVER);
    }

    final boolean send(Priority priority, byte[] line, long usefulNanos) {
        if (!accepting()) {
            return false;
        }
        if (socket().hasRoom() && (outbox == null || !outbox.has(priority))) {
            write(line);
            return true;
        }
        if (outbox == null) {
            outbox = new Outbox<>(server.settings().outboxBytes());
        }
        long expires = usefulNanos == Outbox.NEVER ? Outbox.NEVER : now() + usefulNanos;
        if (!outbox.offer(priority, line, line.length, expires, now())) {
            slowConsumer();
            return false;
        }
        checker.queued(priority, line, expires);
        stalled();
        server.checker().outgoing(outbox.bytes(), server.settings().outboxBytes());
        socket().callWhenDrained();
        return true;
    }

    final void write(byte[] line) {
        socket().write(line, 0, line.length);
        checker.holds(
                socket().unsent(),
                outbox == null ? 0 : outbox.bytes(),
                socket().highWaterBytes() + server.checker().largestChunkBytes() + LARGEST_LINE,
                server.settings().outboxBytes());
    }

    /** "A close frame goes last": what waits goes before it, but for what may be dropped anyway. */
    final void emptyOutbox() {
        Outbox<byte[]> waiting = outbox;
        if (waiting != null) {
            for (byte[] entry = next(waiting); entry != null; entry = next(waiting)) {
                write(entry);
            }
        }
    }

    private byte @Nullable [] next(Outbox<byte[]> waiting) {
        byte[] entry = waiting.poll(Priority.NORMAL, now());
        checker.polled(Priority.NORMAL, entry, now());
        return entry;
    }
}
