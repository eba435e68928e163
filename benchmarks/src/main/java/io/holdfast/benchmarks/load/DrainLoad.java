package io.holdfast.benchmarks.load;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Polite {@code rooms} clients in a drain: when warned, each sends one last message to itself and
 * closes with 1000. The message, its acknowledgement and the close must all come back.
 */
public final class DrainLoad implements ConnectionListener {
    private static final Pattern RECONNECT_AFTER = Pattern.compile("\"reconnect_after\":(\\d+)");
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long NEVER = Long.MIN_VALUE;
    private static final int NORMAL_CLOSE = 1000;

    private final int connections;
    private final Connection[] all;
    private final long[] toldAtNanos;
    private final long[] reconnectAfterSeconds;
    private final long[] closedAtNanos;
    private int opened;
    private int toldTwice;
    private int withoutReconnectAfter;
    private int lastMessagesBack;
    private int acknowledged;
    private int closed;
    private int closedOtherwise;

    public DrainLoad(int connections) {
        this.connections = connections;
        all = new Connection[connections];
        toldAtNanos = never(connections);
        closedAtNanos = never(connections);
        reconnectAfterSeconds = new long[connections];
    }

    private static long[] never(int length) {
        long[] times = new long[length];
        Arrays.fill(times, NEVER);
        return times;
    }

    /** Opens all connections and lets presence messages settle. */
    public void open(Generator generator, Duration settle) {
        for (int index = 0; index < connections; index++) {
            int connected = index;
            Load.await(generator, () -> connected - opened < 64, Duration.ofSeconds(30), "upgrade");
            all[index] = generator.connect(index, "/ws/d" + index, this);
        }
        Load.await(generator, () -> opened == connections, Duration.ofSeconds(30), "upgrade");
        generator.runFor(settle);
        for (Connection connection : all) {
            connection.captureData(true);
        }
    }

    public boolean finished() {
        return closed == connections;
    }

    @Override
    public void opened(Connection connection) {
        opened++;
    }

    @Override
    public void message(Connection connection, int payloadLength, long nowNanos) {
        if (all[connections - 1] == null || opened < connections) {
            return;
        }
        String payload = connection.payload();
        if (payload.contains("\"type\":\"shutdown_warning\"")) {
            told(connection, payload, nowNanos);
        } else if (payload.contains("\"type\":\"ack\"")) {
            acknowledged++;
        } else if (payload.contains("\"type\":\"direct\"")) {
            lastMessagesBack++;
        }
    }

    private void told(Connection connection, String payload, long nowNanos) {
        int index = connection.index();
        if (toldAtNanos[index] != NEVER) {
            toldTwice++;
            return;
        }
        toldAtNanos[index] = nowNanos;
        Matcher reconnect = RECONNECT_AFTER.matcher(payload);
        if (reconnect.find()) {
            reconnectAfterSeconds[index] = Long.parseLong(reconnect.group(1));
        } else {
            withoutReconnectAfter++;
        }
        connection.send(Frames.text("{\"type\":\"direct\",\"to\":\"d" + index
                + "\",\"id\":\"last\",\"data\":\"goodbye\"}"));
        connection.close(NORMAL_CLOSE);
    }

    @Override
    public void closed(Connection connection, int code) {
        closed++;
        closedAtNanos[connection.index()] = System.nanoTime();
        if (code != NORMAL_CLOSE) {
            closedOtherwise++;
        }
    }

    /** What happened, once {@link #finished} or given up. */
    public Outcome outcome() {
        long[] told = sorted(toldAtNanos, index -> toldAtNanos[(int) index]);
        long[] arrivals = sorted(
                closedAtNanos,
                index -> closedAtNanos[(int) index]
                        + reconnectAfterSeconds[(int) index] * SECOND_NANOS);
        double toldSeconds =
                told.length < 2 ? 0 : (told[told.length - 1] - told[0]) / (double) SECOND_NANOS;
        return new Outcome(
                connections,
                told.length,
                toldTwice,
                withoutReconnectAfter,
                toldSeconds,
                mostInOneSecond(told),
                mostInOneSecond(arrivals),
                lastMessagesBack,
                acknowledged,
                closed,
                closedOtherwise);
    }

    private static long[] sorted(long[] when, LongUnaryOperator value) {
        long[] values = new long[when.length];
        int count = 0;
        for (int index = 0; index < when.length; index++) {
            if (when[index] != NEVER) {
                values[count++] = value.applyAsLong(index);
            }
        }
        long[] result = Arrays.copyOf(values, count);
        Arrays.sort(result);
        return result;
    }

    private static int mostInOneSecond(long[] sortedNanos) {
        int most = 0;
        int first = 0;
        for (int last = 0; last < sortedNanos.length; last++) {
            while (sortedNanos[last] - sortedNanos[first] >= SECOND_NANOS) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }

    /**
     * What the clients saw.
     *
     * @param toldSeconds from the first warning to the last
     * @param peakTold most warnings within any second
     * @param peakArrivals most clients due back at the successor within any second
     */
    public record Outcome(
            int connections,
            int told,
            int toldTwice,
            int withoutReconnectAfter,
            double toldSeconds,
            int peakTold,
            int peakArrivals,
            int lastMessagesBack,
            int acknowledged,
            int closed,
            int closedOtherwise) {}
}
