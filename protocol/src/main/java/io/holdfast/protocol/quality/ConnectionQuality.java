package io.holdfast.protocol.quality;

import java.util.Arrays;

/**
 * What is known of one connection: round-trip times, lost pongs, traffic each way, and the
 * {@link Grade} that follows by {@link GradeRules}.
 *
 * <p>Owned by the connection's event loop, which makes all calls; others read a
 * {@link #snapshot}. {@link BotHeartbeat} reports the pings and pongs, the shell the traffic. Less
 * than 600 bytes, some 100 before the first pong.
 */
public final class ConnectionQuality {
    /** Pings whose loss is remembered: the bits of a long. */
    static final int REMEMBERED_PINGS = Long.SIZE;

    private final RttSamples samples = new RttSamples();
    private Grade grade = Grade.GOOD;
    /** One bit for each of the last pings that were judged, set when lost; the newest is bit 0. */
    private long lost;
    /** Pings that were judged, answered or lost. */
    private long judged;

    private long bytesReceived;
    private long bytesSent;
    private long messagesReceived;
    private long messagesSent;
    private long lastActivityNanos;

    /** A connection that has just been made. */
    public ConnectionQuality(long nowNanos) {
        lastActivityNanos = nowNanos;
    }

    /** Bytes arrived, on the wire's side of decompression. */
    public void received(long bytes, long nowNanos) {
        bytesReceived += bytes;
        lastActivityNanos = nowNanos;
    }

    /** Bytes went out, on the wire's side of compression. */
    public void sent(long bytes, long nowNanos) {
        bytesSent += bytes;
        lastActivityNanos = nowNanos;
    }

    public void messageReceived() {
        messagesReceived++;
    }

    public void messagesSent(int messages) {
        messagesSent += messages;
    }

    public Grade grade() {
        return grade;
    }

    /** When bytes last went either way. */
    public long lastActivityNanos() {
        return lastActivityNanos;
    }

    /** A pong came in time, before the next ping went out. */
    void answered(long rttNanos) {
        samples.add(rttNanos);
        judge(0);
    }

    /** The next ping goes out, and there was no pong for this one. */
    void lost() {
        judge(1);
    }

    /** A pong came for a ping that already counts as lost: a loss stays one, but it took time. */
    void answeredLate(long rttNanos) {
        samples.add(rttNanos);
        regrade();
    }

    /** Walks over all samples: for somebody who looks, not for each message. */
    public QualitySnapshot snapshot() {
        int count = samples.count();
        int[] values = samples.newest(count);
        long sum = 0;
        long differences = 0;
        for (int i = 0; i < count; i++) {
            sum += values[i];
            differences += i == 0 ? 0 : Math.abs((long) values[i] - values[i - 1]);
        }
        Arrays.sort(values);
        return new QualitySnapshot(
                grade,
                count,
                count == 0 ? 0 : sum / count,
                count == 0 ? 0 : RttSamples.percentile(values, 50),
                count == 0 ? 0 : RttSamples.percentile(values, 95),
                count < 2 ? 0 : differences / (count - 1),
                judged == 0 ? 0 : Long.bitCount(lost) / (double) Math.min(judged, REMEMBERED_PINGS),
                judged,
                bytesReceived,
                bytesSent,
                messagesReceived,
                messagesSent,
                lastActivityNanos);
    }

    private void judge(int lostBit) {
        lost = (lost << 1) | lostBit;
        judged++;
        regrade();
    }

    private void regrade() {
        int recentlyLost = Long.bitCount(lost & ((1L << GradeRules.GRADED_PINGS) - 1));
        grade = GradeRules.next(grade, samples.recentMedianMicros(), recentlyLost);
    }
}
