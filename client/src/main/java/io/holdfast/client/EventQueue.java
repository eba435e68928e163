package io.holdfast.client;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Between the event loop, which puts, and the application, which listens or receives. The loop
 * never waits here. Bounded: see {@link WhenFull}.
 */
final class EventQueue {
    private static final Logger LOG = System.getLogger(HoldfastClient.class.getName());
    /**
     * An event, or a mark between events: one of the two.
     *
     * @param bytes that the event counts for
     */
    private record Entry(@Nullable Event event, Progress.@Nullable Mark mark, long bytes) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Begins with an event: a mark that nothing precedes is reached. */
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    /** How many of them are events. */
    private int waiting;
    /** Of those events. */
    private long waitingBytes;

    private final Progress progress = new Progress();
    private final QueueLimits limits;
    private final WhenFull whenFull;
    private final @Nullable EventListener listener;
    private final Executor executor;
    /** Told, without the lock, that half of the queue is free after it was full. */
    private final Runnable roomAgain;

    /** Whether a task of ours runs on the executor, or is about to. */
    private boolean delivering;
    /** Who hands a task to the executor just now; it must not run it right there. */
    private @Nullable Thread handing;

    private @Nullable Thread listening;
    private boolean everReceived;
    private boolean forgets;
    private boolean reportRoom;
    private long droppedUntold;
    private long dropped;
    private Event.@Nullable Closed last;

    EventQueue(
            QueueLimits limits,
            WhenFull whenFull,
            @Nullable EventListener listener,
            Executor executor,
            Runnable roomAgain) {
        this.limits = limits;
        this.whenFull = whenFull;
        this.listener = listener;
        this.executor = executor;
        this.roomAgain = roomAgain;
    }

    /** Adds an event; the oldest message makes room when there is none. */
    void put(Event event) {
        lock.lock();
        try {
            if (last != null || (forgets && movesOn(event))) {
                return;
            }
            long bytes = QueueLimits.bytes(event);
            makeRoomFor(event, bytes);
            entries.add(new Entry(event, null, bytes));
            waiting++;
            waitingBytes += bytes;
            if (event instanceof Event.Closed closed) {
                last = closed;
            }
            changed.signalAll();
            deliver();
        } finally {
            lock.unlock();
        }
    }

    /** From here on, for whoever takes the events in their order, that is so. */
    void mark(Progress.Mark mark) {
        lock.lock();
        try {
            entries.add(new Entry(null, mark, 0));
            reachMarks();
            // Of a client that joins and leaves, and whose application takes no events.
            long most =
                    2L * limits.events() + (pauses() ? limits.mostEvents() : 2L * limits.events());
            while (last == null && entries.size() - waiting > most) {
                // An event: the marks behind it are reached by that.
                countDropped(entries.remove());
            }
        } finally {
            lock.unlock();
        }
    }

    /** The newest token of the session, or null when there is no session. */
    void token(@Nullable String fresh) {
        lock.lock();
        try {
            progress.token(fresh);
        } finally {
            lock.unlock();
        }
    }

    Optional<SavedSession> saved() {
        lock.lock();
        try {
            return progress.saved();
        } finally {
            lock.unlock();
        }
    }

    private void reachMarks() {
        for (Entry first = entries.peek(); first != null; first = entries.peek()) {
            if (first.mark() == null) {
                return;
            }
            first.mark().reached(progress);
            entries.remove();
        }
    }

    /**
     * A paused connection still gives what was decoded already, and each new one as much. None of
     * the messages in it is dropped.
     */
    private void makeRoomFor(Event event, long bytes) {
        if (!pauses()) {
            if (waiting >= limits.events()) {
                dropOldest();
            }
            dropDownTo(limits.bytes() - bytes);
            return;
        }
        if (waiting >= limits.mostEvents()) {
            dropOldest();
        } else if (waiting >= 2L * limits.events() && event instanceof Event.Notice) {
            dropFirst(entry -> entry.event() instanceof Event.Notice);
        }
        dropDownTo(limits.mostBytes() - bytes);
    }

    private void dropDownTo(long bytes) {
        while (waitingBytes > 0 && waitingBytes > bytes && dropFirst(entry -> entry.bytes() > 0)) {
            // One after the other.
        }
    }

    /** States are few and matter: messages go first, states only when nothing else is left. */
    private void dropOldest() {
        if (!dropFirst(EventQueue::isMessage) && waiting >= 2L * limits.events()) {
            countDropped(entries.remove());
        }
    }

    private boolean dropFirst(Predicate<Entry> kind) {
        for (Iterator<Entry> all = entries.iterator(); all.hasNext(); ) {
            Entry entry = all.next();
            if (kind.test(entry)) {
                all.remove();
                countDropped(entry);
                return true;
            }
        }
        return false;
    }

    private static boolean isMessage(Entry entry) {
        return entry.event() instanceof Event.Message || entry.event() instanceof Event.Notice;
    }

    private void countDropped(Entry entry) {
        waiting--;
        waitingBytes -= entry.bytes();
        reachMarks();
        dropped++;
        droppedUntold++;
    }

