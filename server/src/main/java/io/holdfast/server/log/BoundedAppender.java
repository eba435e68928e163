package io.holdfast.server.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes events on a thread of its own. Whoever logs never waits: when the reader of our output is
 * slow (a full pipe, a paused terminal) the queue fills, and further events are dropped and
 * counted. Logback's AsyncAppender drops as well, but does not tell how many.
 */
final class BoundedAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {

    /** Some seconds of a busy server; about 2 MiB when full. */
    static final int QUEUE_EVENTS = 8_192;

    /** The last part of the queue is for warnings and errors. */
    private static final int KEPT_FOR_WARNINGS = QUEUE_EVENTS / 8;

    /** At the end: how long the writer may take for what is still queued. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

    private final ArrayBlockingQueue<ILoggingEvent> queue = new ArrayBlockingQueue<>(QUEUE_EVENTS);
    private final AtomicLong dropped = new AtomicLong();
    private final LineEncoder encoder;
    private final OutputStream out;
    private final Thread writer;

    BoundedAppender(LineEncoder encoder, OutputStream out) {
        this.encoder = encoder;
        this.out = out;
        this.writer = Thread.ofPlatform().daemon().name("holdfast-log").unstarted(this::run);
    }

    /** Events lost since the start. */
    long dropped() {
        return dropped.get();
    }

    @Override
    public void start() {
        super.start();
        writer.start();
    }

    /** What was logged before is written, if the reader takes it within the time-out. */
    @Override
    public void stop() {
        if (!isStarted()) {
            return;
        }
        super.stop();
        writer.interrupt();
        try {
            writer.join(STOP_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        boolean urgent = event.getLevel().isGreaterOrEqual(Level.WARN);
        boolean room = urgent || queue.remainingCapacity() > KEPT_FOR_WARNINGS;
        event.prepareForDeferredProcessing();
        if (!room || !queue.offer(event)) {
            dropped.incrementAndGet();
        }
    }

    private void run() {
        long reported = 0;
        while (true) {
            ILoggingEvent event = next();
            if (event == null) {
                return;
            }
            try {
                out.write(encoder.encode(event));
                reported = reportDrops(event, reported);
                if (queue.isEmpty()) {
                    out.flush();
                }
            } catch (IOException e) {
                // Nobody reads standard error any more; there is nowhere to say so.
                dropped.incrementAndGet();
            }
        }
    }

    /** Null when the appender was stopped and the queue is empty. */
    private @Nullable ILoggingEvent next() {
        try {
            return isStarted() ? queue.take() : queue.poll();
        } catch (InterruptedException e) {
            return queue.poll();
        }
    }

    /** Says how many are missing, at the place where they are missing. */
    private long reportDrops(ILoggingEvent after, long reported) throws IOException {
        long total = dropped.get();
        if (total != reported) {
            out.write(encoder.encodeDrops(after.getInstant(), total - reported));
        }
        return total;
    }
}
