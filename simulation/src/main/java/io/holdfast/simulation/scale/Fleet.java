package io.holdfast.simulation.scale;

import io.holdfast.protocol.client.ClientSettings;
import io.holdfast.protocol.drain.DialectDrain;
import io.holdfast.protocol.drain.Drain;
import io.holdfast.protocol.drain.DrainInput;
import io.holdfast.protocol.drain.DrainOutput;
import io.holdfast.protocol.drain.DrainSettings;
import io.holdfast.protocol.drain.DrainState;
import io.holdfast.protocol.reconnect.Decision;
import io.holdfast.protocol.reconnect.Ending;
import io.holdfast.protocol.reconnect.Preset;
import io.holdfast.protocol.reconnect.Reconnect;
import io.holdfast.protocol.reconnect.ServerAdvice;
import io.holdfast.simulation.world.Randoms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A million modelled clients on ten servers that are drained one after the other: the real
 * {@link Drain} paces and advises, the real {@link Reconnect} decides when each client comes back.
 * Nothing is sent; what is counted is who arrives when, and who waits for a handshake.
 */
final class Fleet {
    static final int SERVERS = 10;
    static final int CLIENTS = 1_000_000;
    /** Handshakes with TLS that the servers that stay take in a second, all together. */
    static final int HANDSHAKES_PER_SECOND = 4_500;

    /** Until a server that has stopped is back. */
    private static final int RESTART_SECONDS = 20;

    private static final long SECOND = 1_000_000_000L;
    /** More than any drain needs: one for each 10 ms of an hour. */
    private static final long MAX_TURNS = 360_000;

    private static final long LONG_UP = Duration.ofHours(1).toNanos();

    /** When clients go that were told. */
    enum Leaving {
        AT_ONCE,
        WITHIN_A_MINUTE,
        WHEN_CLOSED
    }

    /** One deploy, second by second. */
    record Course(
            int drainRate,
            Leaving leaving,
            int[] arrivals,
            int peakOfOneDrain,
            int[] queue,
            int[] connections,
            int secondsToEmptyFirst,
            int seconds) {

        int peakArrivals() {
            return Arrays.stream(arrivals).max().orElse(0);
        }

        /** The most in any ten seconds, for each second of them. */
        double peakOverTenSeconds() {
            double most = 0;
            long sum = 0;
            for (int i = 0; i < arrivals.length; i++) {
                sum += arrivals[i] - (i >= 10 ? arrivals[i - 10] : 0);
                most = Math.max(most, sum / 10.0);
            }
            return most;
        }

        int longestQueue() {
            return Arrays.stream(queue).max().orElse(0);
        }
    }

    private final Randoms random;
    private final Leaving leaving;
    private final int drainRate;
    private final boolean paced;
    private List<DialectDrain> dialects = List.of(DialectDrain.ROOMS);
    private int[] arrivals = new int[4_096];
    private int[] departures = new int[4_096];

    /** Departures of clients in the order in which they go. */
    private record Going(long atNanos, long id, int reconnectAfter) {}

    private Fleet(int drainRate, Leaving leaving, boolean paced, long seed) {
        this.drainRate = drainRate;
        this.leaving = leaving;
        this.paced = paced;
        this.random = new Randoms(seed);
    }

    /** Ten servers, one after the other. */
    static Course deploy(int drainRate, Leaving leaving) {
        return new Fleet(drainRate, leaving, true, 1).run();
    }

    /** One server alone. */
    static Course one(int drainRate, int clients, Leaving leaving, List<DialectDrain> dialects) {
        Fleet fleet = new Fleet(drainRate, leaving, true, 1);
        fleet.dialects = dialects;
        int took = fleet.drain(clients, 0);
        int peak = Arrays.stream(fleet.arrivals).max().orElse(0);
        int[] none = {};
        return new Course(drainRate, leaving, fleet.arrivals, peak, none, none, took, took);
    }

    /** The same without pacing and without advice: everybody is told 1001 in one instant. */
    static Course unpaced() {
        return new Fleet(1, Leaving.AT_ONCE, false, 1).run();
    }

    private Course run() {
        int[] on = new int[SERVERS];
        Arrays.fill(on, CLIENTS / SERVERS);
        int second = 0;
        int first = 0;
        int peak = 0;
        List<Integer> onFirst = new ArrayList<>();
        for (int server = 0; server < SERVERS; server++) {
            int fleet = on[server];
            departures = new int[4_096];
            int took = paced ? drain(fleet, second) : drop(fleet, second);
            first = server == 0 ? took : first;
            // Nobody but the first server's clients has been sent away yet.
            peak = server == 0 ? Arrays.stream(arrivals).max().orElse(0) : peak;
            int left = fleet;
            for (int i = 0; i < took + RESTART_SECONDS; i++) {
                left -= i < departures.length ? departures[i] : 0;
                onFirst.add(server == 0 ? left : on[0]);
            }
            on[server] = 0;
            for (int other = 0; other < SERVERS; other++) {
                on[other] += other == server ? 0 : fleet / (SERVERS - 1);
            }
            second += took + RESTART_SECONDS;
        }
        int[] arriving = Arrays.copyOf(arrivals, lastArrival() + 60);
        int[] connections = onFirst.stream().mapToInt(Integer::intValue).toArray();
        return new Course(
                paced ? drainRate : 0,
                leaving,
                arriving,
                peak,
                queue(arriving),
                connections,
                first,
                second);
    }

