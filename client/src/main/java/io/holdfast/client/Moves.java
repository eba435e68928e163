package io.holdfast.client;

import io.holdfast.client.dialect.Incoming;
import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.client.ClientLifecycle;
import io.holdfast.protocol.client.Phase;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The transports of a client that goes to another server: the one that is opened there beside the
 * one that serves, and the one that was left. When it fails the client stays, and tries again a
 * few times; after that the old server's close sends it there. The driver's thread only.
 */
final class Moves {
    private static final int TRIES = 3;
    /** A client that was told to leave does not wait longer for its acks. */
    private static final Duration LEAVE_WITHIN = Duration.ofSeconds(5);
    /** From a failed try to the next. */
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Network network;
    private final Duration closeGrace;
    private final Timers timers;
    private final Chronicle chronicle;
    private boolean wanted;
    private int failures;
    private boolean greeted;
    private long number;
    private @Nullable Link beside;
    private @Nullable Endpoint place;
    private @Nullable Link left;
    private Runnable stopGrace = () -> {};

    Moves(Network network, Duration closeGrace, Timers timers, Chronicle chronicle) {
        this.network = network;
        this.closeGrace = closeGrace;
        this.timers = timers;
        this.chronicle = chronicle;
    }

    /**
     * Leaves at the time given, or up to {@link #LEAVE_WITHIN} later for the sake of its acks.
     *
     * @param go whether the server has said where to, and the session can be taken there
     */
    void advised(boolean go, ClientLifecycle lifecycle, long now, long leaveAt) {
        wanted = go;
        failures = 0;
        if (lifecycle.phase() == Phase.CONNECTED) {
            long stay = go ? lifecycle.leastStayNanos(now) : 0;
            timers.leaveFrom(Math.max(leaveAt, now + stay), LEAVE_WITHIN);
        }
    }

    /** Whether leaving means to be there first. */
    boolean isWanted() {
        return wanted;
    }

    void begins(long itsNumber, Endpoint there, Link opening) {
        number = itsNumber;
        place = there;
        beside = opening;
        greeted = false;
    }

    /** What a server says that will not serve us; null for what means nothing before its welcome. */
    static @Nullable String refusal(Incoming said) {
        return switch (said) {
            case Incoming.Leaving ignored -> "it is leaving, too";
            case Incoming.Moving ignored -> "it sends us on";
            case Incoming.Refused refused -> refused.code() + ": " + refused.message();
            default -> null;
        };
    }

    void greets() {
        greeted = true;
    }

    boolean greeted() {
        return greeted;
    }

    long number() {
        return number;
    }

    @Nullable
    Link beside() {
        return beside;
    }

    Endpoint place() {
        if (place == null) {
            throw new IllegalStateException("there is no move");
        }
        return place;
    }

    void cut() {
        if (beside != null) {
            beside.cut();
            beside = null;
        }
    }

    /** The connection stays; after a while it is tried again. */
    void failed(String detail, long now) {
        if (place == null) {
            return;
        }
        chronicle.moveFailed(place, detail);
        beside = null;
        place = null;
        wanted = ++failures < TRIES;
        if (wanted) {
            timers.leaveFrom(now + AGAIN_NANOS, Duration.ZERO);
        }
    }

    /** There is one transport again, and no word of another server. */
    void forget() {
        wanted = false;
        beside = null;
        place = null;
    }

    /** Says goodbye to the old server, which has a moment to answer. */
    void leave(Link old) {
        stop();
        left = old;
        old.goodbye(CloseCode.NORMAL.code(), "");
        stopGrace = network.after(closeGrace.toNanos(), this::stop);
    }

    /** No transport is left over. */
    void stop() {
        stopGrace.run();
        if (left != null) {
            left.cut();
            left = null;
        }
    }
}