    /**
     * Whether reading from the server has to pause. If so, {@link #roomAgain} will be called once.
     */
    boolean askForPause() {
        lock.lock();
        try {
            boolean full = waiting >= limits.events() || waitingBytes >= limits.bytes();
            if (pauses() && last == null && full) {
                reportRoom = true;
                return true;
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    private boolean pauses() {
        return whenFull == WhenFull.PAUSE && (listener != null || everReceived);
    }

    /** Forgets messages that nobody has begun to deal with: the client is being closed. */
    void forgetMessages() {
        lock.lock();
        try {
            forgets = true;
            progress.freeze();
            // What comes behind a forgotten message has not been reached, and is forgotten too.
            boolean behind = false;
            for (Iterator<Entry> all = entries.iterator(); all.hasNext(); ) {
                Entry entry = all.next();
                boolean moves = entry.event() != null && movesOn(entry.event());
                behind |= moves;
                if (moves || isMessage(entry) || (entry.mark() != null && behind)) {
                    all.remove();
                }
            }
            waiting = (int)
                    entries.stream().filter(entry -> entry.event() != null).count();
            waitingBytes = entries.stream().mapToLong(Entry::bytes).sum();
            reachMarks();
        } finally {
            lock.unlock();
        }
    }

    /** A gap goes with the messages before it: whoever had it would count as having had them. */
    private static boolean movesOn(Event event) {
        return event instanceof Event.Message || event instanceof Event.Gap;
    }

    int size() {
        lock.lock();
        try {
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    long bytes() {
        lock.lock();
        try {
            return waitingBytes;
        } finally {
            lock.unlock();
        }
    }

    /** What is kept, marks included. */
    int entries() {
        lock.lock();
        try {
            return entries.size();
        } finally {
            lock.unlock();
        }
    }

    long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    /** Waits at most that long; null when nothing came. */
    @Nullable
    Event receive(@Nullable Duration timeout) throws InterruptedException {
        if (listener != null) {
            throw new IllegalStateException(
                    "receive() was called on a client with a listener; use one of the two.");
        }
        long left = timeout == null ? Long.MAX_VALUE : timeout.toNanos();
        boolean room = false;
        lock.lockInterruptibly();
        try {
            everReceived = true;
            while (true) {
                Event event = take();
                if (event != null) {
                    room = hasRoomAgain();
                    return event;
                }
                if (last != null) {
                    return last;
                }
                if (left <= 0) {
                    return null;
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
            if (room) {
                roomAgain.run();
            }
        }
    }

    /** What was dropped stood before everything that is still here. */
    private @Nullable Event take() {
        if (droppedUntold > 0) {
            Event.Overflow overflow = new Event.Overflow(droppedUntold);
            droppedUntold = 0;
            return overflow;
        }
        Entry first = entries.poll();
        Event event = first == null ? null : first.event();
        if (event != null) {
            waiting--;
            waitingBytes -= first.bytes();
            progress.had(event);
            reachMarks();
        }
        return event;
    }

    private boolean hasRoomAgain() {
        boolean again =
                reportRoom && waiting <= limits.events() / 2 && waitingBytes <= limits.bytes() / 2;
        if (again) {
            reportRoom = false;
        }
        return again;
    }

    /** Under the lock: sees to it that a task is running that takes the events to the listener. */
    private void deliver() {
        if (listener != null && !delivering) {
            delivering = true;
            handing = Thread.currentThread();
            try {
                executor.execute(this::deliverElsewhere);
            } catch (RuntimeException | Error refused) {
                delivering = false; // The next event tries again.
                LOG.log(Level.ERROR, "the application's executor did not take an event", refused);
            } finally {
                handing = null;
            }
        }
    }

    /** An executor that runs its tasks in the caller would let a listener stop the reading. */
    private void deliverElsewhere() {
        if (lock.isHeldByCurrentThread() && Thread.currentThread().equals(handing)) {
            Thread.ofVirtual().name("holdfast-listener").start(this::deliverAll);
        } else {
            deliverAll();
        }
    }

    private void deliverAll() {
        while (true) {
            Event event;
            boolean room;
            lock.lock();
            try {
                event = take();
                room = hasRoomAgain();
                if (event == null) {
                    delivering = false;
                    listening = null;
                    changed.signalAll();
                    return;
                }
                listening = Thread.currentThread();
            } finally {
                lock.unlock();
            }
            if (room) {
                roomAgain.run();
            }
            call(event);
        }
    }

    /** Whatever it throws: it is not a reason to tell it nothing any more. */
    private void call(Event event) {
        EventListener to = listener;
        if (to == null) {
            return;
        }
        try {
            to.on(event);
        } catch (Throwable failed) {
            LOG.log(Level.ERROR, "the application's listener failed on " + named(event), failed);
        }
    }

    /** For logs, in which the data of messages have no place. */
    private static String named(Event event) {
        String kind = event.getClass().getSimpleName();
        return event instanceof Event.Message message && message.stream() != null
                ? kind + " " + message.seq() + " of " + message.stream()
                : kind;
    }

    /**
     * Waits until the listener has had everything. Returns at once when it is the listener itself
     * that asks.
     */
    boolean awaitDelivered(long nanos) throws InterruptedException {
        long left = nanos;
        lock.lockInterruptibly();
        try {
            while (delivering && !Thread.currentThread().equals(listening)) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