    private int lastArrival() {
        int last = arrivals.length - 1;
        while (last > 0 && arrivals[last] == 0) {
            last--;
        }
        return last;
    }

    /** Who has arrived and not been shaken hands with. */
    private static int[] queue(int[] arriving) {
        int[] queue = new int[arriving.length];
        int waiting = 0;
        for (int i = 0; i < arriving.length; i++) {
            waiting = Math.max(0, waiting + arriving[i] - HANDSHAKES_PER_SECOND);
            queue[i] = waiting;
        }
        return queue;
    }

    /** Runs the real drain of so many clients; says how many seconds it took. */
    private int drain(int clients, int startSecond) {
        DrainSettings settings =
                DrainSettings.DEFAULT.withDrainRate(drainRate).withDialects(dialects);
        Drain machine = new Drain(settings);
        List<long[]> ids = new ArrayList<>();
        int each = clients / dialects.size();
        for (int dialect = 0; dialect < dialects.size(); dialect++) {
            long first = (long) dialect * each;
            ids.add(LongStream.range(first, first + each).toArray());
        }
        PriorityQueue<Going> going = new PriorityQueue<>((a, b) -> a.atNanos != b.atNanos
                ? Long.compare(a.atNanos, b.atNanos)
                : Long.compare(a.id, b.id));
        int[] advice = new int[clients];
        long[] now = {0};
        boolean[] finished = {false};
        List<DrainInput> next = new ArrayList<>();
        next.add(new DrainInput.Start("d", "deploy", DrainInput.Origin.SIGNAL, ids));
        for (long turns = 0; !finished[0]; turns++) {
            if (turns > MAX_TURNS) {
                throw new IllegalStateException("A drain of " + clients
                        + " clients has not ended after " + turns + " turns.");
            }
            for (DrainInput input : List.copyOf(next)) {
                machine.handle(input, now[0], out -> perform(out, now[0], going, advice, finished));
            }
            next.clear();
            if (machine.state() instanceof DrainState.Storing) {
                next.add(new DrainInput.StoreDone(true));
                continue;
            }
            long due = machine.nextDeadlineNanos();
            Going soonest = going.peek();
            if (soonest != null && soonest.atNanos <= due) {
                now[0] = soonest.atNanos;
                for (Going one = going.peek();
                        one != null && one.atNanos <= now[0];
                        one = going.peek()) {
                    going.remove();
                    goes(one, startSecond);
                    next.add(new DrainInput.Gone(one.id, DrainInput.How.LEFT));
                }
            } else if (due != Drain.NEVER) {
                now[0] = due;
                next.add(new DrainInput.Tick());
            }
        }
        return (int) Math.ceilDiv(now[0], SECOND);
    }

    private void perform(
            DrainOutput out,
            long now,
            PriorityQueue<Going> going,
            int[] advice,
            boolean[] finished) {
        switch (out) {
            case DrainOutput.Tell tell -> {
                advice[(int) tell.id()] = tell.reconnectAfterSeconds();
                long stays = switch (leaving) {
                    case AT_ONCE -> 0;
                    case WITHIN_A_MINUTE -> random.upTo(60 * SECOND);
                    case WHEN_CLOSED -> -1;
                };
                if (stays >= 0) {
                    going.add(new Going(now + stays, tell.id(), tell.reconnectAfterSeconds()));
                }
            }
            case DrainOutput.Close close ->
                going.add(new Going(now, close.id(), advice[(int) close.id()]));
            case DrainOutput.Finished ignored -> finished[0] = true;
            default -> {}
        }
    }

    private void goes(Going one, int startSecond) {
        Duration after = Duration.ofSeconds(one.reconnectAfter);
        count(one.atNanos, startSecond, ServerAdvice.after(after));
    }

    /** Everybody in one instant: what a deploy without a drain is. */
    private int drop(int clients, int startSecond) {
        for (int i = 0; i < clients; i++) {
            count(0, startSecond, null);
        }
        return 1;
    }

    private void count(long leftNanos, int startSecond, @Nullable ServerAdvice advice) {
        Reconnect reconnect =
                new Reconnect(ClientSettings.of(Preset.FEED.policy()).reconnect(), random);
        Decision decision = reconnect.ended(
                new Ending.Closed(1001, ""),
                advice == null ? ServerAdvice.NONE : advice,
                LONG_UP,
                leftNanos);
        int left = (int) (leftNanos / SECOND);
        departures = counted(departures, left);
        if (decision instanceof Decision.Retry again) {
            int arrives = (int) ((leftNanos + again.delayNanos()) / SECOND);
            arrivals = counted(arrivals, startSecond + arrives);
        }
    }

    private static int[] counted(int[] table, int second) {
        int[] grown = second < table.length
                ? table
                : Arrays.copyOf(table, Math.max(second + 1, 2 * table.length));
        grown[second]++;
        return grown;
    }
}
