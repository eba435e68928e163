package io.holdfast.conformance.world;

import io.holdfast.conformance.client.Closed;
import io.holdfast.conformance.client.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A client that keeps the contract of a client library through all that befalls its connection.
 *
 * <p>One virtual thread reads its line and dials anew when that ends; others cut it and publish.
 * All state is guarded by the monitor.
 */
final class CountingClient {
    /** Connections of a client that are left open with nobody reading. */
    private static final int MAX_ABANDONED = 8;
    /** Spec: delivery, "Who may take over". */
    private static final int REPLACED = 4500;
    /** Spec: delivery, "Outbox and slow consumers". */
    private static final int TOO_SLOW = 4101;
    /** Dials that fail one after the other though the server is well. */
    private static final int MAX_DIALS = 20;

    /**
     * @param rooms beside the lobby
     * @param leavesWhenWarned whether it goes at a shutdown warning, or waits to be closed
     */
    record Setup(
            String name,
            List<String> rooms,
            boolean leavesWhenWarned,
            int maxUnacked,
            int receiveBufferBytes) {}

    private final Setup setup;
    private final WorldServer server;
    private final Ledger ledger;
    private final Counts counts;

    private final ClientSession session;
    private final Deque<Line> abandoned = new ArrayDeque<>();
    private @Nullable Line line;
    private int life;
    private int turnedAwayBy;
    private boolean away;
    private boolean paused;
    private boolean wasPaused;
    private boolean stopped;
    /** Whether the line's end is this client's own doing. */
    private boolean cut;

    private Cause cause = Cause.RESET;
    /** Messages until it is cut; 0 when it is not to be. */
    private int fuse;

    private Cause fuseCause = Cause.RESET;

    CountingClient(Setup setup, WorldServer server, Ledger ledger, Counts counts) {
        this.setup = setup;
        this.server = server;
        this.ledger = ledger;
        this.counts = counts;
        this.session = new ClientSession(setup.name(), setup.rooms(), ledger, counts);
    }

    String name() {
        return setup.name();
    }

    void start() {
        Thread.ofVirtual().name(setup.name()).start(this::live);
    }

    synchronized void stop() {
        stopped = true;
        session.interrupted();
        if (line != null) {
            line.reset();
        }
        abandoned.forEach(Line::reset);
        notifyAll();
    }

    /** Whether it is connected, in all of its rooms. */
    synchronized boolean isReady() {
        return session.isSettledIn();
    }

    /** Whether it waits for nothing any more. */
    synchronized boolean isSettled() {
        return session.isSettledIn() && session.unacked() == 0;
    }

    @Override
    public synchronized String toString() {
        return "%s (%s, %d unacked)"
                .formatted(setup.name(), isReady() ? "ready" : "not ready", session.unacked());
    }

    /**
     * Sends messages, now or when there is a connection; none when too many are unacked.
     *
     * @param to a room, or {@code @} and a client's id
     * @param padding makes them larger
     */
    synchronized void publish(String to, int count, String padding) {
        if (session.unacked() + count <= setup.maxUnacked() && !stopped) {
            session.publish(to, count, padding, line);
        }
    }

    /**
     * Cuts its connection in that way when it has been given so many more messages: it is then among
     * messages that were committed and sent together.
     *
     * @return false when it has no connection
     */
    synchronized boolean cut(Cause how, int after) {
        fuse = after;
        fuseCause = how;
        return after == 0 ? cut(how) : isReady();
    }

    private boolean cut(Cause how) {
        var old = line;
        fuse = 0;
        if (!isReady() || old == null) {
            return false;
        }
        session.interrupted();
        cut = true;
        cause = how;
        switch (how) {
            case RESET -> old.reset();
            case AWAY -> {
                away = true;
                old.reset();
            }
            case HALF_OPEN, REDIAL -> {
                line = null;
                if (how == Cause.HALF_OPEN) {
                    abandon(old);
                }
                start();
            }
            default -> throw new IllegalArgumentException("a client cannot cause " + how);
        }
        notifyAll();
        return true;
    }

    /** The same, and waits for the next connection; false when that does not come. */
    synchronized boolean cutAndReturn(Cause how, int after, Duration patience)
            throws InterruptedException {
        var before = session.resumes();
        var deadlineNanos = System.nanoTime() + patience.toNanos();
        if (!cut(how, after)) {
            return false;
        }
        while (session.resumes() == before || !isReady()) {
            var leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
            if (stopped || leftMillis <= 0) {
                return false;
            }
            wait(leftMillis);
        }
        return true;
    }

    private void abandon(Line old) {
        old.forsake();
        abandoned.add(old);
        if (abandoned.size() > MAX_ABANDONED) {
            abandoned.remove().reset();
        }
    }

