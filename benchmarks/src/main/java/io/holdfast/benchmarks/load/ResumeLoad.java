package io.holdfast.benchmarks.load;

import java.time.Duration;

/**
 * One client that resumes again and again, each time from the place where it first was: connect,
 * hello, everything missed, close; then the next. What is counted are resumes; their latency is
 * from the connect to the last message that was missed.
 */
public final class ResumeLoad extends Load implements ConnectionListener {
    private static final Duration FIRST_LIMIT = Duration.ofSeconds(30);
    private static final int NORMAL_CLOSE = 1000;

    private final int missed;
    private final int payloadBytes;
    private final ExpectedMessage delivery = new ExpectedMessage(Sequenced::isInLobby);
    private ResumePosition position = new ResumePosition("", "", 0);
    private Phase phase = Phase.IDLE;
    private boolean running;
    private long startedNanos;
    /** Missed messages that this resume has yet to bring. */
    private int left;

    private enum Phase {
        IDLE,
        AWAITING_ANSWER,
        RECOVERING,
        CLOSING
    }

    public ResumeLoad(int missed, int payloadBytes) {
        this.missed = missed;
        this.payloadBytes = payloadBytes;
    }

    @Override
    public void prepare(Generator generator) {
        position = AwaySessions.make(generator, 1).getFirst();
        AckedPublisher.publish(generator, missed, payloadBytes);
        resume(generator);
        await(generator, this::finished, FIRST_LIMIT, "complete first resume");
        if (unexpected() > 0) {
            throw new IllegalStateException("The first resume did not bring exactly the " + missed
                    + " messages that were missed.");
        }
        latency().reset();
        completed = 0;
        generator.atEndOfTurn(() -> {
            if (running && phase == Phase.IDLE) {
                resume(generator);
            }
        });
    }

    private void resume(Generator generator) {
        phase = Phase.AWAITING_ANSWER;
        left = missed;
        startedNanos = System.nanoTime();
        generator.connect(0, AwaySessions.path(0), this).captureData(true);
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean finished() {
        return phase == Phase.IDLE;
    }

    /** Of a resume that came to no end; at least 1 then. */
    @Override
    public long missing() {
        return phase == Phase.IDLE ? 0 : Math.max(1, left);
    }

    @Override
    public int payloadBytes() {
        return delivery.payloadBytes();
    }

    @Override
    public void opened(Connection connection) {
        connection.send(position.hello());
    }

    @Override
    public void message(Connection connection, int length, long nowNanos) {
        switch (phase) {
            case AWAITING_ANSWER -> answered(connection, nowNanos);
            case RECOVERING -> recovered(connection, length, nowNanos);
            case IDLE, CLOSING -> {} // Presence may still come: not what is measured.
        }
    }

    private void answered(Connection connection, long nowNanos) {
        String payload = connection.payload();
        if (!ResumeAnswer.isOne(payload) || !ResumeAnswer.of(payload).isComplete(missed)) {
            throw new IllegalStateException("This resume should have restored the session and"
                    + " recovered " + missed + " messages: " + payload);
        }
        position = position.renewed(payload);
        phase = Phase.RECOVERING;
        finishIfComplete(connection, nowNanos);
    }

    /** Reads the first and the last message; those between are told by their length. */
    private void recovered(Connection connection, int length, long nowNanos) {
        boolean read = left == missed || left == 1;
        boolean right =
                read ? delivery.learn(connection.payload(), length) : delivery.matches(length);
        if (!right) {
            unexpected++;
            return;
        }
        long seq = position.seq() + missed - left + 1;
        if (read && Sequenced.seqInLobby(connection.payload()) != seq) {
            unexpected++;
        }
        left--;
        connection.captureData(left == 1);
        finishIfComplete(connection, nowNanos);
    }

    private void finishIfComplete(Connection connection, long nowNanos) {
        if (left == 0) {
            completed++;
            record(nowNanos - startedNanos);
            phase = Phase.CLOSING;
            connection.captureData(false);
            connection.close(NORMAL_CLOSE);
        }
    }

    @Override
    public void closed(Connection connection, int code) {
        if (phase != Phase.CLOSING || code != NORMAL_CLOSE) {
            countBroken();
        }
        phase = Phase.IDLE;
    }
}
