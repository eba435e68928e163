package io.holdfast.benchmarks.storm;

import io.holdfast.protocol.reconnect.Preset;

import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * What a fleet has done, counted. Moments are {@link System#nanoTime}.
 *
 * @param drained rather than killed
 * @param exitNanos of the old server: whoever is connected later is connected to the new one
 */
public record Returns(
        Fleet fleet, boolean drained, long signalNanos, long exitNanos, long readyNanos) {

    /**
     * @param logged arrivals by the new server's log
     * @param counted by its metric
     * @param published by member
     */
    public Outcome outcome(
            Preset preset, List<Long> logged, long counted, int[] published, int failed) {
        long origin = originNanos();
        long[] arrivals = fleet.members().stream()
                .map(member -> member.connectedAfter(exitNanos))
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .toArray();
        long last = LongStream.of(arrivals).map(at -> at - origin).max().orElse(0);
        PerSecond expected = drained
                ? Expected.told(fleet, origin)
                : Expected.backingOff(preset, fleet.size(), readyNanos - origin);
        long heard = 0;
        for (int i = 0; i < published.length; i++) {
            Member member = fleet.members().get(i);
            heard += Math.min(member.next(), published[i]) - member.skipped();
        }
        long sent = LongStream.range(0, published.length)
                .map(i -> published[(int) i])
                .sum();
        return new Outcome(
                fleet.size(),
                expected,
                PerSecond.of(origin, LongStream.of(arrivals)),
                PerSecond.of(origin, logged.stream().mapToLong(Long::longValue)),
                counted,
                arrivals.length,
                sum(member -> Math.max(0, member.connectionsAfter(exitNanos) - 1)),
                seconds(readyNanos - origin),
                seconds(last),
                outages(),
                sent,
                sent - heard,
                sum(Member::repeated),
                sum(Member::gaps),
                failed);
    }

    private interface Count {
        long of(Member member);
    }

    private long sum(Count count) {
        return fleet.members().stream().mapToLong(count::of).sum();
    }

    /** The first client told, by which the server counts its seconds too; or the kill. */
    private long originNanos() {
        return fleet.members().stream()
                .flatMap(member -> member.told().stream())
                .mapToLong(Member.Told::atNanos)
                .filter(at -> drained)
                .min()
                .orElse(signalNanos);
    }

    private long[] outages() {
        return fleet.members().stream()
                .filter(member -> member.connectedAfter(exitNanos).isPresent())
                .filter(member -> member.disconnectedAfter(signalNanos).isPresent())
                .mapToLong(member -> member.connectedAfter(exitNanos).getAsLong()
                        - member.disconnectedAfter(signalNanos).getAsLong())
                .map(TimeUnit.NANOSECONDS::toMillis)
                .toArray();
    }

    private static double seconds(long nanos) {
        return nanos / (double) TimeUnit.SECONDS.toNanos(1);
    }
}
