package io.holdfast.protocol.quality;

import java.util.random.RandomGenerator;

/**
 * When to ping one connection, which pong belongs to which ping, and when to give it up.
 *
 * <p>Rule of use: owned by one event loop, which makes all calls. After the constructor,
 * {@link #timer} and {@link #pong} the driver schedules {@link #nextDeadlineNanos()}. Times come
 * from a clock that does not wrap.
 *
 * <p>A pong counts if it echoes the id of a ping that waits for one; only then has the peer
 * answered. Pings before it that wait still are passed over and have no pong any more. Late,
 * doubled and foreign pongs change nothing. Round-trip times are taken from our own memory of when
 * a ping left: a {@code server_timestamp} that a peer echoes is the peer's word.
 *
 * <p>Size: 72 bytes, and at most 144 for the pings on their way.
 */
public final class BotHeartbeat {
    /** {@link #nextDeadlineNanos()} of a connection that was given up. */
    public static final long NEVER = Long.MAX_VALUE;

    /**
     * Pings without a pong, after which no more are sent until there is one: with the default
     * times a poor connection is a zombie after 12.
     */
    static final int MAX_WAITING = 16;

    private static final int FIRST_CAPACITY = 2;
    private static final long[] NONE = {};

    private final HeartbeatSettings settings;
    private final ConnectionQuality quality;
    private long nextPingNanos;
    /** Ids go from 1; every ping up to this one was answered or passed over. */
    private long settledId;

    private long lastId;
    /** Pings up to this one have been judged by {@link ConnectionQuality}. */
    private long judgedId;
    /** When each ping that waits was sent: at the index of its id modulo the length. */
    private long[] sentNanos = NONE;

    /**
     * Of the grade when the peer was last known to live. Lost pongs make a dying connection poor,
     * which must not give it twice the time to die.
     */
    private int timeoutFactor;

    /** Of the last pong that answered a ping. */
    private long rttNanos;

    private boolean over;

    public BotHeartbeat(
            HeartbeatSettings settings,
            ConnectionQuality quality,
            long nowNanos,
            RandomGenerator random) {
        this.settings = settings;
        this.quality = quality;
        this.nextPingNanos = nowNanos
                + random.nextLong(
                        settings.firstPingLeastNanos(), settings.firstPingMostNanos() + 1);
    }

    /** When {@link #timer} has something to do. */
    public long nextDeadlineNanos() {
        if (over) {
            return NEVER;
        }
        if (waiting() == 0) {
            return nextPingNanos;
        }
        long zombieNanos = zombieNanos();
        return waiting() == MAX_WAITING ? zombieNanos : Math.min(nextPingNanos, zombieNanos);
    }

    /** Does what is due by {@code nowNanos}; early or repeated calls are harmless. */
    public void timer(long nowNanos, HeartbeatOutputs out) {
        if (over) {
            return;
        }
        if (nowNanos - nextDeadlineNanos() >= settings.intervalNanos()) {
            // Our own timer slept through a whole interval (a stopped process, a suspended
            // machine): the peer's pongs may be waiting unread.
            excuse();
        }
        if (waiting() > 0 && nowNanos >= zombieNanos()) {
            over = true;
            out.zombie(nowNanos - sentNanos(settledId + 1));
            return;
        }
        if (nowNanos >= nextPingNanos && waiting() < MAX_WAITING) {
            if (judgedId < lastId) {
                judgedId = lastId;
                quality.lost();
            }
            if (waiting() == 0) {
                timeoutFactor = quality.grade().pongTimeoutFactor();
            }
            remember(++lastId, nowNanos);
            // Counted from now, not from when it was due: a late timer makes no burst of pings.
            nextPingNanos = nowNanos
                    + Math.max(1, settings.intervalNanos() / quality.grade().pingIntervalDivisor());
            out.sendPing(lastId);
        }
    }

    /**
     * A pong arrived.
     *
     * @return whether it answered a ping that was waiting
     */
    public boolean pong(long id, long nowNanos) {
        if (over || id <= settledId || id > lastId) {
            return false;
        }
        rttNanos = nowNanos - sentNanos(id);
        settledId = id;
        if (id > judgedId) {
            judgedId = id;
            quality.answered(rttNanos);
        } else {
            quality.answeredLate(rttNanos);
        }
        timeoutFactor = quality.grade().pongTimeoutFactor();
        return true;
    }

    /**
     * Forgets the pings that wait: it is us who did not read, so nothing is known of the peer. Neither
     * lost nor answered, they say nothing of its quality.
     */
    public void excuse() {
        settledId = lastId;
        judgedId = lastId;
    }

    /** How long the last pong took that answered a ping; 0 before the first. */
    public long rttNanos() {
        return rttNanos;
    }

    /** Pings that have neither been answered nor passed over. */
    public int waiting() {
        return (int) (lastId - settledId);
    }

    /** Whether the connection was given up. */
    public boolean isZombie() {
        return over;
    }

    private long zombieNanos() {
        return sentNanos(settledId + 1) + settings.timeoutNanos() * timeoutFactor;
    }

    private long sentNanos(long id) {
        return sentNanos[(int) (id % sentNanos.length)];
    }

    private void remember(long id, long nowNanos) {
        if (waiting() > sentNanos.length) {
            int capacity = Math.max(FIRST_CAPACITY, 2 * sentNanos.length);
            long[] larger = new long[capacity];
            for (long waitingId = settledId + 1; waitingId < id; waitingId++) {
                larger[(int) (waitingId % capacity)] = sentNanos(waitingId);
            }
            sentNanos = larger;
        }
        sentNanos[(int) (id % sentNanos.length)] = nowNanos;
    }
}
