package io.holdfast.simulation.model;

import io.holdfast.protocol.CloseCode;
import io.holdfast.protocol.client.ClientSettings;
import io.holdfast.protocol.reconnect.Ending;
import io.holdfast.simulation.world.SimClock;
import io.holdfast.simulation.world.SimLoop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether one client comes back when it must (spec: client, "Reconnecting", "Watching for zombies").
 * It keeps its own clock of what the client waits for, its own count of retries and its own table of
 * delays: from the world's time and the settings, not from the machines. Everything that a client
 * waits for has an end, and is over by then; while everything works, a connect is welcomed within
 * {@link #ROUND_TRIP_NANOS}.
 */
public final class ReturnChecker {
    private static final long SECOND = 1_000_000_000L;
    /** Connect, hello, the store's slowest commit and a welcome through the smallest kernel. */
    public static final long ROUND_TRIP_NANOS = 2 * SECOND;
    /** Threads take tasks a little late. */
    private static final long SLACK_NANOS = SECOND / 1_000;

    /** "A wall clock that runs ahead by more than 10 s" is a host that slept. */
    private static final long SLEEP_NANOS = 10 * SECOND;
    /** Wall clocks are read in milliseconds. */
    private static final long WALL_NANOS = 2 * SECOND / 1_000;

    private static final long NEVER = Long.MAX_VALUE;

    /** What a client is at, as it looks from outside. */
    private enum At {
        NOTHING,
        WAITING,
        ASKING_HEALTH,
        OPENING,
        GREETING,
        UP,
        LEAVING
    }

    private final String clientId;
    private final Findings findings;
    private final SimClock clock;
    private final SimLoop loop;
    private final ClientSettings settings;
    private final DelayBounds bounds;
    private At at = At.NOTHING;
    private long turn;
    private long dueNanos;
    private long heardNanos;
    private long upSinceNanos = NEVER;
    private long upNanos;
    private long attemptNanos;
    private long notBeforeNanos;
    private boolean told;
    private boolean stoodStill;
    /** For which its timers stood still while it waits for what it waits for. */
    private long stillNanos;
    /** What its wall clock went further than its own, since it last looked. */
    private long wallAheadNanos;

    private long worksSinceNanos = NEVER;

    public ReturnChecker(
            String clientId,
            Findings findings,
            SimClock clock,
            SimLoop loop,
            ClientSettings settings) {
        this.clientId = clientId;
        this.findings = findings;
        this.clock = clock;
        this.loop = loop;
        this.settings = settings;
        this.bounds = new DelayBounds(settings.reconnect());
    }

    /** Its process begins anew, and has forgotten what it waited for. */
    public void restarts() {
        wallAheadNanos = 0;
        bounds.forget();
        notBeforeNanos = 0;
        enter(At.NOTHING, NEVER);
    }

    /** It does not come back. */
    public void stops() {
        notBeforeNanos = 0;
        enter(At.NOTHING, NEVER);
    }

    /** From now on everything works: the wires, the disk, and a server that stays. */
    public void everythingWorks() {
        worksSinceNanos = clock.nowNanos();
    }

    /** It is connected, and has been heard since everything works. */
    public boolean isBack() {
        return at == At.UP && heardNanos >= worksSinceNanos;
    }

    public void asksHealth() {
        inTime();
        Duration timeout = settings.healthTimeout();
        enter(At.ASKING_HEALTH, clock.nowNanos() + (timeout == null ? 0 : timeout.toNanos()));
    }

    public void connects() {
        if (at != At.ASKING_HEALTH) {
            inTime();
        }
        notBeforeNanos = 0;
        stoodStill = false;
        upSinceNanos = NEVER;
        attemptNanos = clock.nowNanos();
        enter(At.OPENING, attemptNanos + settings.openTimeout().toNanos());
        if (attemptNanos >= worksSinceNanos) {
            long mine = attemptNanos;
            clock.at(
                    mine + ROUND_TRIP_NANOS,
                    () -> findings.require(
                            attemptNanos != mine || (at != At.OPENING && at != At.GREETING),
                            "back-in-time",
                            clientId
                                    + " has connected while everything works, and has no welcome after "
                                    + ROUND_TRIP_NANOS / 1e9 + " s"));
        }
    }

    private void inTime() {
        findings.require(
                clock.nowNanos() >= notBeforeNanos - SLACK_NANOS,
                told ? "advice-heeded" : "delay-in-bounds",
                clientId + " comes back " + (notBeforeNanos - clock.nowNanos()) / 1e9
                        + " s before its wait is over");
    }

    public void opened() {
        enter(At.GREETING, clock.nowNanos() + settings.welcomeTimeout().toNanos());
    }

    public void welcomed() {
        heardNanos = clock.nowNanos();
        upSinceNanos = heardNanos;
        enter(At.UP, heardNanos + settings.silence().toNanos());
    }

    public void heard() {
        heardNanos = clock.nowNanos();
        stillNanos = at == At.UP ? 0 : stillNanos;
    }

    /** It closes; until here it was up. */
    public void leaves() {
        upNanos = upNanos();
        enter(At.LEAVING, clock.nowNanos() + settings.closeGrace().toNanos());
    }

    /**
     * It will wait so long before it connects again.
     *
     * @param advised by the server on the connection that has ended
     */
    public void waits(long delayNanos, @Nullable Ending ending, @Nullable Duration advised) {
        long now = clock.nowNanos();
        boolean atOnce = ending instanceof Ending.Closed closed
                && (closed.code() == CloseCode.GOING_AWAY.code()
                        || closed.code() == CloseCode.TRY_AGAIN_LATER.code());
        told = advised != null || atOnce;
        boolean failed = at == At.OPENING || at == At.GREETING;
        findings.require(
                !failed || told || attemptNanos < worksSinceNanos,
                "back-in-time",
                clientId + " has connected while everything works, and failed: " + ending);
        long up = at == At.LEAVING ? upNanos : upNanos();
        String wrong = bounds.judge(delayNanos, ending, advised, up, stoodStill);
        findings.require(wrong == null, "delay-in-bounds", clientId + " " + wrong);
        notBeforeNanos = now + delayNanos;
        enter(At.WAITING, now + delayNanos);
    }

    private long upNanos() {
        return upSinceNanos == NEVER ? -1 : clock.nowNanos() - upSinceNanos;
    }

    /** A hint that the network is back: it may connect at once, unless it was told to wait. */
    public void hurried() {
        if (!told) {
            notBeforeNanos = 0;
        }
    }

    /** Its host sleeps for so long, and its clock and timers with it. */
    public void standsStill(long nanos) {
        stoodStill = true;
        stillNanos += nanos;
        wallAheadNanos += nanos;
    }

    /** Somebody sets the wall clock of its host. */
    public void wallJumps(long nanos) {
        wallAheadNanos += nanos;
    }

    /**
     * It looks at both of its clocks.
     *
     * @param sleptNanos for which it takes its host to have slept since it last looked
     */
    public void looksAtClocks(long sleptNanos) {
        long ahead = wallAheadNanos;
        wallAheadNanos = 0;
        boolean either = Math.abs(ahead - SLEEP_NANOS) <= WALL_NANOS;
        long expected = ahead > SLEEP_NANOS ? ahead : 0;
        findings.require(
                either || Math.abs(sleptNanos - expected) <= WALL_NANOS,
                "sleep-noticed",
                clientId + " believes that its host slept for " + sleptNanos / 1e9
                        + " s; its wall clock is ahead by " + ahead / 1e9);
        jumps(sleptNanos);
    }

    private void jumps(long nanos) {
        notBeforeNanos -= nanos;
        if (upSinceNanos != NEVER) {
            upSinceNanos -= nanos;
        }
    }

    /** The only place where it changes; whatever it waits for is over when it is due. */
    private void enter(At next, long untilNanos) {
        at = next;
        turn++;
        stillNanos = 0;
        dueNanos = untilNanos;
        if (untilNanos != NEVER) {
            lookAt(untilNanos + SLACK_NANOS);
        }
    }

    private void lookAt(long nanos) {
        long mine = turn;
        clock.at(nanos, () -> {
            if (mine == turn) {
                look();
            }
        });
    }

    private void look() {
        long now = clock.nowNanos();
        long due = at == At.UP
                ? Math.max(dueNanos, heardNanos + settings.silence().toNanos())
                : dueNanos;
        due = Math.max(due + stillNanos, loop.pausedUntilNanos()) + SLACK_NANOS;
        if (now < due) {
            lookAt(due);
            return;
        }
        findings.fail(
                "back-in-time",
                clientId + " is still " + at + ", " + (now - dueNanos) / 1e9
                        + " s after that should have ended");
    }
}
