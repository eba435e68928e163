package io.holdfast.server.dialect.bot;

import io.holdfast.protocol.quality.BotHeartbeat;
import io.holdfast.protocol.quality.ConnectionQuality;
import io.holdfast.protocol.quality.Grade;
import io.holdfast.protocol.quality.HeartbeatOutputs;
import io.holdfast.protocol.quality.QualitySnapshot;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What is watched of one bot's connection: its pongs, its quality, and whether a message that it began
 * goes on. Belongs to the connection's loop, but for {@link #quality}.
 */
final class Pulse {
    /** What is to be done. */
    enum Due {
        NOTHING,
        /** To be sent with {@link Pulse#pingId}. */
        PING,
        ZOMBIE,
        /** The rest of a message did not come. */
        HALF_A_MESSAGE
    }

    private static final long NEVER = BotHeartbeat.NEVER;
    /** Nanoseconds; a quality that others see is made anew at most so often. */
    private static final long REFRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final BotDialect dialect;
    private final ConnectionQuality quality;
    private final BotHeartbeat heartbeat;
    private Grade counted = Grade.GOOD;
    private volatile @Nullable QualitySnapshot shown;
    private long shownAtNanos;
    private long lastBytesNanos;
    /** When to look whether a message was begun and not finished; NEVER when nothing came lately. */
    private long idleLookNanos = NEVER;

    private long pingId;
    private Due due = Due.NOTHING;

    Pulse(BotDialect dialect, long nowNanos, RandomGenerator random) {
        this.dialect = dialect;
        this.quality = new ConnectionQuality(nowNanos);
        this.heartbeat = new BotHeartbeat(dialect.heartbeat(), quality, nowNanos, random);
        dialect.grades().changed(null, counted);
        show(nowNanos);
    }

    /** The connection has ended. */
    void end() {
        dialect.grades().changed(counted, null);
    }

    long nextDeadlineNanos() {
        return Math.min(heartbeat.nextDeadlineNanos(), idleLookNanos);
    }

    /**
     * Time passed: what is due first.
     *
     * @param deaf whether it is us who do not read: then silence says nothing about the bot
     * @param midMessage whether a part of a message is there
     */
    Due timer(long nowNanos, boolean deaf, boolean midMessage) {
        due = Due.NOTHING;
        if (deaf) {
            heartbeat.excuse();
            lastBytesNanos = nowNanos;
        }
        heartbeat.timer(nowNanos, new HeartbeatOutputs() {
            @Override
            public void sendPing(long id) {
                pingId = id;
                due = Due.PING;
            }

            @Override
            public void zombie(long waitedNanos) {
                due = Due.ZOMBIE;
            }
        });
        if (due == Due.NOTHING && nowNanos >= idleLookNanos) {
            long idle = dialect.readIdleNanos();
            if (!midMessage) {
                idleLookNanos = NEVER;
            } else if (nowNanos - lastBytesNanos >= idle) {
                due = Due.HALF_A_MESSAGE;
            } else {
                idleLookNanos = lastBytesNanos + idle;
            }
        }
        grade(nowNanos);
        return due;
    }

    /** Of the ping that is due. */
    long pingId() {
        return pingId;
    }

    void pong(long id, long nowNanos) {
        if (heartbeat.pong(id, nowNanos)) {
            dialect.roundTrip(heartbeat.rttNanos());
            grade(nowNanos);
        }
    }

    /** Says whether {@link #nextDeadlineNanos} has changed. */
    boolean bytesReceived(int bytes, long nowNanos) {
        quality.received(bytes, nowNanos);
        lastBytesNanos = nowNanos;
        showIfOld(nowNanos);
        if (idleLookNanos != NEVER) {
            return false;
        }
        idleLookNanos = nowNanos + dialect.readIdleNanos();
        return true;
    }

    void bytesSent(int bytes, long nowNanos) {
        quality.sent(bytes, nowNanos);
        showIfOld(nowNanos);
    }

    void messageReceived() {
        quality.messageReceived();
    }

    void messagesSent(int messages) {
        quality.messagesSent(messages);
    }

    /** Whether it is sent what it could do without. */
    boolean takesLowTraffic() {
        return quality.grade().lowTraffic();
    }

    /** Any thread; may lag by a second. */
    @Nullable
    QualitySnapshot quality() {
        return shown;
    }

    private void grade(long nowNanos) {
        if (quality.grade() != counted) {
            dialect.grades().changed(counted, quality.grade());
            counted = quality.grade();
        }
        show(nowNanos);
    }

    private void showIfOld(long nowNanos) {
        if (nowNanos - shownAtNanos >= REFRESH_NANOS) {
            show(nowNanos);
        }
    }

    private void show(long nowNanos) {
        shownAtNanos = nowNanos;
        shown = quality.snapshot();
    }
}
