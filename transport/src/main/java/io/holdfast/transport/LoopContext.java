package io.holdfast.transport;

import io.holdfast.protocol.line.GzipInflater;
import io.holdfast.protocol.line.LengthPrefixedEncoder;
import io.holdfast.protocol.websocket.MessageDeflater;
import io.holdfast.protocol.websocket.MessageInflater;
import io.netty.channel.SingleThreadEventLoop;
import java.util.ArrayList;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * What one event loop shares among all its connections: scratch space, codecs, and the end of the
 * current turn.
 *
 * <p>A <em>turn</em> is one iteration of the event loop: every socket that was ready is read, then
 * the loop's tasks run, then the turn ends. Writes are collected during the turn and leave at its
 * end, one flush per connection however many messages it got, because the kernel's send is most of
 * what a delivery costs.
 *
 * <p>Threads: everything here belongs to the loop's thread, but for {@link #execute}, which
 * any thread may call.
 */
public final class LoopContext {
    /** Bytes; what Netty reads at most in one go, so that one read is one decode. */
    private static final int SCRATCH_BYTES = 64 * 1024;

    /** The fastest: chat and feed messages are short, and the CPU is shared with their delivery. */
    private static final int DEFLATE_LEVEL = 1;
    /** A flush run longer than this lets sockets be read and tasks run before it goes on. */
    private static final long FLUSH_NANOS = 1_000_000;
    /** Flushes between two looks at the clock. */
    private static final int FLUSHES_PER_LOOK = 16;

    private final int index;
    private final SingleThreadEventLoop eventLoop;
    private final byte[] scratch = new byte[SCRATCH_BYTES];
    private final MessageInflater inflater = new MessageInflater();
    private final Lingering lingering = new Lingering();
    private @Nullable MessageDeflater deflater;
    private @Nullable LengthPrefixedEncoder frameEncoder;
    private @Nullable GzipInflater gzipInflater;
    private final ArrayList<Wire> unflushed = new ArrayList<>();
    private final Runnable endOfTurn = this::endTurn;

    private Runnable beforeFlush = () -> {};
    private int flushed;
    private boolean turnEndRequested;
    private long nowNanos;
    private boolean nowKnown;

    LoopContext(int index, SingleThreadEventLoop eventLoop) {
        this.index = index;
        this.eventLoop = eventLoop;
    }

    /** This loop's number, from 0; stable for the life of the process. */
    public int index() {
        return index;
    }

    public boolean inLoop() {
        return eventLoop.inEventLoop();
    }

    /**
     * Runs the task on the loop, in order with other tasks. Any thread. Once the loops are being
     * stopped it may be dropped: they end one by one, and nobody is left to be told anything.
     */
    public void execute(Runnable task) {
        try {
            eventLoop.execute(task);
        } catch (RejectedExecutionException ended) {
            if (!eventLoop.isShuttingDown()) {
                throw ended;
            }
        }
    }

    /** The loop itself, for timers and for channels that must live on it. */
    public SingleThreadEventLoop eventLoop() {
        return eventLoop;
    }

    /** What runs at the end of each turn in which something was written or asked for, before the flush. */
    public void beforeFlush(Runnable action) {
        beforeFlush = action;
    }

    /** Asks for an end-of-turn run even if no connection is written to. */
    public void requestTurnEnd() {
        if (!turnEndRequested) {
            turnEndRequested = true;
            eventLoop.executeAfterEventLoopIteration(endOfTurn);
        }
    }

    /** {@link System#nanoTime()}, read at most once a turn. */
    public long nowNanos() {
        if (!nowKnown) {
            nowNanos = System.nanoTime();
            nowKnown = true;
            requestTurnEnd();
        }
        return nowNanos;
    }

    /** The loop's compressor, made when first asked for. */
    public MessageDeflater deflater() {
        MessageDeflater current = deflater;
        if (current == null) {
            current = new MessageDeflater(DEFLATE_LEVEL);
            deflater = current;
        }
        return current;
    }

    /** The loop's encoder of length-prefixed frames, made when first asked for. */
    public LengthPrefixedEncoder frameEncoder() {
        LengthPrefixedEncoder current = frameEncoder;
        if (current == null) {
            current = new LengthPrefixedEncoder();
            frameEncoder = current;
        }
        return current;
    }

    /** The loop's decompressor of length-prefixed frames, made when first asked for. */
    public GzipInflater gzipInflater() {
        GzipInflater current = gzipInflater;
        if (current == null) {
            current = new GzipInflater();
            gzipInflater = current;
        }
        return current;
    }

    Lingering lingering() {
        return lingering;
    }

    byte[] scratch() {
        return scratch;
    }

    MessageInflater inflater() {
        return inflater;
    }

    void flushAtTurnEnd(Wire wire) {
        unflushed.add(wire);
        requestTurnEnd();
    }

    private void endTurn() {
        turnEndRequested = false;
        try {
            beforeFlush.run();
        } finally {
            flush();
            nowKnown = false;
        }
    }

    /** Flushes in the order of marking. Long runs are cut, so that health and pings are never late. */
    private void flush() {
        long start = System.nanoTime();
        // By index: a flush can fail a connection, whose goodbye may mark others.
        while (flushed < unflushed.size()) {
            unflushed.get(flushed++).flushTurn();
            if (flushed % FLUSHES_PER_LOOK == 0 && System.nanoTime() - start > FLUSH_NANOS) {
                eventLoop.execute(this::requestTurnEnd);
                return;
            }
        }
        unflushed.clear();
        flushed = 0;
    }

    void release() {
        inflater.close();
        if (deflater != null) {
            deflater.close();
        }
        if (frameEncoder != null) {
            frameEncoder.close();
        }
        if (gzipInflater != null) {
            gzipInflater.close();
        }
    }
}