    synchronized void comeBack() {
        away = false;
        notifyAll();
    }

    /** Reads nothing until {@link #goOn}, on a connection that stays. */
    synchronized void pause() {
        paused = true;
        wasPaused = true;
    }

    synchronized void goOn() {
        paused = false;
        notifyAll();
    }

    private void live() {
        try {
            for (Line dialled; (dialled = dial()) != null; ) {
                if (!attend(dialled, lifeNow())) {
                    return;
                }
            }
        } catch (RuntimeException | AssertionError wrong) {
            ledger.breach(setup.name() + " failed: " + wrong);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** The next connection, its hello sent; null when there will be none. */
    private @Nullable Line dial() throws InterruptedException {
        for (var failures = 0; failures < MAX_DIALS; ) {
            var at = server.awaitDialable(turnedAwayBy());
            if (at == 0 || !awaitReturn()) {
                return null;
            }
            try {
                var path = "/ws/" + setup.name() + "?resume=1";
                var dialled = Line.dial(server.port(), path, setup.receiveBufferBytes());
                greet(dialled, at);
                return dialled;
            } catch (IOException failed) {
                if (server.isWell(at)) {
                    failures++;
                } else {
                    turnedAway(at);
                }
            }
        }
        throw new AssertionError("the server is well, and cannot be dialled");
    }

    private synchronized int lifeNow() {
        return life;
    }

    private synchronized int turnedAwayBy() {
        return turnedAwayBy;
    }

    private synchronized void turnedAway(int by) {
        turnedAwayBy = by;
    }

    private synchronized boolean awaitReturn() throws InterruptedException {
        while (away && !stopped) {
            wait();
        }
        return !stopped;
    }

    private synchronized void greet(Line dialled, int at) throws IOException {
        line = dialled;
        life = at;
        cut = false;
        dialled.send(session.hello());
    }

    /** Reads until the end; false when another connection has been dialled instead meanwhile. */
    private boolean attend(Line mine, int during) throws InterruptedException {
        var current = true;
        for (String text; current && (text = mine.read()) != null; ) {
            current = take(mine, Json.parse(text));
        }
        if (current && ended(mine)) {
            return true;
        }
        if (!mine.isForsaken() && !isStopped()) {
            readToTheEnd(mine, during);
        }
        return false;
    }

    /** False when it is not this client's connection any more. */
    private synchronized boolean take(Line mine, JsonNode message) throws InterruptedException {
        while (paused && !stopped && line == mine) {
            wait();
        }
        if (line != mine) {
            return false;
        }
        took(mine, message);
        return true;
    }

    /** What the old connection says after the new one was dialled is recovered there. */
    private void readToTheEnd(Line old, int during) {
        String ignored;
        do {
            ignored = old.read();
        } while (ignored != null);
        if (old.closed().code() == REPLACED) {
            counts.replaced.incrementAndGet();
        } else if (server.isWell(during) && !isStopped()) {
            ledger.breach(setup.name() + "'s old connection ended with " + old.closed());
        }
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    /** Whether the next connection is this thread's to make. */
    private synchronized boolean ended(Line mine) {
        if (line != mine) {
            return false;
        }
        line = null;
        if (!cut && !stopped) {
            var welcomed = isReady();
            session.interrupted();
            var why = causeOf(mine.closed());
            cause = welcomed ? why : cause;
        }
        return !stopped;
    }

    private Cause causeOf(Closed closed) {
        var expected = switch (closed.code()) {
            case 1000, 1001, Closed.WITHOUT_CLOSE_FRAME -> !server.isWell(life);
            case TOO_SLOW -> wasPaused;
            default -> false;
        };
        if (!expected) {
            ledger.breach(setup.name() + " was closed without a reason: " + closed);
        }
        if (closed.code() == TOO_SLOW) {
            return Cause.TOO_SLOW;
        }
        return server.wasKilled(life) ? Cause.KILLED : Cause.DRAINED;
    }

    private void took(Line mine, JsonNode message) {
        switch (Json.type(message)) {
            case "shutdown_warning" -> {
                if (setup.leavesWhenWarned()) {
                    mine.leave();
                }
            }
            case "shutting_down" -> {
                counts.turnedAway.incrementAndGet();
                turnedAwayBy = life;
            }
            default -> {
                var before = session.resumes();
                session.took(mine, message);
                if (session.resumes() > before) {
                    counts.resumed(cause);
                }
                notifyAll();
                if (message.has("seq") && fuse > 0 && --fuse == 0) {
                    cut(fuseCause);
                }
            }
        }
    }
}
