package io.holdfast.protocol.drain;

import io.holdfast.protocol.drain.DrainInput.Gone;
import io.holdfast.protocol.drain.DrainInput.How;
import io.holdfast.protocol.drain.DrainInput.Origin;
import io.holdfast.protocol.drain.DrainInput.Start;
import io.holdfast.protocol.drain.DrainInput.Tick;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** Drives a drain with a punctual clock and keeps what it asked for, with the time of each. */
final class DrainHarness {
    record Timed(long nanos, DrainOutput output) {}

    static final long START_NANOS = 7_000_000_000L;

    final Drain drain;
    final List<Timed> log = new ArrayList<>();
    private long nowNanos = START_NANOS;

    DrainHarness(DrainSettings settings) {
        this.drain = new Drain(settings);
    }

    /** Fleets of the given sizes; ids of dialect d begin at d × 1,000,000. */
    static List<long[]> fleets(int... sizes) {
        List<long[]> fleets = new ArrayList<>();
        for (int dialect = 0; dialect < sizes.length; dialect++) {
            long first = dialect * 1_000_000L;
            fleets.add(LongStream.range(first, first + sizes[dialect]).toArray());
        }
        return fleets;
    }

    /** A dialect with a closing grace of 2 s. */
    static DialectDrain dialect(String name, int timeoutSeconds, int reconnectBaseSeconds) {
        return new DialectDrain(
                name,
                Duration.ofSeconds(timeoutSeconds),
                reconnectBaseSeconds,
                Duration.ofSeconds(2));
    }

    static DrainSettings settings(DialectDrain... dialects) {
        return DrainSettings.DEFAULT.withDialects(List.of(dialects));
    }

    DrainHarness start(Origin origin, int... sizes) {
        input(new Start("drain-1", "maintenance", origin, fleets(sizes)));
        return this;
    }

    void input(DrainInput input) {
        drain.handle(input, nowNanos, output -> log.add(new Timed(nowNanos, output)));
    }

    void gone(long id) {
        input(new Gone(id, How.LEFT));
    }

    /** Ticks at every deadline up to the moment so many seconds after the start. */
    void runTo(double secondsAfterStart) {
        long target = START_NANOS + (long) (secondsAfterStart * 1e9);
        while (drain.nextDeadlineNanos() <= target) {
            nowNanos = Math.max(nowNanos, drain.nextDeadlineNanos());
            input(new Tick());
        }
        nowNanos = target;
    }

    /** Moves the clock without a tick. */
    void sleepTo(double secondsAfterStart) {
        nowNanos = START_NANOS + (long) (secondsAfterStart * 1e9);
    }

    <T extends DrainOutput> List<T> all(Class<T> kind) {
        return log.stream()
                .map(Timed::output)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    /** Seconds after the start of each output of a kind. */
    <T extends DrainOutput> List<Double> timesOf(Class<T> kind) {
        return log.stream()
                .filter(timed -> kind.isInstance(timed.output()))
                .map(timed -> (timed.nanos() - START_NANOS) / 1e9)
                .toList();
    }

    List<Long> toldIds() {
        return all(DrainOutput.Tell.class).stream().map(DrainOutput.Tell::id).toList();
    }

    Verdict verdict() {
        return all(DrainOutput.Finished.class).getFirst().verdict();
    }

    int exitStatus() {
        return all(DrainOutput.Finished.class).getFirst().exitStatus();
    }
}
