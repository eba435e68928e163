package io.holdfast.protocol.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.protocol.breaker.BreakerState.Closed;
import io.holdfast.protocol.breaker.BreakerState.HalfOpen;
import io.holdfast.protocol.breaker.BreakerState.Open;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random overlapping calls, against the list of all that happened: when the circuit last changed is
 * looked up there, and what began before that does not count.
 */
class CircuitBreakerModelTest {
    private static final int FAILURES = 3;
    private static final long OPEN = 100;
    private static final int STEPS = 100_000;

    private record Call(long ticket, int startedInEra) {}

    private final List<Call> running = new ArrayList<>();
    private final List<String> changes = new ArrayList<>();
    private int opened;
    private long now;
    /** Counts the changes of the circuit, and the trials that were lost. */
    private int era;

    private int failuresInARow;
    private boolean closed = true;
    private boolean trialRunning;
    private long nextAtNanos;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void agreesWithAPlainAccountOfTheRules(long seed) {
        Random random = new Random(seed);
        CircuitBreaker breaker = new CircuitBreaker(
                new BreakerSettings(FAILURES, OPEN),
                (from, to, reason) -> changes.add(from.label() + to.label()));
        int expectedChanges = 0;
        for (int step = 0; step < STEPS; step++) {
            String where = "seed %d step %d".formatted(seed, step);
            now += random.nextInt(20);
            boolean wasClosed = closed;
            boolean wasTrial = trialRunning;
            if (running.isEmpty() || random.nextInt(100) < 45) {
                start(breaker, where);
            } else {
                end(breaker, running.remove(random.nextInt(running.size())), random.nextInt(5));
            }
            expectedChanges += wasClosed != closed || wasTrial != trialRunning ? 1 : 0;
            assertThat(breaker.state()).as(where).isEqualTo(expected());
            assertThat(changes).as(where).hasSize(expectedChanges);
        }
        assertThat(opened).isGreaterThan(100);
    }

    private BreakerState expected() {
        return closed
                ? new Closed(failuresInARow)
                : trialRunning ? new HalfOpen(nextAtNanos) : new Open(nextAtNanos);
    }

    private void start(CircuitBreaker breaker, String where) {
        boolean through = closed || now >= nextAtNanos;
        long expectedWait = through ? 0 : nextAtNanos - now;
        assertThat(breaker.nanosUntilCall(now)).as(where).isEqualTo(expectedWait);
        long ticket = breaker.tryCall(now);
        assertThat(ticket != CircuitBreaker.REFUSED).as(where).isEqualTo(through);
        if (through && !closed) {
            trialRunning = true;
            nextAtNanos = now + OPEN;
            era++;
        }
        if (through) {
            running.add(new Call(ticket, era));
        }
    }

    private void end(CircuitBreaker breaker, Call call, int outcome) {
        boolean counts = call.startedInEra == era && (closed || trialRunning);
        switch (outcome) {
            case 0, 1 -> {
                breaker.succeeded(call.ticket);
                if (counts) {
                    failuresInARow = 0;
                    era += closed ? 0 : 1;
                    closed = true;
                    trialRunning = false;
                }
            }
            case 2 -> {
                breaker.cancelled(call.ticket, now);
                if (counts && trialRunning) {
                    open(now);
                }
            }
            default -> {
                breaker.failed(call.ticket, now);
                if (counts && (trialRunning || ++failuresInARow == FAILURES)) {
                    open(now + OPEN);
                }
            }
        }
    }

    private void open(long untilNanos) {
        closed = false;
        trialRunning = false;
        nextAtNanos = untilNanos;
        opened++;
        era++;
    }
}
