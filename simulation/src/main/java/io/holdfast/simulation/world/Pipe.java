package io.holdfast.simulation.world;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection: bytes arrive in order and once, or not at all. Segments are cut
 * anywhere, wait behind lost ones, and stand still while the direction is cut. Both kernels together
 * hold a bounded number of bytes; the rest waits with the sender.
 */
final class Pipe {
    private static final int MAX_SEGMENT = 1460;
    /** The first retransmission, which doubles with each further loss. */
    private static final long RETRANSMISSION_NANOS = 200_000_000L;

    private static final int MAX_LOSSES = 6;

    private final SimClock clock;
    private final SimNetwork network;
    private final Randoms random;
    private final SimSocket sender;
    private final SimSocket receiver;
    private final ArrayDeque<byte[]> unsent = new ArrayDeque<>();
    /** Arrived and not read. */
    private final ArrayDeque<byte[]> unread = new ArrayDeque<>();

    /** What becomes of each segment when it arrives: in order, whatever holds it up. */
    private final ArrayDeque<Runnable> onItsWay = new ArrayDeque<>();

    /** Segments whose time has come. */
    private int due;

    private long unsentBytes;
    private long kernelBytes;
    private long taken;
    private long lastArrivalNanos;
    private long cutUntilNanos;
    private boolean reading = true;
    private boolean dead;
    private boolean finishing;
    private boolean finished;
    private @Nullable Runnable unreadEnd;

    Pipe(SimClock clock, SimNetwork network, Randoms random, SimSocket sender, SimSocket receiver) {
        this.clock = clock;
        this.network = network;
        this.random = random;
        this.sender = sender;
        this.receiver = receiver;
    }

    long unsent() {
        return unsentBytes;
    }

    long taken() {
        return taken;
    }

    boolean isFinished() {
        return finished;
    }

    void write(byte[] bytes) {
        if (dead || bytes.length == 0) {
            unsentBytes += bytes.length;
            return;
        }
        unsent.add(bytes);
        unsentBytes += bytes.length;
        pump();
    }

    private void pump() {
        boolean moved = false;
        while (!dead && !unsent.isEmpty() && kernelBytes < network.conditions().kernelBytes()) {
            byte[] first = unsent.remove();
            int room =
                    (int) Math.min(MAX_SEGMENT, network.conditions().kernelBytes() - kernelBytes);
            int length = Math.min(first.length, room);
            if (random.chance(network.conditions().splitting())) {
                length = random.between(1, length);
            }
            if (length < first.length) {
                unsent.addFirst(Arrays.copyOfRange(first, length, first.length));
            }
            byte[] segment = length == first.length ? first : Arrays.copyOf(first, length);
            unsentBytes -= length;
            kernelBytes += length;
            taken += length;
            moved = true;
            send(() -> arrive(segment));
        }
        if (finishing && !finished && unsent.isEmpty()) {
            finished = true;
            send(this::arriveEnd);
        }
        if (moved) {
            sender.taken();
        }
    }

    private void send(Runnable arrival) {
        long at = clock.nowNanos() + network.conditions().delayNanos(random) + lossNanos();
        lastArrivalNanos = Math.max(lastArrivalNanos, at);
        onItsWay.add(arrival);
        clock.at(lastArrivalNanos, () -> {
            due++;
            release();
        });
    }

    /** What packet loss costs: TCP hides it behind a wait. */
    private long lossNanos() {
        long wait = 0;
        double loss = network.conditions().loss();
        for (int i = 0; loss > 0 && i < MAX_LOSSES && random.chance(loss); i++) {
            wait += RETRANSMISSION_NANOS << i;
        }
        return wait;
    }

    private void release() {
        if (dead) {
            return;
        }
        if (clock.nowNanos() < cutUntilNanos) {
            clock.at(cutUntilNanos, this::release);
            return;
        }
        while (due > 0 && !dead) {
            due--;
            onItsWay.remove().run();
        }
    }

    private void arrive(byte[] segment) {
        unread.add(segment);
        deliver();
    }

    private void arriveEnd() {
        unreadEnd = receiver::peerFinished;
        deliver();
    }

    private void deliver() {
        while (reading && !unread.isEmpty()) {
            byte[] segment = unread.remove();
            clock.after(network.conditions().delayNanos(random), () -> freed(segment.length));
            receiver.arrived(segment);
        }
        if (reading && unread.isEmpty() && unreadEnd != null) {
            Runnable end = unreadEnd;
            unreadEnd = null;
            end.run();
        }
    }

    private void freed(int bytes) {
        if (!dead) {
            kernelBytes -= bytes;
            pump();
            sender.maybeOver();
        }
    }

    void reading(boolean on) {
        reading = on;
        if (on && !dead) {
            receiver.loop().execute(this::deliver);
        }
    }

    void finish() {
        finishing = true;
        pump();
    }

    /** Nothing arrives for so long; then everything does. */
    void cut(long nanos) {
        cutUntilNanos = Math.max(cutUntilNanos, clock.nowNanos() + nanos);
    }

    /** The cut is over. */
    void heal() {
        cutUntilNanos = Math.min(cutUntilNanos, clock.nowNanos());
        clock.after(0, this::release);
    }

    /** Nothing arrives any more, and nobody is told. */
    void deafen() {
        dead = true;
        unread.clear();
    }

    boolean isDead() {
        return dead;
    }

    /** The sender ends: the receiver hears of it, unless nothing arrives. */
    void reset() {
        if (!dead) {
            deafen();
            boolean unreadToo = random.nextBoolean();
            clock.after(
                    network.conditions().delayNanos(random),
                    unreadToo ? receiver::reset : receiver::endedBehindWhatArrived);
        }
    }

    /** The receiver is gone: the sender hears of it when it sends, or at once. */
    void abandon() {
        deafen();
    }
}
