package io.holdfast.protocol.reconnect;

import java.util.random.RandomGenerator;

/** How a backoff delay is spread, so that clients that failed together do not come together. */
public enum Jitter {
    /** As the table says, for all at the same moment. */
    NONE,
    /** Anywhere from 0 to the delay: the widest spread for the same work of the server. */
    FULL,
    /** A tenth to either side, never above the cap. */
    AROUND,
    /** Up to a tenth more, also above the cap: those who wait longest are spread too. */
    ADDED;

    private static final double TENTH = 0.1;

    /** The delay with its jitter. Draws one number, or none for {@link #NONE}. */
    long spread(long delayNanos, long capNanos, RandomGenerator random) {
        return switch (this) {
            case NONE -> delayNanos;
            case FULL -> Math.round(delayNanos * random.nextDouble());
            case AROUND -> {
                double factor = 1 - TENTH + 2 * TENTH * random.nextDouble();
                yield Math.min(capNanos, Math.round(delayNanos * factor));
            }
            case ADDED -> lengthen(delayNanos, random);
        };
    }

    /**
     * A wait that must not be shortened ("jitter never shortens these"): whatever the kind, it gets
     * up to a tenth more.
     */
    long spreadUpwards(long waitNanos, RandomGenerator random) {
        return this == NONE ? waitNanos : lengthen(waitNanos, random);
    }

    private static long lengthen(long nanos, RandomGenerator random) {
        return Math.round(nanos * (1 + TENTH * random.nextDouble()));
    }
}
