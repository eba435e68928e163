package io.holdfast.benchmarks.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Every client of a server that was restarted comes back as fast as the server answers. Each must
 * find its session, get every message of the lobby that it missed once and in order and its one
 * personal message, and then what is published from now on.
 */
public final class ResumeStorm implements ConnectionListener {
    /** Below every server's listen backlog, and more than it can answer at a time. */
    private static final int MAX_UNDER_WAY = 128;

    private static final Duration PROGRESS_LIMIT = Duration.ofSeconds(30);
    private static final int NORMAL_CLOSE = 1000;
    private static final long NEVER = Long.MIN_VALUE;
    private static final double NANOS_PER_SECOND = 1e9;

    private final List<ResumePosition> positions;
    private final List<ResumePosition> renewed;
    private final int missed;
    private final Connection[] connections;
    private final boolean[] answered;
    private final long[] lastSeq;
    private final boolean[] personal;
    private final long[] startedNanos;
    private final long[] doneNanos;
    private int started;
    private int done;
    private int restored;
    private int live;
    private long unexpected;
    private int broken;
    private boolean leaving;
    private int left;

    /**
     * @param missed messages of the lobby since the positions were taken; with one personal message
     *     for each client
     */
    public ResumeStorm(List<ResumePosition> positions, int missed) {
        int sessions = positions.size();
        this.positions = positions;
        this.renewed = new ArrayList<>(positions);
        this.missed = missed;
        connections = new Connection[sessions];
        answered = new boolean[sessions];
        personal = new boolean[sessions];
        lastSeq = positions.stream().mapToLong(ResumePosition::seq).toArray();
        startedNanos = new long[sessions];
        doneNanos = new long[sessions];
        Arrays.fill(doneNanos, NEVER);
    }

    /** Returns when everybody is back, or when nothing has moved for a while. */
    public void run(Generator generator) {
        for (int index = 0; index < connections.length; index++) {
            if (!generator.runUntil(
                    () -> started - done - broken < MAX_UNDER_WAY, PROGRESS_LIMIT)) {
                return;
            }
            started++;
            startedNanos[index] = System.nanoTime();
            connections[index] = generator.connect(index, AwaySessions.path(index), this);
            connections[index].captureData(true);
        }
        generator.runUntil(() -> done + broken == connections.length, PROGRESS_LIMIT);
    }

    /** One more message in the lobby must reach everybody who is back. */
    public void publishLive(Generator generator, int payloadBytes) {
        AckedPublisher.publish(generator, 1, payloadBytes);
        generator.runUntil(() -> live == done, PROGRESS_LIMIT);
    }

    /**
     * Everybody closes; then the next storm can begin, from the same places. What was published
     * live is missed by it too.
     */
    public List<ResumePosition> leave(Generator generator) {
        leaving = true;
        Arrays.stream(connections).forEach(connection -> connection.close(NORMAL_CLOSE));
        generator.runUntil(() -> left == connections.length, PROGRESS_LIMIT);
        return renewed;
    }

    @Override
    public void opened(Connection connection) {
        connection.send(positions.get(connection.index()).hello());
    }

    @Override
    public void message(Connection connection, int payloadLength, long nowNanos) {
        int index = connection.index();
        String payload = connection.payload();
        if (ResumeAnswer.isOne(payload)) {
            answered[index] = true;
            renewed.set(index, positions.get(index).renewed(payload));
            restored += ResumeAnswer.of(payload).isComplete(missed) ? 1 : 0;
        } else if (Sequenced.isInLobby(payload)) {
            inLobby(index, Sequenced.seqInLobby(payload));
        } else if (Sequenced.isPersonal(payload)) {
            unexpected += personal[index] ? 1 : 0;
            personal[index] = true;
        } else if (payload.startsWith("{\"type\":\"error\"")
                || payload.startsWith("{\"type\":\"gap\"")) {
            unexpected++;
        }
        if (doneNanos[index] == NEVER && isDone(index)) {
            doneNanos[index] = nowNanos;
            done++;
        }
    }

    private void inLobby(int index, long seq) {
        if (!answered[index] || seq != lastSeq[index] + 1) {
            unexpected++;
            return;
        }
        lastSeq[index] = seq;
        live += doneNanos[index] == NEVER ? 0 : 1;
    }

    private boolean isDone(int index) {
        return answered[index]
                && personal[index]
                && lastSeq[index] == positions.get(index).seq() + missed;
    }

    @Override
    public void closed(Connection connection, int code) {
        if (leaving) {
            left++;
        } else if (doneNanos[connection.index()] == NEVER) {
            broken++;
        } else {
            unexpected++;
        }
    }

    /** What happened, once {@link #run} has returned. */
    public Outcome outcome() {
        long[] finished =
                Arrays.stream(doneNanos).filter(at -> at != NEVER).sorted().toArray();
        Histogram latency = new Histogram(Duration.ofMinutes(10).toNanos(), 3);
        long lost = 0;
        for (int index = 0; index < connections.length; index++) {
            long got = lastSeq[index] - positions.get(index).seq();
            lost += Math.max(0, missed - got) + (personal[index] ? 0 : 1);
            if (doneNanos[index] != NEVER) {
                latency.recordValue(doneNanos[index] - startedNanos[index]);
            }
        }
        return new Outcome(
                connections.length,
                done,
                restored,
                lost,
                live,
                unexpected,
                broken,
                rate(finished, startedNanos[0], finished.length),
                finished.length < 2
                        ? Double.NaN
                        : rate(finished, finished[(finished.length - 1) / 2], finished.length / 2),
                latency.getValueAtPercentile(50) / 1e6,
                latency.getValueAtPercentile(99) / 1e6);
    }

    private static double rate(long[] finished, long sinceNanos, int count) {
        return count == 0
                ? Double.NaN
                : count * NANOS_PER_SECOND / (finished[finished.length - 1] - sinceNanos);
    }

    /**
     * What the clients saw.
     *
     * @param resumed clients that got an answer and everything they had missed
     * @param restored whose answer said that the session is the old one and nothing is a gap
     * @param lost missed messages that did not come
     * @param live clients that got the message published after the storm
     * @param unexpected duplicates, messages out of order, errors, gaps, closes afterwards
     * @param broken connections that ended before their resume was complete
     * @param perSecond resumes, from the first connect to the last complete resume
     * @param lastHalfPerSecond of the later half alone: the server's code is compiled by then
     * @param p50Millis from a client's connect to the last message that it had missed
     */
    public record Outcome(
            int sessions,
            int resumed,
            int restored,
            long lost,
            int live,
            long unexpected,
            int broken,
            double perSecond,
            double lastHalfPerSecond,
            double p50Millis,
            double p99Millis) {
        /** 0 when everybody is back and everything was there. */
        public long faults() {
            return (sessions - resumed)
                    + (long) (sessions - restored)
                    + (sessions - live)
                    + lost
                    + unexpected
                    + broken;
        }
    }
}
