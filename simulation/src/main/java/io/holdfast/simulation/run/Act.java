package io.holdfast.simulation.run;

import java.util.Locale;

/**
 * One thing that the world does to a run, at its moment. A schedule is a list of these: leave some
 * out and the rest still means the same.
 *
 * @param who the client or the loop that it is done to, by number; -1 for nobody
 * @param amount nanoseconds, or a count, as the kind says
 * @param other another client or a room, by number
 */
public record Act(long atNanos, Kind kind, int who, long amount, int other) {

    /** What is done. */
    public enum Kind {
        PUBLISH(false),
        DIRECT(false),
        JOIN(false),
        LEAVE(false),
        RESET(true),
        HALF_OPEN(true),
        CUT_UP(true),
        CUT_DOWN(true),
        STOP_READING(true),
        REDIAL(true),
        GHOST(true),
        GHOST_AHEAD(true),
        STRANGER(true),
        ONLINE(true),
        STRAY_ACK(true),
        ACK_AHEAD(true),
        PAUSE_CLIENT(true),
        SLEEP_CLIENT(true),
        CLOCK_BACK(true),
        CLOCK_AHEAD(true),
        PAUSE_SERVER(true),
        PAUSE_LOOP(true),
        PAUSE_STORE(true),
        KILL(true),
        POWER_LOSS(true),
        KILL_AT_DISK(true),
        KILL_IN_DRAIN(true),
        DRAIN(true),
        DRAIN_HURRIED(true),
        DISK_FULL(true),
        SYNC_FAILS(true),
        POWER_LOSS_AT_DISK(true),
        KILL_AT_START(true),
        KILL_IN_RESUME(true),
        KILL_IN_COMMIT(true),
        FORGET_POSITIONS(true);

        private final boolean fault;

        Kind(boolean fault) {
            this.fault = fault;
        }

        /** Whether a seed may leave it out altogether. */
        public boolean isFault() {
            return fault;
        }
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%9.3f s  %-13s who=%d amount=%d other=%d",
                atNanos / 1e9,
                kind,
                who,
                amount,
                other);
    }

    /** As a line of a regression file; {@link #parse} reads it. */
    public String line() {
        return atNanos + " " + kind + " " + who + " " + amount + " " + other;
    }

    public static Act parse(String line) {
        String[] words = line.trim().split(" ", -1);
        return new Act(
                Long.parseLong(words[0]),
                Kind.valueOf(words[1]),
                Integer.parseInt(words[2]),
                Long.parseLong(words[3]),
                Integer.parseInt(words[4]));
    }
}
